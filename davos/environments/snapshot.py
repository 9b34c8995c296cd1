"""The old state of a project, kept while an installer changes it.

It lies beside the project's folder, made of hard links: a snapshot of 4,000 files takes a
tenth of a second and no space. It is complete as soon as it has its name, which it gets
and loses in one rename. A process that is killed in between leaves it there; the
next one that holds the project's lock puts it back.
"""

# A folder is walked as text: pathlib takes longer than the links
# ruff: noqa: PTH102, PTH104, PTH115, PTH118, PTH120, PTH211

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator

from davos.environments import project_names, trash
from davos.environments.file_errors import reporting
from davos.exceptions import DavosProjectError

__all__ = ["is_pending", "kept", "restore"]

_PREFIX = f"{project_names.TRASH}snapshot-"
_LONGEST = 255 - len(_PREFIX)  # bytes of a file name
# What installers write to without replacing it: a link would change with it.
_COPIED_FOLDERS = (".dist-info", ".egg-info")
_COPIED_FILES = (".pth", ".egg-link")
_SOURCES = "src"  # of editable repositories, where git and setup.py work
_SKIPPED = "__pycache__"


def is_pending(project_dir: Path) -> bool:
    """Whether an install is going on, or was killed."""
    return os.path.lexists(_place(project_dir))


@contextmanager
def kept(project_dir: Path) -> Iterator[None]:
    """Keep the state of a project while the block changes it; put it back if that raises.

    To be called with the project's lock held. Raises DavosProjectError if the state cannot
    be kept; then nothing was changed.
    """
    place = _place(project_dir)
    with reporting("keep the old state of", project_dir):
        trash.sweep(Path(place).parent)
        _take(os.path.realpath(project_dir), place)
    try:
        yield
    except BaseException:
        with suppress(DavosProjectError):  # the error at hand says more; the next lock tries again
            restore(project_dir)
        raise
    _discard(place)


def restore(project_dir: Path) -> bool:
    """Put back what `kept` kept, if it is still there; whether it was.

    To be called with the project's lock held. Killed at any moment, it is finished by the
    next call. Needs no space on the disk. Raises DavosProjectError.
    """
    place, real = _place(project_dir), os.path.realpath(project_dir)
    if not os.path.lexists(place):
        return False
    broken = _aside(place)
    with reporting("restore", project_dir):
        if os.path.lexists(real):
            os.rename(real, broken)
        os.rename(place, real)
    trash.delete(broken)
    return True


def _place(project_dir: Path) -> str:
    """Where the snapshot of a project is: on the same file system, for a rename is atomic."""
    parent, name = os.path.split(os.path.realpath(project_dir))
    if len(os.fsencode(name)) > _LONGEST:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return os.path.join(parent, f"{_PREFIX}{name}")


def _aside(place: str) -> str:
    return os.path.join(os.path.dirname(place), f"{trash.PREFIX}{secrets.token_hex(8)}")


def _take(real: str, place: str) -> None:
    unfinished = _aside(place)
    try:
        _keep_folder(real, unfinished, copied=False)
        os.rename(unfinished, place)
    except BaseException:
        trash.delete(unfinished)
        raise


def _discard(place: str) -> None:
    gone = _aside(place)
    os.rename(place, gone)
    trash.delete(gone)


def _keep_folder(source: str, target: str, *, copied: bool) -> None:
    os.mkdir(target)
    with os.scandir(source) as entries:
        for entry in entries:
            if entry.name != _SKIPPED:
                _keep(entry, os.path.join(target, entry.name), copied=copied)
    shutil.copystat(source, target)


def _keep(entry: os.DirEntry[str], target: str, *, copied: bool) -> None:
    """Keep a file, link or folder; `copied` says that its files may be written in place."""
    if entry.is_symlink():
        os.symlink(os.readlink(entry.path), target)
    elif entry.is_dir():
        copied = copied or entry.name == _SOURCES or entry.name.endswith(_COPIED_FOLDERS)
        _keep_folder(entry.path, target, copied=copied)
    elif copied or entry.name.endswith(_COPIED_FILES) or not _link(entry.path, target):
        shutil.copy2(entry.path, target)


def _link(source: str, target: str) -> bool:
    """Make a hard link, if the file system supports them and the user owns the file."""
    try:
        os.link(source, target)
    except OSError:
        return False
    return True
