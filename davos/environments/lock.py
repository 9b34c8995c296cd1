"""One lock per project: who holds it may change the project's files.

`flock` on a file beside the projects, not inside one: removing or restoring a
project never removes its lock. The lock belongs to the open file description, so a
child that gets the descriptor (`pass_fds`) keeps it even if its parent is killed, and
two threads of one process exclude each other.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Callable, Iterator

from davos.exceptions import DavosProjectError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["hold"]


@contextmanager
def hold(
    path: Path,
    *,
    holder: str = "",
    on_wait: Callable[[str], None] | None = None,
) -> Iterator[int]:
    """Hold the lock file `path`; the value is its descriptor, for `pass_fds`.

    `holder` is written into the file for others to read. If someone else holds
    the lock, `on_wait` is called once with what they wrote; the wait ends with
    the lock or with KeyboardInterrupt. Raises DavosProjectError if the file
    cannot be made.
    """
    descriptor = _open(path)
    try:
        _acquire(descriptor, on_wait)
        _write(descriptor, holder or f"process {os.getpid()}")
        yield descriptor
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DavosProjectError(f"cannot write to {path.parent}: {error.strerror}") from error


def _acquire(descriptor: int, on_wait: Callable[[str], None] | None) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if on_wait is not None:
            on_wait(os.pread(descriptor, 1000, 0).decode("utf-8", "replace"))
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _write(descriptor: int, text: str) -> None:
    with suppress(OSError):  # a full disk does not make the lock less of a lock
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode("utf-8", "replace"), 0)
