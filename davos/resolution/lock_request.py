"""What of a document goes into its lock: one set of requirements, and the options for them.

Pure. `select` decides which requirements go together; the others are left to the run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Iterable, Sequence

from packaging.utils import canonicalize_name

from davos.exceptions import LockError
from davos.onion.asked_text import DECISIVE, Sharing, asked_text
from davos.onion.version_sets import can_both_hold
from davos.resolution.lock_platforms import ever_true, together

if TYPE_CHECKING:
    from davos.onion.comment import Requirement
    from davos.resolution.asked import Asked

__all__ = ["Selection", "left_out", "select", "shared_options"]


@dataclass(frozen=True)
class Selection:
    """What was asked for, what of it is locked, and sentences about what is not."""

    asked: tuple[Asked, ...]
    locked: tuple[Asked, ...]
    notes: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


def select(asked: Sequence[Asked], python: str) -> Selection:
    """What is resolved together, for a minor version of Python.

    A document may ask for two versions of a package, and PEP 751 has room for one in any
    environment: the first top-level statement counts, else the first, and what contradicts it is
    left to the run. A requirement whose marker is false for this Python is left out. Raises
    `LockError` for an editable requirement and for options that contradict each other.
    """
    for one in asked:
        _refuse(one)
    wanted = [
        one for one in asked if not one.is_of_conda and ever_true(one.requirement.marker, python)
    ]
    notes: list[str] = []
    kept: list[Asked] = []
    for one in sorted(wanted, key=lambda one: not one.top_level):
        against = next((other for other in kept if _contradict(one, other, python)), None)
        if against is None:
            kept.append(one)
        else:
            notes.append(left_out(one, against))
    locked = tuple(one for one in wanted if one in kept)
    return Selection(tuple(asked), locked, tuple(notes), shared_options(locked))


def shared_options(asked: Iterable[Asked]) -> dict[str, Any]:
    """The options for all requirements, by the keys of `DECISIVE`.

    Raises `LockError`, which names both statements, where all would have to give the same.
    """
    asked = list(asked)
    options: dict[str, Any] = {}
    for dest, sharing in DECISIVE.items():
        if sharing is Sharing.JOINED:
            given = [one.options[dest] for one in asked if dest in one.options]
            if given:
                options[dest] = _joined(given)
        elif sharing is Sharing.AGREED:
            value = _agreed(dest, asked)
            if value is not None:
                options[dest] = value
    return options


def _joined(given: Sequence[Any]) -> Any:
    """The values of several lists, once each; True for a flag."""
    if given[0] is True:
        return True
    return list(dict.fromkeys(value for values in given for value in values))


def _agreed(dest: str, asked: Sequence[Asked]) -> Any:
    """The value that all onion comments give an option; None if none gives it."""
    if not asked:
        return None
    first = asked[0]
    value = first.options.get(dest)
    other = next((one for one in asked if one.options.get(dest) != value), None)
    if other is not None:
        flag = "--" + dest.replace("_", "-")
        giving, not_giving = (first, other) if value is not None else (other, first)
        message = (
            f"{flag} of {giving.shown} is not that of {not_giving.shown}: all requirements of a "
            f"document are resolved together, so all have to give the same {flag}"
        )
        raise LockError(message + _ADVICE.get(dest, ""))
    return value


_ADVICE = {"index_url": " (or name the second index with --extra-index-url)"}


def _refuse(one: Asked) -> None:
    if one.requirement.editable:
        message = (
            f"{one.shown} cannot be locked: an editable project is imported from its folder, "
            "whose files may change at any time; leave -e out"
        )
        raise LockError(message)


def _contradict(one: Asked, other: Asked, python: str) -> bool:
    """Whether no environment could hold what both ask for."""
    first, second = one.requirement, other.requirement
    if not _same_package(first, second) or not together(first.marker, second.marker, python):
        return False
    if asked_text(one.onion) == asked_text(other.onion):
        return False
    if _source(first) != _source(second):
        return True
    return not _source(first) and not can_both_hold(first.specifier, second.specifier)


def _same_package(first: Requirement, second: Requirement) -> bool:
    if first.name is None or second.name is None:
        return _source(first) == _source(second)
    return canonicalize_name(first.name) == canonicalize_name(second.name)


def _source(requirement: Requirement) -> str:
    return requirement.url or requirement.path or ""


def left_out(one: Asked, kept: Asked) -> str:
    """The note for a statement that contradicts another one, which counts for the lock."""
    return (
        f"{one.shown} is not in the lock, which holds what {kept.shown} asks for: "
        "it is resolved when it runs"
    )
