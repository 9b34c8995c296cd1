"""What versions a conda package may have: `1.26.*`, `>=1.20,<2`, `1.8|>=2`.

A comma means "and", a bar "or", and the comma binds closer. `=1.26` is the series `1.26.*`,
`==1.26` and a version alone are that version. conda also takes regular expressions and
parentheses: py-rattler, which solves, does not take the former, and both are refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Callable, Mapping, NamedTuple

from davos.onion.conda_version import Version, VersionError, read_version

__all__ = ["VersionConstraint", "read_constraint"]

_OTHERS = r"[^\s<>=!~|,()^$*]"
_CLAUSE = re.compile(rf"\s*(==|!=|<=|>=|~=|<|>|=)?\s*({_OTHERS}*?(?:!{_OTHERS}+?)?)(\.?\*)?\s*")
_MOST_CLAUSES = 64
_RELATION = re.compile(rf"(?:[<>!~]=|[<>]){_OTHERS}+\s*")
# PEP 440's numbers mean the same to conda; of words (rc, dev, post) not all do
_COMMON = re.compile(r"(?:\d+!)?\d+(?:\.\d+)*", re.ASCII)
_BOUNDING = frozenset({"==", "=", "<", "<=", "~="})
# the operator that `.*` makes of one; of `==1.2.*` conda and its relatives make different things
_WITH_STAR = {"": "=", "=": "=", "!=": "!=*", ">=": ">="}


class _Clause(NamedTuple):
    """An operator and a version; `=` and `!=*` are about the version's series."""

    operator: str
    version: Version


class VersionConstraint(NamedTuple):
    """Alternatives, each of clauses that all have to hold; `text` is how conda writes it."""

    text: str
    alternatives: tuple[tuple[_Clause, ...], ...]

    def admits(self, version: str) -> bool:
        """Whether a version fulfils it; False for what is no version of conda."""
        try:
            found = read_version(version)
        except VersionError:
            return False
        return any(
            all(_HOLDS[clause.operator](found, clause.version) for clause in clauses)
            for clauses in self.alternatives
        )

    @property
    def exact(self) -> str:
        """The one version that it admits, empty if there are several."""
        if len(self.alternatives) > 1:
            return ""
        exact = (one.version.text for one in self.alternatives[0] if one.operator == "==")
        return next(exact, "")

    @property
    def has_upper_bound(self) -> bool:
        """Whether what is released later is excluded."""
        return all(
            any(one.operator in _BOUNDING for one in clauses) for clauses in self.alternatives
        )

    @property
    def specifier(self) -> str:
        """The same as a specifier set of PEP 440, empty if that cannot say it."""
        if len(self.alternatives) > 1:
            return ""
        if not all(_COMMON.fullmatch(one.version.text) for one in self.alternatives[0]):
            return ""
        return ",".join(sorted(_pep_440(one) for one in self.alternatives[0]))


@lru_cache(maxsize=512)
def read_constraint(text: str) -> VersionConstraint:
    """The constraint that a text states.

    Raises
    ------
    VersionError
        with what is wrong about it.

    """
    if text.count(",") + text.count("|") >= _MOST_CLAUSES:
        raise VersionError(f"versions have at most {_MOST_CLAUSES} conditions")
    read = [[_clause(one, text) for one in part.split(",")] for part in text.split("|")]
    shown = "|".join(",".join(_shown(one) for one in part) or "*" for part in map(_stated, read))
    return VersionConstraint(shown, tuple(_stated(part) for part in read))


def _stated(clauses: list[_Clause | None]) -> tuple[_Clause, ...]:
    """Without those that any version fulfils."""
    return tuple(one for one in clauses if one is not None)


def _clause(text: str, whole: str) -> _Clause | None:
    """A condition, None for `*`."""
    found = _CLAUSE.fullmatch(text)
    if found is None:
        raise VersionError(_objection(text, whole))
    operator, version, star = found[1] or "", found[2], found[3] or ""
    if not version and star == "*" and operator in {"", "=", "=="}:
        return None
    if not version:
        raise VersionError(f"a version is missing in {whole!r}")
    if star and operator not in _WITH_STAR:
        hint = f"; write ={version}" if operator == "==" else ""
        raise VersionError(f"{text.strip()!r}: {star} has no meaning with {operator}{hint}")
    if operator == "~=" and "." not in version:
        raise VersionError(f"{text.strip()!r}: ~= needs a version with a dot")
    clause = _Clause(_WITH_STAR[operator] if star else operator or "==", read_version(version))
    if clause.version.local and clause.operator in {"=", "!=*", "~="}:
        raise VersionError(f"{text.strip()!r}: a version with + has no series; write =={version}")
    return clause


def _objection(text: str, whole: str) -> str:
    text = text.strip()
    if text[:1] == "^":
        return f"{text!r}: davos takes no regular expression as a version"
    if "(" in text or ")" in text:
        return f"{whole!r}: davos takes no parentheses in versions"
    if text[-1:] == "=" and text.strip("<>=!~"):
        return f"{text!r}: a build is missing behind the last ="
    return f"{text!r} is not a condition for a version{_proposal(text)}"


def _proposal(text: str) -> str:
    """What may have been meant by `=>1`, `===1`, `=>=1`, `>=1 <2`, `>=1<2`."""
    several = [one.group().strip() for one in _RELATION.finditer(text)]
    if text[:2] in {"=>", "=<"} and text[2:3] != "=":
        meant = f"{text[1]}={text[2:]}"
    elif text[:1] == "=":
        meant = text[1:].strip()
    elif len(several) > 1 and "".join(several) == text.replace(" ", ""):
        meant = ",".join(several)
    else:
        return ""
    return f"; did you mean {meant!r}?" if all(map(_CLAUSE.fullmatch, meant.split(","))) else ""


def _shown(clause: _Clause) -> str:
    version = clause.version.text
    if clause.operator == "=":
        return f"{version}.*"
    return f"!={version}.*" if clause.operator == "!=*" else f"{clause.operator}{version}"


def _pep_440(clause: _Clause) -> str:
    shown = _shown(clause)
    return f"=={shown}" if clause.operator == "=" else shown


def _is_compatible(version: Version, lowest: Version) -> bool:
    """`~=1.4.2`: at least that version, and of the series `1.4.*`."""
    series = read_version(lowest.text.rpartition(".")[0])
    return version >= lowest and version.starts_with(series)


_HOLDS: Mapping[str, Callable[[Version, Version], bool]] = {
    "==": Version.__eq__,
    "!=": lambda version, other: version != other,
    "<": lambda version, other: version < other,
    "<=": lambda version, other: version <= other,
    ">": lambda version, other: version > other,
    ">=": lambda version, other: version >= other,
    "=": Version.starts_with,
    "!=*": lambda version, prefix: not version.starts_with(prefix),
    "~=": _is_compatible,
}
