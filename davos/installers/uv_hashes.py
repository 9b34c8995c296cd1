"""What uv is given where every requirement needs a hash.

uv then refuses constraints that are not exact versions, also on what is not installed. pip
accepts them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Sequence

from packaging.requirements import Requirement as Pep508
from packaging.utils import canonicalize_name

from davos.installers.uv_arguments import CONSTRAINTS
from davos.onion.constraints import ConstraintError, constraint_lines
from davos.onion.version_sets import exact_version, is_exact

if TYPE_CHECKING:
    from davos.installers.constraint_files import Limits
    from davos.installers.uv_arguments import UvArguments
    from davos.onion.comment import Onion, Requirement

__all__ = ["for_hashes"]

_FLAG = "--require-hashes"


def for_hashes(onion: Onion, limits: Limits, arguments: UvArguments) -> tuple[Limits, UvArguments]:
    """Constraints and arguments for an onion comment; the same ones if it needs no hashes.

    Constraints that are not exact are left out, unless they refuse what the onion comment asks
    for: nothing else could be installed without a hash. Files of constraints that pip's
    configuration names are read for that; what cannot be read is left to uv.
    """
    if onion.requirement_line is None and _FLAG not in arguments.words:
        return limits, arguments
    lines, words = [*limits.constraints], []
    for word in arguments.words:
        found = _lines(word)
        if found is None:
            words.append(word)
        else:
            lines += found
    kept = [line for line in lines if _counts(line, onion.requirement)]
    return limits._replace(constraints=kept), arguments._replace(words=tuple(words))


def _lines(word: str) -> Sequence[str] | None:
    """The constraints of a file that an argument names; None if it names none to be read."""
    if not word.startswith(CONSTRAINTS):
        return None
    try:
        return constraint_lines(Path(word[len(CONSTRAINTS) :]).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, ConstraintError):
        return None


def _counts(line: str, requirement: Requirement) -> bool:
    """Whether a constraint is exact, or refuses the version that a requirement asks for."""
    constraint = Pep508(line)
    if is_exact(str(constraint.specifier)):
        return True
    if canonicalize_name(constraint.name) != canonicalize_name(requirement.name or ""):
        return False
    version = exact_version(requirement.specifier)
    return not version or not constraint.specifier.contains(version, prereleases=True)
