"""Errors for a distribution that another folder or file on the search path hides."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from davos.engine.loaded_modules import found_file, is_among, is_there
from davos.engine.reload_plan import LoadedModule
from davos.environments.requirement_check import satisfies
from davos.environments.site_folders import install_folders
from davos.exceptions import SmugglerError

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.environments.project import Project
    from davos.onion.comment import Requirement

__all__ = ["refuse_hidden_distribution", "refuse_hidden_module"]


def refuse_hidden_distribution(
    requirement: Requirement, found: Distribution, project: Project | None
) -> None:
    """Raise SmugglerError if `found` hides the distribution that was just installed."""
    mine = satisfies(requirement, install_folders(project))
    if mine and mine.distribution and mine.distribution.location != found.location:
        raise SmugglerError(
            f"{mine.distribution.name} {mine.distribution.version} is installed in "
            f"{mine.distribution.location}, but {found.location} comes before it on sys.path "
            f"and has version {found.version}: take that folder off sys.path (or PYTHONPATH), "
            f"or {found.name} out of it",
        )


def refuse_hidden_module(top: str, asked: Distribution) -> None:
    """Raise SmugglerError if another file hides a module of the distribution asked for."""
    if top not in asked.modules or asked.is_elsewhere:
        return
    file = getattr(sys.modules.get(top), "__file__", None) or found_file(top)
    if file is None or file.startswith(f"{asked.location}{os.sep}"):
        return
    if is_among(LoadedModule(top, file), asked.files):
        return
    if not is_there(top, asked):
        raise SmugglerError(
            f"{asked.name} {asked.version} is recorded in {asked.location}, but its files "
            f"are gone: add --force-reinstall to its onion comment, once",
        )
    raise SmugglerError(
        f"{asked.name} {asked.version} is installed in {asked.location}, but {file} hides "
        "it: rename that file",
    )
