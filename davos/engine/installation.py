"""One installation: ask the user, run the installer, show what it did."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Callable, Mapping, Sequence

from davos.distributions.index import clear_caches, find_distribution
from davos.engine.call_site import warn
from davos.engine.loaded_modules import hashes_on_disk
from davos.engine.look import verdict_of
from davos.engine.reload import loaded_modules
from davos.engine.screen import place_of, status_of
from davos.environments import davos_dependencies, lifecycle, local_sources, search_path
from davos.environments.site_folders import install_folders
from davos.exceptions import InstallerError, OnionArgumentError, SmugglerError
from davos.installers.base import SILENT, Listener, Result
from davos.onion.validator import location_options

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.distributions.distribution import Distribution
    from davos.distributions.record_hashes import FileHashes
    from davos.engine.look import Look
    from davos.engine.screen import Screen
    from davos.engine.session_requirements import Constraints
    from davos.environments.project import Project
    from davos.installers.base import Installer
    from davos.onion.comment import Onion

__all__ = ["NOTHING_INSTALLED", "Installation", "Installed"]


@dataclass(frozen=True)
class Installed:
    """What an installation changed, the line that sums it up, and the hashes of files before."""

    changed: Sequence[Distribution]
    summary: str
    hashes: Mapping[str, FileHashes]


NOTHING_INSTALLED = Installed((), "", {})


class Installation:
    """Runs installers for one session."""

    def __init__(
        self,
        screen: Screen,
        settings: Config,
        installer_for: Callable[[str], Installer],
        load_own: Callable[[str], None],
    ) -> None:
        """Keep what every installation needs; see `davos.engine.engine.Engine` for `load_own`."""
        self._screen = screen
        self._settings = settings
        self._installer_for = installer_for
        self._load_own = load_own

    def run(self, found: Look, constraints: Constraints, loaded: Mapping[str, str]) -> Installed:
        """Install what was looked for; nothing changes if another kernel was faster.

        `loaded` are the versions in memory. Raises what `Installer.install` raises, and
        SmugglerError if the user said no.
        """
        onion, project = found.wanted, self._settings.project
        if project is not None:
            _refuse_location(onion, project)
        self._confirm(onion, project)
        hashes = hashes_on_disk(loaded_modules(), install_folders(project), loaded)
        try:
            result = self._install(found, constraints)
        except InstallerError as error:
            raise _explained(error, onion, constraints) from None
        finally:
            self._screen.status("")
            _look_again(project)
        if not self._settings.suppress_stdout:
            self._screen.show(_summary(result, project))
        self._after(onion, result)
        named = [find_distribution(one.name) for one in result.installed]
        changed = [dist for dist in named if dist is not None]
        return Installed(changed, _summary(result, project), hashes)

    def _install(self, found: Look, constraints: Constraints) -> Result:
        """Run the installer; into a project with its lock held, and all or nothing."""
        onion, project = found.wanted, self._settings.project
        installer = self._installer_for(onion.installer)
        run = partial(installer.install, onion, project, constraints=constraints.lines)
        listener = self._listener(onion)
        if project is None:
            return run(listener=listener)
        with project.lock(listener.wait) as descriptor:
            _look_again(project)
            if not (found.forced or not verdict_of(onion, project)):
                return Result(())
            with lifecycle.changing(project):
                return run(listener=listener, descriptors=[descriptor])

    def _after(self, onion: Onion, result: Result) -> None:
        project = self._settings.project
        if project is not None and davos_dependencies.held_in(str(project.site_packages_dir)):
            self._load_own(str(project.site_packages_dir))
        local_sources.remember(onion.requirement, project, result.installed)
        if result.warnings:
            warn("\n".join(result.warnings))

    def _listener(self, onion: Onion) -> Listener:
        if self._settings.suppress_stdout:
            return SILENT
        start = f"{onion.installer}: {onion.requirement.text}: "
        verbose = onion.options.get("verbosity", 0) > 0
        return Listener(
            output=self._screen.show if verbose else SILENT.output,
            status=status_of(self._screen, self._settings, start),
            wait=status_of(self._screen, self._settings, f"{start}waiting for "),
        )

    def _confirm(self, onion: Onion, project: Project | None) -> None:
        if not self._settings.confirm_install or self._settings.noninteractive:
            return
        if onion.options.get("no_input"):
            return
        command = shlex.join([onion.installer, "install", *onion.passed, *onion.requirement_words])
        asked = f"Install {onion.requirement.text} into {place_of(project)}"
        answer = self._screen.confirm(f"{asked} ({command})? [Y/n] ")
        if answer is None:
            raise SmugglerError(
                f"{onion.requirement.text} was not installed: davos.config.confirm_install is on, "
                "and nobody can be asked here; set it to False to install without asking",
            )
        if not answer:
            raise SmugglerError(f"{onion.requirement.text} was not installed: you said no")


def _explained(error: InstallerError, onion: Onion, constraints: Constraints) -> InstallerError:
    """The error of a contradiction names the onions that contradict each other."""
    others = constraints.contradicting(error.output)
    if not others:
        return error
    names = " and ".join(repr(entry.requirement.text) for entry in others)
    message = (
        f"{onion.requirement.text!r} contradicts {names}, smuggled earlier in this session; "
        "nothing was changed"
    )
    return InstallerError(
        message,
        returncode=error.returncode,
        cmd=error.cmd,
        output=error.output,
    )


def _look_again(project: Project | None) -> None:
    clear_caches()
    if project is not None:
        search_path.refresh()


def _refuse_location(onion: Onion, project: Project) -> None:
    for option in location_options(onion):
        raise OnionArgumentError(
            f"{option} installs outside {place_of(project)}: leave it out, or set davos.project = "
            "None to install into the environment itself",
        )


def _summary(result: Result, project: Project | None) -> str:
    """One line: `installed six 1.15.0 (project quickstart)`."""
    names = ", ".join(f"{one.name} {one.version}" for one in result.installed)
    return f"installed {names} ({place_of(project)})" if names else "nothing had to be installed"
