"""Whether the lock of a project's notebook is installed there, in one line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from davos.exceptions import DavosError, NotebookError
from davos.installers.conda_locked import absent
from davos.resolution.lock_document import read_lock
from davos.resolution.lock_selection import selection
from davos.resolution.locked_requirements import not_installed

if TYPE_CHECKING:
    from davos.environments.project import Project

__all__ = ["lock_state"]


def lock_state(project: Project) -> str:
    """`a.ipynb: 5 packages, all installed`; empty if there is no lock. Files are not compared.

    Or which packages are not installed as the lock has them, or why it cannot be used here.
    """
    document = project.notebook
    try:
        lock = read_lock(document) if document is not None else None
        chosen = selection(lock) if lock is not None else None
    except (OSError, NotebookError):
        return ""
    except DavosError as error:
        return str(error)
    if chosen is None or document is None:
        return ""
    if chosen.obstacle:
        return chosen.obstacle
    missing = [
        *not_installed(chosen.files, [str(project.site_packages_dir), *sys.path]),
        *absent(chosen.packages, [str(project.prefix), sys.prefix]),
    ]
    count = len(chosen.files) + len(chosen.packages)
    words = f"{document.name}: {count} package{'' if count == 1 else 's'}"
    names = ", ".join(one.shown for one in missing)
    return f"{words}, not installed: {names}" if missing else f"{words}, all installed"
