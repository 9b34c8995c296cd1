"""A lock file on Windows: the process that has it open for writing holds the lock.

A lock on a range of bytes (`msvcrt.locking`) belongs to one process and ends with it, whatever
its children do. That a file is not shared for writing holds as long as anyone has the opened
file, also a child that inherited the handle after its parent was killed.
Source: the documentation of `CreateFileW` (dwShareMode).
"""

from __future__ import annotations

import os
import time
from importlib import import_module
from typing import TYPE_CHECKING, Callable, Optional

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["open_exclusively"]

_SHARING_VIOLATION = 32
_FILE_SHARE_READ = 1
_OPEN_ALWAYS = 4
_OPEN_REPARSE_POINT = 0x00200000  # a link in its place is not followed
_SECONDS = 0.1

Opener = Callable[[str], Optional[int]]
"""Opens a file for writing that it shares for reading only; None if another one has it so."""


def open_exclusively(
    path: Path,
    on_wait: Callable[[str], None] | None,
    opener: Opener | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Open a lock file once nobody else has it open, and return its descriptor.

    `on_wait` is called once, with the file's text, if there is a wait. Raises OSError.
    """
    opened = opener or _created
    told = False
    while True:
        descriptor = opened(os.fspath(path))
        if descriptor is not None:
            return descriptor
        if on_wait is not None and not told:
            on_wait(path.read_text("utf-8", "replace"))
        told = True
        wait(_SECONDS)


def _created(path: str) -> int | None:
    api, runtime = import_module("_winapi"), import_module("msvcrt")
    access = api.GENERIC_READ | api.GENERIC_WRITE
    try:
        handle = api.CreateFile(
            path, access, _FILE_SHARE_READ, 0, _OPEN_ALWAYS, _OPEN_REPARSE_POINT, 0
        )
    except OSError as error:
        if getattr(error, "winerror", None) == _SHARING_VIOLATION:
            return None
        raise
    descriptor: int = runtime.open_osfhandle(handle, os.O_RDWR)
    return descriptor
