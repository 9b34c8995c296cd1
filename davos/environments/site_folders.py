"""The site-packages folders that an installer writes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from davos.distributions.index import site_folders

if TYPE_CHECKING:
    from davos.environments.project import Project

__all__ = ["install_folders"]


def install_folders(project: Project | None) -> list[str]:
    """The folders that installs go to: a project's own, else the environment's."""
    return list(map(str, site_folders() if project is None else [project.site_packages_dir]))
