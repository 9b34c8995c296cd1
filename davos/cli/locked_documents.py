"""The documents that commands on locks are about: their locks, and their projects."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from davos.cli.input_files import complain, reason
from davos.documents.literal_settings import is_set, literal_setting
from davos.documents.lock_place import is_lock_file
from davos.documents.reader import read_document
from davos.environments.project import Project
from davos.environments.project_names import is_notebook_path
from davos.escaping import one_line
from davos.exceptions import DavosError, DavosProjectError, LockError, NotebookError
from davos.files import check_readable, read_file
from davos.resolution.conda_lock import locked_packages
from davos.resolution.lock_document import lock_path, read_lock

if TYPE_CHECKING:
    from davos.cli.input_files import Files
    from davos.documents.document import Document
    from davos.resolution.lock_document import Lock

__all__ = [
    "EXIT_FAILED",
    "lock_of",
    "lock_or_fail",
    "named_lock_of",
    "project_of",
    "sets_its_lock",
    "status_of",
]

EXIT_FAILED = 1
EXIT_USAGE = 2
_AUTO = "auto"


def status_of(path: str, work: Callable[[Lock, Project], int], name: str | None) -> int:
    """The exit status of some work on a document's lock and its project, or that of a name.

    What is wrong is complained of: 1 for the lock and the project, 2 for an unreadable file.
    """
    try:
        return work(named_lock_of(path), project_of(path, name))
    except (OSError, NotebookError) as error:
        complain(f"{one_line(path)}: {reason(error)}")
        return EXIT_USAGE
    except DavosError as error:
        complain(f"{one_line(path)}: {error}")
        return EXIT_FAILED


def lock_of(path: str) -> Lock:
    """The lock of a document: the one that its code sets, else its own.

    Raises LockError if there is none, or one with packages of conda that are refused, OSError and
    NotebookError.
    """
    check_readable(path)
    given = _set_in(path, "lock")
    if given is not None and given != _AUTO:
        return _chosen(_beside(path, given), given)
    lock = read_lock(path)
    if lock is None:
        message = f"it has no lock; `davos lock {path}` makes one"
        raise LockError(message)
    locked_packages(lock)
    return lock


def sets_its_lock(path: str) -> bool:
    """Whether the code of a document sets `davos.config.lock`, to a text or anything else."""
    return is_set(read_document(read_file(path), path), "lock")


def _chosen(place: Path, written: str) -> Lock:
    try:
        check_readable(place)
        lock = read_lock(place)
    except (OSError, NotebookError) as error:
        message = f"it sets davos.config.lock to {written!r}: {reason(error)}"
        raise LockError(message) from None
    if lock is None:
        message = f"it sets davos.config.lock to {written!r}, which has no lock"
        raise LockError(message)
    locked_packages(lock)
    return lock


def named_lock_of(path: str) -> Lock:
    """The same; one of the document is called as it in messages, also if it is a file beside it."""
    lock = lock_of(path)
    return replace(lock, path=Path(path)) if lock.path == lock_path(path) else lock


def lock_or_fail(document: Document, files: Files) -> Lock | None:
    """The lock of a document; None, and the file has failed, if there is none that can be read."""
    try:
        return lock_of(document.filename)
    except (OSError, DavosError) as error:
        files.fail(document.filename, reason(error))
        return None


def project_of(path: str, name: str | None) -> Project:
    """The project of a name, else the one that a document sets, else its own.

    Raises DavosProjectError, and for the document OSError and NotebookError.
    """
    if name is not None:
        return _existing(name, name)
    given = _set_in(path, "project")
    if given is None:
        return Project.for_notebook(path)
    try:
        return _existing(_beside(path, given) if is_notebook_path(given) else given, given)
    except DavosProjectError as error:
        message = f"it sets davos.config.project to {given!r}: {error}"
        raise DavosProjectError(message) from None


def _set_in(path: str, field: str) -> str | None:
    """The text that the code of a document gives a setting; a lock file has no code."""
    if is_lock_file(path):
        return None
    return literal_setting(read_document(read_file(path), path), field)


def _existing(name: str | Path, written: str) -> Project:
    """A project, whose notebook exists if it is that of a notebook."""
    project = Project(name)
    if project.notebook is not None and not project.notebook.exists():
        message = f"there is no notebook {written!r}"
        raise DavosProjectError(message)
    return project


def _beside(path: str, written: str) -> Path:
    """A path as code in a document means it, which runs in the document's folder."""
    expanded = os.path.expandvars(os.path.expanduser(written))  # noqa: PTH111 - as Project does
    return Path(path).absolute().parent / expanded
