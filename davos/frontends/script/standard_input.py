"""A script's standard input, which the script is to find unread when it begins again."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["StandardInput"]


class StandardInput:
    """Where a script began to read: a file is rewound; of a pipe, reads are noted.

    What a terminal sent is not missed: its user is still there.
    """

    def __init__(self) -> None:
        """Begin; in place of a `sys.stdin` that reads from a pipe comes one that notes it."""
        self._start: int | None = None
        self._watched: _Watched | None = None
        stream = sys.stdin
        if not isinstance(stream, io.TextIOWrapper) or stream is not sys.__stdin__:
            return
        with suppress(OSError, ValueError):  # closed, or no longer open
            self._descriptor = stream.fileno()
            if os.isatty(self._descriptor):
                return
            try:
                self._start = os.lseek(self._descriptor, 0, os.SEEK_CUR)
            except OSError:  # a pipe or a socket
                self._watch(stream)

    def _watch(self, stream: io.TextIOWrapper) -> None:
        """Take the place of `sys.stdin`, made as Python makes it (pylifecycle.c, create_stdio)."""
        self._original = stream  # which may close the descriptor when it goes
        self._watched = _Watched(self._descriptor, closefd=False)
        self._watched.name = stream.name
        new = io.TextIOWrapper(
            io.BufferedReader(self._watched),
            stream.encoding,
            stream.errors,
            newline="\n",
            line_buffering=stream.line_buffering,
        )
        new.mode = stream.mode  # type: ignore[misc]  # typeshed: read-only
        sys.stdin = sys.__stdin__ = new  # type: ignore[misc]  # typeshed: final

    @property
    def is_lost(self) -> bool:
        """Whether something was read from it that cannot be read again."""
        return self._watched is not None and self._watched.was_read

    def rewind(self) -> None:
        """Go back in a file to where the script began to read."""
        if self._start is not None:
            with suppress(OSError):  # the script closed it
                os.lseek(self._descriptor, self._start, os.SEEK_SET)


class _Watched(io.FileIO):
    """A raw stream that knows whether it gave anything."""

    was_read = False

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(-1 if size is None else size)
        self.was_read |= bool(data)
        return data

    def readall(self) -> bytes:
        data = super().readall()
        self.was_read |= bool(data)
        return data

    def readinto(self, buffer: Buffer, /) -> int:
        size = super().readinto(buffer)
        self.was_read |= bool(size)
        return size
