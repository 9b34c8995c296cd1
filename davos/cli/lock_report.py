"""What `davos lock` prints."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Iterable, Iterator

from davos.escaping import one_line
from davos.resolution.conda_lock import locked_packages
from davos.resolution.lock_document import lock_path

if TYPE_CHECKING:
    from davos.resolution.lock_check import Change
    from davos.resolution.lock_document import Lock

__all__ = ["Entry", "as_json", "as_text"]

SCHEMA = 1
_OF_CONDA = ("version", "build", "subdir", "channel")


@dataclass
class Entry:
    """A document, and what became of its lock.

    `status` is a key of `_WORDS`. `reasons` say what is wrong with the lock that is there, or why
    none could be made; `notes` what the lock leaves to the run.
    """

    filename: str
    status: str = "empty"
    lock: Lock | None = None
    changes: list[Change] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fail(self, status: str, reason: str) -> None:
        """Nothing could be done."""
        self.status, self.reasons = status, [reason]

    @property
    def is_finding(self) -> bool:
        """Whether the exit status is to say so."""
        return self.status in {"outdated", "would change", "failed"}


_WORDS = {
    "locked": "locked {count}{scope}",
    "unchanged": "the lock is up to date ({count}{scope})",
    "would change": "the lock would change",
    "outdated": "the lock is out of date: `davos lock` makes a new one",
    "removed": "the lock was removed",
    "absent": "there is no lock",
    "empty": "there is nothing to lock",
    "failed": "no lock was made",
    "unreadable": "the lock cannot be read",
}


def as_text(entries: Iterable[Entry]) -> str:
    """A line for each document, and below it what changed or is wrong."""
    return "".join(f"{line}\n" for entry in entries for line in _lines(entry))


def as_json(entries: Iterable[Entry]) -> str:
    """One JSON document."""
    return (
        json.dumps({"schema": SCHEMA, "files": [_object(one) for one in entries]}, indent=2) + "\n"
    )


def _lines(entry: Entry) -> Iterator[str]:
    number = len(entry.lock.pylock.packages) + len(entry.lock.conda) if entry.lock else 0
    count = f"{number} package" + ("" if number == 1 else "s")
    words = _WORDS[entry.status].format(count=count, scope=_scope(entry.lock))
    yield f"{one_line(entry.filename)}: {words}"
    had_one = any(change.before for change in entry.changes)
    if entry.status == "would change" or had_one:
        yield from (f"  {one_line(str(change))}" for change in entry.changes)
    for reason in entry.reasons:
        yield from (f"  {one_line(line)}" for line in reason.splitlines())


def _scope(lock: Lock | None) -> str:
    """For which Python, platform and date a lock is."""
    if lock is None:
        return ""
    python = f" for Python {lock.python}" if lock.python else ""
    platform = f" on {lock.platform} only (uv locks for all platforms)" if lock.platform else ""
    of_conda = f", those of conda on {lock.conda_platform} only" if lock.conda else ""
    return python + platform + of_conda + (f", as of {lock.as_of}" if lock.as_of else "")


def _object(entry: Entry) -> dict[str, Any]:
    lock = entry.lock
    return {
        "filename": entry.filename,
        "lock": str(lock_path(entry.filename)),
        "status": entry.status,
        "python": lock.python if lock else None,
        "platform": lock.platform if lock else None,
        "as_of": lock.as_of if lock else None,
        "conda_platform": lock.conda_platform if lock else None,
        "packages": [
            {"name": one.name, "version": str(one.version) if one.version else None}
            for one in (lock.pylock.packages if lock else ())
        ],
        "conda": [
            {"name": one.package, **{key: getattr(one, key) for key in _OF_CONDA}}
            for one in (locked_packages(lock) if lock else ())
        ],
        "changes": [change._asdict() for change in entry.changes],
        "reasons": entry.reasons,
        "notes": entry.notes,
    }
