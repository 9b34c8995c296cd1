"""One lock per project: its holder may change the project's files.

`flock` on a file beside the projects, not inside one: removing or restoring a
project never removes its lock. The lock belongs to the open file description, so a
child that gets the descriptor (`pass_fds`) keeps it even if its parent is killed, and
two threads of one process exclude each other. A forked child closes the
descriptors of its parent: a worker that lives on must not keep the lock.
On Windows there is no `flock`: see `windows_lock`.
"""

from __future__ import annotations

import errno
import os
import stat
import threading
import weakref
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Callable, Iterator

from davos.environments.windows_lock import open_exclusively
from davos.exceptions import DavosProjectError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ThreadLock", "hold"]

_held: set[int] = set()

# A pipe in its place must not be waited for.
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_BY_OPENING = os.name == "nt"


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
    descriptor = _open(path, on_wait)
    try:
        _acquire(descriptor, on_wait)
        _write(descriptor, holder or f"process {os.getpid()}")
        yield descriptor
    finally:
        _release(descriptor)


def _open(path: Path, on_wait: Callable[[str], None] | None) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = open_exclusively(path, on_wait) if _BY_OPENING else _open_file(path)
    except OSError as error:
        raise DavosProjectError(_reason(path, error)) from error
    _held.add(descriptor)
    return descriptor


def _open_file(path: Path) -> int:
    """Open the file, for reading if that is all that another user's file allows.

    Raises OSError, also for what another user of the folder may have put in its place: a
    symbolic link, or a second name of a file, which would be written over.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _FLAGS, 0o666)
    except PermissionError:
        if not os.path.lexists(path):
            raise
        descriptor = os.open(path, os.O_RDONLY | _FLAGS)
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(descriptor)
        raise OSError(errno.ELOOP, "not a lock file, but a link or a device")
    return descriptor


def _reason(path: Path, error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return f"{path} is not a lock file, but a link or a device: delete it"
    if isinstance(error, PermissionError) and os.path.lexists(path):
        return (
            f"the lock file {path} belongs to another user and cannot be read: users who share a "
            "DAVOS_HOME need a common group, a folder with that group and the setgid bit (chmod "
            "g+ws), and umask 002"
        )
    return f"cannot write to {path.parent}: {error.strerror}"


def _release(descriptor: int) -> None:
    """Let go of the lock, unless a child still has it."""
    if descriptor in _held:  # else this process was forked meanwhile
        _held.discard(descriptor)
        os.close(descriptor)


class ThreadLock:
    """A re-entrant lock of one process' threads, which is free in a forked child."""

    def __init__(self) -> None:
        self.renew()
        _thread_locks.add(self)

    def renew(self) -> None:
        """Forget who holds it."""
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


_thread_locks: weakref.WeakSet[ThreadLock] = weakref.WeakSet()


def _renew_in_child() -> None:
    """The threads that held something are gone; their descriptors must not keep a lock."""
    while _held:
        os.close(_held.pop())
    for one in _thread_locks:
        one.renew()


if hasattr(os, "register_at_fork"):  # not on Windows, where no process forks
    os.register_at_fork(after_in_child=_renew_in_child)


def _acquire(descriptor: int, on_wait: Callable[[str], None] | None) -> None:
    if _BY_OPENING:
        return
    import fcntl  # noqa: PLC0415 - there is none on Windows

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if on_wait is not None:
            on_wait(os.pread(descriptor, 1000, 0).decode("utf-8", "replace"))
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _write(descriptor: int, text: str) -> None:
    with suppress(OSError):  # the lock does not depend on what the file says
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, text.encode("utf-8", "replace"))
