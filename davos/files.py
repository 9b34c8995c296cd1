"""Files read without waiting, and replaced in one step."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import time
from contextlib import suppress
from pathlib import Path

__all__ = ["check_readable", "is_settled", "read_file", "read_own_file", "replace_file"]

MAX_BYTES = 1 << 30
"""The largest file that is read: a gigabyte. Its text would take several times that in memory."""

# Kernels stamp files with the time of their last tick: what follows a listing at once may bear
# the same time (Linux: up to 10 ms, network file systems take longer).
_SETTLED = 100_000_000  # nanoseconds
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
# What the caller has opened already, under a name: standard input, `<(command)` of a shell.
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # not on Windows, nor is `set_blocking` before 3.12
_DESCRIPTORS = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")


def read_file(path: str | Path) -> bytes:
    """The bytes of a file; a pipe that the caller has opened (`/dev/stdin`) is read, too.

    Raises OSError, also for a device, a socket, a named pipe, and a file of more than a
    gigabyte: opening or reading these could wait for ever or take all memory.
    """
    with os.fdopen(_open(path), "rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise OSError(errno.EFBIG, "larger than a gigabyte", str(path))
    return data


def check_readable(path: str | Path) -> None:
    """Raise OSError if `read_file` would refuse to open a file."""
    os.close(_open(path))


def is_settled(changed: int) -> bool:
    """Whether any later change of a file or folder gives it another time than `changed` (ns)."""
    return time.time_ns() - changed > _SETTLED


def _create(temporary: Path, target: Path) -> int:
    """Make a file that nobody can read who cannot read its target."""
    mode = 0o666
    with suppress(FileNotFoundError):
        mode = stat.S_IMODE(target.stat().st_mode)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.open(temporary, flags, mode)


def _open(path: str | Path, more_flags: int = 0) -> int:
    _check(Path(path).stat(), path)  # opening a device may do something already
    flags = os.O_RDONLY | _NO_WAIT | getattr(os, "O_BINARY", 0) | more_flags
    descriptor = os.open(path, flags)
    try:
        _check(os.fstat(descriptor), path)
        if _NO_WAIT:
            os.set_blocking(descriptor, True)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check(found: os.stat_result, path: str | Path) -> None:
    kind = stat.S_IFMT(found.st_mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if kind == stat.S_IFIFO and str(path).startswith(_DESCRIPTORS):
        return
    if kind != stat.S_IFREG:
        what = _KINDS.get(kind, "something else")
        raise OSError(errno.EINVAL, f"not a file, but {what}", str(path))
    if found.st_size > MAX_BYTES:
        raise OSError(errno.EFBIG, "larger than a gigabyte", str(path))


def read_own_file(path: str | Path) -> bytes:
    """The bytes of a file in a folder of davos. Raises OSError, also for a symbolic link."""
    with os.fdopen(_open(path, getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
        return file.read()


def replace_file(path: str | Path, data: bytes, *, follow_link: bool = True) -> None:
    """Write a file so that it is never half written; permissions are kept.

    A symbolic link is kept, and the file that it leads to is written; without `follow_link`
    the file takes the link's place. A new file has the permissions that the umask leaves.
    Raises OSError, also for a file that may not be written; then the file is what it was.
    """
    target = Path(os.path.realpath(path) if follow_link else path)
    if target.exists() and not os.access(target, os.W_OK):  # a new name would not ask
        raise PermissionError(errno.EACCES, "it is read-only", str(path))
    if not follow_link and target.is_symlink():
        target.unlink()
    temporary = target.with_name(f".{target.name}.{os.urandom(8).hex()}")
    try:
        with os.fdopen(_create(temporary, target), "wb") as file:
            file.write(data)
        with suppress(FileNotFoundError):  # a new file has the usual permissions already
            shutil.copymode(target, temporary)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
