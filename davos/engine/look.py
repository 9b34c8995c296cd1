"""Look: whether what an onion comment asks for is there, before anything is changed."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from davos.engine.screen import Screen, status_of
from davos.environments import extra_site_folders, local_sources, search_path, snapshot
from davos.environments.requirement_check import Verdict, satisfies

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.engine.restart_decision import Restarts
    from davos.environments.project import Project
    from davos.onion.comment import Onion

__all__ = ["Look", "await_change", "is_changing", "is_missing", "look", "verdict_of"]

# With these options pip installs whatever is there already.
_FORCING = {"force_reinstall", "ignore_installed", "upgrade"}


@dataclass(frozen=True)
class Look:
    """What was found for an onion.

    `wanted` is the onion, with the version that a restart pinned in place of its own if that
    version has to be installed again. `forced` says that an option asks for an installation
    in any case, `lasting` that the same onion needs no second look in this session.
    """

    onion: Onion
    wanted: Onion
    verdict: Verdict
    forced: bool
    lasting: bool

    @property
    def is_unmet(self) -> bool:
        """Whether something has to be installed."""
        return not self.verdict.ignored and (self.forced or not self.verdict)


def look(onion: Onion, restarts: Restarts, project: Project | None) -> Look:
    """Find what an onion asks for on the search path, with its own folders in front."""
    folders = extra_site_folders.named_by(onion.options, in_project=project is not None)
    extra_site_folders.put_first(folders)
    pinned = restarts.pinned(onion.requirement)
    if pinned is not None:
        return Look(onion, onion, Verdict(pinned), forced=False, lasting=False)
    forced = not _FORCING.isdisjoint(onion.options)
    wanted = restarts.repinned(onion)
    lasting = not forced and onion.requirement.path is None
    return Look(onion, wanted, verdict_of(wanted, project), forced, lasting)


def verdict_of(onion: Onion, project: Project | None) -> Verdict:
    """Whether the requirement of an onion is satisfied, by metadata or by unchanged sources."""
    verdict = satisfies(onion.requirement, sys.path)
    if verdict or onion.requirement.path is None:
        return verdict
    unchanged = local_sources.unchanged(onion.requirement, project)
    return verdict if unchanged is None else Verdict(unchanged)


def is_missing(top: str) -> bool:
    """Whether no module of a top-level name can be found."""
    try:
        return importlib.util.find_spec(top) is None
    except (ImportError, ValueError):  # a broken finder; the import will say more
        return False


def is_changing(project: Project | None) -> bool:
    """Whether an install into the project is going on, here or elsewhere, or was killed."""
    return project is not None and snapshot.is_pending(project.project_dir)


def await_change(text: str, screen: Screen, settings: Config) -> None:
    """Wait until no install changes the project: half a package must not be imported."""
    project = settings.project
    if project is None or not is_changing(project):
        return
    try:
        with project.lock(status_of(screen, settings, f"{text}: waiting for ")):
            pass
    finally:
        screen.status("")
    search_path.refresh()
