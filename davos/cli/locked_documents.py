"""The documents that commands on locks are about: their locks, and their projects."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from davos.cli.input_files import complain, reason
from davos.documents.literal_settings import literal_setting
from davos.documents.reader import read_document
from davos.environments.project import Project
from davos.environments.project_names import is_notebook_path
from davos.escaping import one_line
from davos.exceptions import DavosError, DavosProjectError, LockError, NotebookError
from davos.files import check_readable, read_file
from davos.resolution.lock_document import read_lock

if TYPE_CHECKING:
    from davos.cli.input_files import Files
    from davos.documents.document import Document
    from davos.resolution.lock_document import Lock

__all__ = ["EXIT_FAILED", "lock_of", "lock_or_fail", "named_lock_of", "project_of", "status_of"]

EXIT_FAILED = 1
EXIT_USAGE = 2


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
    """The lock of a document.

    Raises LockError if it has none, OSError and NotebookError.
    """
    check_readable(path)
    lock = read_lock(path)
    if lock is None:
        message = f"it has no lock; `davos lock {path}` makes one"
        raise LockError(message)
    return lock


def named_lock_of(path: str) -> Lock:
    """The same, called in messages as the document, also if it is a file of its own."""
    return replace(lock_of(path), path=Path(path))


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
    given = literal_setting(read_document(read_file(path), path), "project")
    if given is None:
        return Project.for_notebook(path)
    try:
        return _existing(_beside(path, given) if is_notebook_path(given) else given, given)
    except DavosProjectError as error:
        message = f"it sets davos.config.project to {given!r}: {error}"
        raise DavosProjectError(message) from None


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
