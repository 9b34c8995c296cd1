"""Look: whether what an onion comment asks for is there, before anything is changed."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from davos.distributions.index import distributions, forget_unsettled
from davos.distributions.overwritten import overwriter
from davos.engine.screen import Screen, status_of
from davos.environments import extra_site_folders, local_sources, pending, search_path
from davos.environments.conda_environments import is_environment
from davos.environments.requirement_check import Verdict, satisfies

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.distributions.distribution import Distribution
    from davos.engine.restart_decision import Restarts
    from davos.environments.project import Project
    from davos.onion.comment import Onion
    from davos.onion.match_spec import MatchSpec

__all__ = [
    "Look",
    "await_change",
    "conda_prefixes",
    "is_changing",
    "is_missing",
    "look",
    "verdict_of",
]

# With these options pip and conda install whatever is there already.
_FORCING = {"force_reinstall", "ignore_installed", "update_deps", "update_specs", "upgrade"}


class Look(NamedTuple):
    """What was found for an onion.

    `wanted` is the onion, with the version that a restart pinned in place of its own if that
    version has to be installed again. `forced` says that an option asks for an installation
    in any case, `lasting` that the same onion needs no second look in this session, `pinned` that
    a restart's pin was found in place of what the onion asks for.
    """

    onion: Onion
    wanted: Onion
    verdict: Verdict
    forced: bool
    lasting: bool
    pinned: bool = False

    @property
    def is_unmet(self) -> bool:
        """Whether something has to be installed."""
        return not self.verdict.ignored and (self.forced or not self.verdict)


def look(onion: Onion, restarts: Restarts, project: Project | None) -> Look:
    """Find what an onion asks for on the search path, with its own folders in front."""
    forget_unsettled()
    folders = extra_site_folders.named_by(onion.options, in_project=project is not None)
    extra_site_folders.put_first(folders)
    pinned = restarts.pinned(onion.requirement)
    if pinned is not None:
        return Look(onion, onion, Verdict(pinned), forced=False, lasting=False, pinned=True)
    forced = not _FORCING.isdisjoint(onion.options)
    wanted = restarts.repinned(onion)
    lasting = not forced and onion.requirement.path is None
    return Look(onion, wanted, verdict_of(wanted, project), forced, lasting)


def verdict_of(onion: Onion, project: Project | None) -> Verdict:
    """Whether the requirement of an onion is satisfied, by metadata or by unchanged sources."""
    spec = onion.requirement.match_spec
    verdict = _of_conda(spec, project) if spec else satisfies(onion.requirement, sys.path)
    if verdict and project is not None and verdict.distribution is not None:
        return _own_files(verdict, verdict.distribution, project)
    if verdict or onion.requirement.path is None:
        return verdict
    unchanged = local_sources.unchanged(onion.requirement, project)
    return verdict if unchanged is None else Verdict(unchanged)


def _of_conda(spec: MatchSpec, project: Project | None) -> Verdict:
    from davos.environments.conda_check import (  # noqa: PLC0415 - for few onions
        Places,
        satisfies_spec,
    )

    return satisfies_spec(spec, Places(conda_prefixes(project)))


def conda_prefixes(project: Project | None) -> list[str]:
    """Where the records of conda packages are: in the project and in the kernel's environment."""
    return [*([] if project is None else [str(project.prefix)]), sys.prefix]


def _own_files(verdict: Verdict, found: Distribution, project: Project) -> Verdict:
    """The verdict, unless another distribution of the project took the files of the one found."""
    folder = str(project.site_packages_dir)
    if str(found.location) != folder:
        return verdict
    rival = overwriter(found, distributions([folder]))
    if rival is None:
        return verdict
    return verdict._replace(reason=f"{rival.name} {rival.version} has overwritten {found.name}")


def is_missing(module: str) -> bool:
    """Whether a module, or a package that it is in, cannot be found."""
    try:
        return importlib.util.find_spec(module) is None
    except ModuleNotFoundError as error:
        return f"{module}.".startswith(f"{error.name}.")
    except (ImportError, ValueError):  # a broken finder; the import will say more
        return False


def is_changing(project: Project | None) -> bool:
    """Whether a commit into the project is being made, or was interrupted.

    Without a project the kernel's own environment counts, if it is one of conda.
    """
    if project is None:
        return is_environment(sys.prefix) and pending.is_pending(Path(sys.prefix))
    return pending.is_pending(project.project_dir)


def await_change(text: str, screen: Screen, settings: Config) -> None:
    """Wait until no commit changes the project: half a package must not be imported."""
    project = settings.project
    if not is_changing(project):
        return
    wait = status_of(screen, settings, f"{text}: waiting for ", stays=False)
    try:
        if project is None:
            from davos.environments import conda_base  # noqa: PLC0415 - seldom needed

            conda_base.recover(Path(sys.prefix), wait)
        else:
            with project.lock(wait):
                pass
    finally:
        screen.status("")
    search_path.refresh()
