"""How many files `davos check` has looked at, while it does."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import Iterator

from davos.frontends.status import TerminalStatus

__all__ = ["progress"]


@contextmanager
def progress() -> Iterator[_Count]:
    """A line on standard error, from the first second on, if that is a terminal."""
    count = _Count()
    try:
        yield count
    finally:
        count.clear()


class _Count:
    """`120 files checked`: how many there are is not known before they are walked."""

    DELAY = 1.0
    INTERVAL = 0.1

    def __init__(self) -> None:
        self._done = 0
        self._next = time.monotonic() + self.DELAY
        unseen = os.environ.get("CI") or os.environ.get("TERM") == "dumb"
        # Worker processes are forked, and a thread that draws may hold a lock then.
        self._status = None if unseen else TerminalStatus(sys.stderr, moves=False)

    def advance(self) -> None:
        """One file more."""
        self._done += 1
        if self._status is not None and time.monotonic() >= self._next:
            self._next = time.monotonic() + self.INTERVAL
            self._status.show(f"{self._done} files checked")

    def clear(self) -> None:
        """Take the line away, for a line of output or at the end."""
        if self._status is not None:
            self._status.show("")
