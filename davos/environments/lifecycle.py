"""What happens to a whole project: it is renamed or removed.

The front end of a restarted kernel says with `expect_rerun` that cells run again: a rename
among them finds that it is done already.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Callable

from davos import asking
from davos.environments import (
    conda_relocation,
    project_record,
    relocate,
    search_path,
    trash,
)
from davos.environments.file_errors import reporting
from davos.environments.project import Project
from davos.environments.project_record import Record
from davos.exceptions import DavosProjectError

__all__ = ["expect_rerun", "remove", "rename"]


class _Rerun:
    """The site-packages folder that a rerun in progress uses; empty without one."""

    folder: Callable[[], str] = staticmethod(lambda: "")


def expect_rerun(folder: Callable[[], str]) -> None:
    """Set the function that returns the site-packages folder that a rerun in progress uses.

    It returns an empty string when no rerun is in progress.
    """
    _Rerun.folder = staticmethod(folder)


def remove(project: Project, *, yes: bool) -> None:
    """Delete a project's folder, after asking unless `yes`; see `Project.remove`."""
    if not yes:
        count = len(project.installed_packages)
        packages = f"{count} package{'' if count == 1 else 's'}"
        question = f"Remove project {project.name!r} ({packages})?"
        if not asking.confirm_deletion(question, "remove a project"):
            return
    Project.made[:] = [made for made in Project.made if made != project]
    if not os.path.lexists(project.project_dir):
        return
    with project.lock_now(), reporting("remove", project.project_dir):
        _discard(project)
    search_path.refresh(project)


def _discard(project: Project) -> None:
    """Delete the folder; taking the lock may have restored that there is none."""
    folder = project.project_dir
    if project.exists or folder.is_symlink():
        trash.discard(folder, project.home / "projects")
    elif os.path.lexists(folder):
        raise DavosProjectError(f"{folder} is a file, not a project: not removed")


def rename(project: Project, new_name: str | os.PathLike[str]) -> None:
    """Give a project another name or notebook; see `Project.rename`."""
    target = Project(new_name)
    if target == project:
        return
    old = project.project_dir
    active = search_path.active_project()
    with project.lock_now(), target.lock_now(), reporting("rename", old):
        again = _Rerun.folder() == str(target.site_packages_dir)
        if os.path.lexists(target.project_dir) and not again:
            raise DavosProjectError(f"there is a project {target.name!r} already")
        if project.exists and not again:
            conda_relocation.check(old, target.project_dir)
            _move(project, target)
    if active is None or active != project:
        project.become(target)
        return
    search_path.deactivate()
    project.become(target)
    active.become(target)
    relocate.modules(old, target.project_dir)
    search_path.activate(active)


def _move(project: Project, target: Project) -> None:
    """Rename the folder; killed at any moment, its record still tells whose it is."""
    old, new = project.project_dir, target.project_dir
    known = project_record.read(old) or Record(project.name, project.notebook_text)
    after = replace(known, name=target.name, notebook=target.notebook_text)
    between = replace(after, moved_from=str(old), old_notebook=project.notebook_text)
    project_record.write(old, between)
    old.rename(new)
    relocate.project(old, new)
    project_record.write(new, after)
