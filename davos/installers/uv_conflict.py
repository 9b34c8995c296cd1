"""Which requirements contradict each other, as uv's resolver explains it.

uv writes premises and conclusions: `Because pandas==2.1.4 depends on numpy>=1.23.2,<2 and you
require pandas==2.1.4, we can conclude that you require numpy>=1.23.2,<2. And because you require
numpy==2.1.0, we can conclude that your requirements are unsatisfiable.`
"""

from __future__ import annotations

import re
from typing import Callable

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from davos.installers.pip_conflict import Cause

__all__ = ["causes_of"]

_PREMISES = re.compile(r"\b[Bb]ecause (.*?), we can conclude\b")
_MARKER = re.compile(r"\{[^{}]*\}")
_VERSIONS = r"[<>=!~]=?=?[\w.*+!-]+"
_WHAT = rf"[A-Za-z0-9][\w.-]*(?:\[[\w,.-]*\])?(?:{_VERSIONS}(?:,{_VERSIONS})*)?"
_DEPENDS = re.compile(rf"(?P<by>{_WHAT}) depends? on (?P<required>{_WHAT})")
_REQUIRED = re.compile(rf"you require (?P<first>{_WHAT})(?: and (?P<second>{_WHAT})(?! depends?))?")
_NAME = re.compile(r"[\w.-]+")
_SPECIFIER = re.compile(r"[<>=!~].*")


def causes_of(output: str, version_of: Callable[[str], str]) -> list[Cause]:
    """The sides of the contradiction that uv's output explains; none if it explains none.

    What was requested only to be the one that needs something is left out. `version_of` gives the
    version of the installed distribution of a name, or an empty text.
    """
    text = _MARKER.sub("", " ".join(output.split()))
    premises = " ; ".join(_PREMISES.findall(text))
    requested = [
        words for found in _REQUIRED.finditer(premises) for words in found.groups() if words
    ]
    depends = [(found["by"], found["required"]) for found in _DEPENDS.finditer(premises)]
    needing = {_name(by) for by, _ in depends}
    exact = {_name(words): words for words in requested if "==" in words}
    return [
        *(Cause(words) for words in requested if _name(words) not in needing),
        *(Cause(required, _distribution(by, exact, version_of)) for by, required in depends),
    ]


def _name(words: str) -> str:
    match = _NAME.match(words)
    return canonicalize_name(match[0]) if match else ""


def _distribution(by: str, exact: dict[str, str], version_of: Callable[[str], str]) -> str:
    """`pandas==2.1.4` as `pandas 2.1.4`, also where uv names more versions that need the same."""
    version = version_of(_name(by))
    if _name(by) not in exact and version and _holds(by, version):
        return f"{by[: len(by) - len(_specifier(by))]} {version}"
    return exact.get(_name(by), by).replace("==", " ", 1)


def _holds(words: str, version: str) -> bool:
    return SpecifierSet(_specifier(words)).contains(version, prereleases=True)


def _specifier(words: str) -> str:
    """The versions of `pandas>=2,<3`, or an empty text."""
    found = _SPECIFIER.search(words)
    return found[0] if found else ""
