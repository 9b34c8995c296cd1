"""Deleting a folder in one step: moved aside first, so that a kill leaves no half of it."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from davos.environments.project_names import TRASH

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PREFIX", "delete", "discard", "sweep"]

PREFIX = f"{TRASH}trash-"
_OLD = 3600  # seconds


def discard(path: Path, within: Path) -> None:
    """Delete a folder; a symbolic link is deleted itself, never what it points at.

    `within` is a folder on the same file system that holds the moved folder until
    it is gone. Raises OSError if it cannot be moved; what of it cannot be deleted
    afterwards stays in the trash for `sweep`.
    """
    aside = mkdtemp(prefix=PREFIX, dir=within)
    try:
        path.rename(os.path.join(aside, "gone"))  # noqa: PTH118  # a name of ours
    finally:
        delete(aside)


def sweep(within: Path) -> None:
    """Delete what a killed `discard` left more than an hour ago."""
    for leftover in within.glob(f"{PREFIX}*"):
        if leftover.is_dir() and not leftover.is_symlink() and _is_old(leftover):
            delete(str(leftover))


def _is_old(leftover: Path) -> bool:
    with suppress(OSError):
        return time.time() - leftover.stat().st_mtime > _OLD
    return False


def delete(folder: str) -> None:
    """Delete a folder as far as possible, if it is there.

    Symbolic links inside it are deleted, never what they point at.
    """
    if os.path.lexists(folder):
        shutil.rmtree(folder, onerror=_make_writable)


def _make_writable(function: object, path: str, _error: object) -> None:
    """Try once more where a read-only folder (as of git's objects) was in the way."""
    try:
        os.chmod(os.path.dirname(path), 0o700)  # noqa: PTH101, PTH120  # rmtree's path is text
        if callable(function):
            function(path)
    except OSError:
        pass
