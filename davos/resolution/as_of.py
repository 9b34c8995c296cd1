"""The date up to which uploads count for a lock: as it is given, or the document's own."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from davos import subprocesses
from davos.documents.lock_place import holds_its_lock
from davos.documents.notebook_facts import last_execution
from davos.exceptions import LockError
from davos.files import read_file

__all__ = ["AsOf", "is_to_come", "own_date", "read_as_of"]

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_DAY = len("2023-10-01")
_FIRST_YEAR = 1990  # no index has older files
# Whatever a repository's configuration says, nothing is started to list a commit.
_GIT = ("git", "-c", "log.showSignature=false", "-c", "core.fsmonitor=false")


class AsOf(NamedTuple):
    """A date or time as it is given, and the moment in UTC from which on uploads do not count."""

    text: str
    cutoff: str


def read_as_of(text: str) -> AsOf:
    """A date (`2023-10-01`: the whole day counts, in UTC) or a time with its offset.

    Raises ValueError for anything else.
    """
    try:
        return AsOf(text, _moment(text).astimezone(timezone.utc).strftime(_FORMAT))
    except (ValueError, OverflowError):
        message = f"{text!r} is not a date such as 2023-10-01, nor 2023-10-01T12:00:00+00:00"
        raise ValueError(message) from None


def _moment(text: str) -> datetime:
    """The time from which on uploads do not count; raises ValueError or OverflowError."""
    time = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if time.year < _FIRST_YEAR or (len(text) != _DAY and time.tzinfo is None):
        raise ValueError
    if len(text) == _DAY:
        time = time.replace(tzinfo=timezone.utc) + timedelta(days=1)
    return time


def is_to_come(as_of: AsOf, now: datetime) -> bool:
    """Whether a date has not come yet anywhere on Earth, or a time is later than now."""
    ahead = timedelta(hours=38) if len(as_of.text) == _DAY else timedelta(0)  # UTC+14, a day
    return datetime.fromisoformat(as_of.cutoff.replace("Z", "+00:00")) > now + ahead


def own_date(document: str) -> AsOf:
    """The day on which a document last ran, else that of its last commit in git.

    Raises `LockError` if nothing tells, OSError or `NotebookError` if it cannot be read.
    """
    found = last_execution(read_file(document)) if holds_its_lock(document) else None
    found = found or _last_commit(Path(document).absolute())
    if found is None:
        raise LockError(
            "nothing says when it last ran: its metadata hold no execution times, and git has no "
            "commit of it; give a date, as in `--as-of 2023-10-01`"
        )
    return read_as_of(found.astimezone(timezone.utc).strftime("%Y-%m-%d"))


def _last_commit(path: Path) -> datetime | None:
    argv = [*_GIT, "log", "-1", "--format=%ct", "--", path.name]
    try:
        done = subprocesses.capture(argv, os.environ, str(path.parent))
        return datetime.fromtimestamp(int(done.stdout), timezone.utc)
    except (OSError, ValueError, OverflowError):
        return None
