"""The documents that commands on locks are about: their locks, and their projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from davos.environments.project import Project
from davos.exceptions import DavosProjectError, LockError
from davos.files import check_readable
from davos.resolution.lock_document import read_lock

if TYPE_CHECKING:
    from davos.resolution.lock_document import Lock

__all__ = ["lock_of", "project_of"]


def lock_of(path: str) -> Lock:
    """The lock of a document. Raises LockError if it has none, OSError and NotebookError."""
    check_readable(path)
    lock = read_lock(path)
    if lock is None:
        message = f"it has no lock; `davos lock {path}` makes one"
        raise LockError(message)
    return lock


def project_of(path: str, name: str | None) -> Project:
    """The project of a name, or of a document. Raises DavosProjectError."""
    if name is None:
        return Project.for_notebook(path)
    project = Project(name)
    if project.notebook is not None and not project.notebook.exists():
        message = f"there is no notebook {name!r}"
        raise DavosProjectError(message)
    return project
