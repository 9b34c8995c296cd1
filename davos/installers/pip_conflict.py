"""Which requirements contradict each other, as pip's resolver explains it.

pip prints (`pip._internal.resolution.resolvelib.factory`, `Factory.get_installation_error`)
one line for each requirement that takes part: `The user requested numpy==2.1.0`, or
`pandas 2.1.4 depends on numpy<2 and >=1.22.4`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Sequence

from packaging.utils import canonicalize_name

__all__ = ["Cause", "causes_of", "contradiction", "explanation_in"]

_START = "The conflict is caused by:"
_REQUESTED = re.compile(r"The user requested (?P<constraint>\(constraint\) )?(?P<required>.+)")
_DEPENDS = re.compile(r"(?P<name>\S+) (?P<version>\S+)(?: \(\w+\))? depends on (?P<required>.+)")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


@dataclass(frozen=True)
class Cause:
    """One side of a contradiction: `required` was asked for, by a distribution or the user.

    `by` is `pandas 2.1.4`, or empty for what was requested; `constraint` says that it came
    from a constraints file.
    """

    required: str
    by: str = ""
    constraint: bool = False

    @property
    def name(self) -> str:
        """The normalised name of the distribution that is required."""
        match = _NAME.match(self.required)
        return canonicalize_name(match[0]) if match else ""


def explanation_in(output: str) -> str:
    """The part of pip's output that explains a contradiction; all of it if none does."""
    return output.partition(_START)[2] or output


def causes_of(output: str) -> list[Cause]:
    """The sides of the contradiction that pip's output explains; none if it explains none."""
    _, start, rest = output.partition(_START)
    causes: list[Cause] = []
    for line in rest.splitlines()[1:] if start else ():
        cause = _cause(line.strip())
        if cause is None:
            break
        causes.append(cause)
    return causes


def _cause(line: str) -> Cause | None:
    requested = _REQUESTED.fullmatch(line)
    if requested:
        return Cause(_tidy(requested["required"]), constraint=bool(requested["constraint"]))
    depends = _DEPENDS.fullmatch(line)
    if depends:
        return Cause(_tidy(depends["required"]), f"{depends['name']} {depends['version']}")
    return None


def _tidy(required: str) -> str:
    """`numpy<2 and >=1.22.4; python_version < "3.11"` as `numpy>=1.22.4,<2`, say."""
    return required.partition(";")[0].strip().replace(" and ", ",")


def contradiction(causes: Sequence[Cause]) -> str:
    """One sentence that names both sides; empty if there are not two.

    `numpy==2.1.0 does not go with pandas 2.1.4, which needs numpy<2`.
    """
    wanted = next((one for one in causes if not one.by and not one.constraint), None)
    wanted = wanted or next((one for one in causes if not one.by), None)
    needing = [one for one in causes if one.by]
    if wanted is not None:
        about = [one for one in needing if one.name == wanted.name]
        for one in about or needing[-1:]:
            return f"{wanted.required} does not go with {one.by}, which needs {one.required}"
        others = [one for one in causes if one is not wanted and one.required != wanted.required]
        return f"{wanted.required} does not go with {others[0].required}" if others else ""
    if len(needing) > 1:
        one, other = needing[0], needing[1]
        return f"{one.by} needs {one.required}, but {other.by} needs {other.required}"
    return ""
