"""One installation: asked about, run, shown, summed up."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Mapping, Protocol, Sequence

from davos.credentials import masked_words
from davos.distributions.index import clear_caches, find_distribution
from davos.engine.call_site import warn
from davos.engine.loaded_modules import contents
from davos.engine.reload import loaded_modules
from davos.environments import davos_dependencies, local_sources, search_path
from davos.environments.site_folders import install_folders
from davos.exceptions import InstallerError, OnionArgumentError, SmugglerError
from davos.installers.base import SILENT, Listener
from davos.onion.validator import location_options

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.distributions.distribution import Distribution
    from davos.engine.loaded_modules import Contents
    from davos.engine.session_requirements import Ledger
    from davos.environments.project import Project
    from davos.installers.base import Installer, Result
    from davos.onion.comment import Onion

__all__ = ["Installation", "Installed", "Screen", "place_of", "status_of"]


class Screen(Protocol):
    """What an installation needs of the front end."""

    def show(self, text: str) -> None:
        """Show a line, to stay."""

    def status(self, text: str) -> None:
        """Show what is going on, in place of the last status; empty: nothing any more."""

    def confirm(self, question: str) -> bool | None:
        """Ask the user; None where nobody can answer."""


@dataclass(frozen=True)
class Installed:
    """What an installation changed, the line that sums it up, and what lay there before."""

    changed: Sequence[Distribution]
    summary: str
    contents: Mapping[str, Contents]


class Installation:
    """Runs installers for one session."""

    def __init__(
        self,
        screen: Screen,
        settings: Config,
        installer_for: Callable[[str], Installer],
        keep_own: Callable[[str], None],
        ledger: Ledger,
    ) -> None:
        """Keep what every installation needs; see `davos.engine.engine.Engine` for `keep_own`."""
        self._screen = screen
        self._settings = settings
        self._installer_for = installer_for
        self._keep_own = keep_own
        self._ledger = ledger

    def run(
        self,
        top: str,
        onion: Onion,
        pins: Sequence[str],
        loaded: Mapping[str, str],
        is_needed: Callable[[], bool],
    ) -> Installed:
        """Install what the onion of a module asks for.

        Nothing has changed if another kernel was faster.

        `pins` are constraints besides the ledger's, `loaded` the versions in memory, and
        `is_needed` is asked once nobody else changes the project.
        """
        project: Project | None = self._settings.project
        if project is not None:
            _refuse_location(onion, project)
        self._confirm(onion, project)
        before = contents(loaded_modules(), install_folders(project), loaded)
        result = self._run_installer(top, onion, project, pins, is_needed)
        if project is not None and davos_dependencies.held_in(str(project.site_packages_dir)):
            self._keep_own(str(project.site_packages_dir))
        local_sources.remember(onion.requirement, project, result.installed)
        if result.warnings:
            warn("\n".join(result.warnings))
        found = [find_distribution(one.name) for one in result.installed]
        changed = [dist for dist in found if dist is not None]
        return Installed(changed, _summary(result, project), before)

    def _run_installer(
        self,
        top: str,
        onion: Onion,
        project: Project | None,
        pins: Sequence[str],
        is_needed: Callable[[], bool],
    ) -> Result:
        def is_still_needed() -> bool:
            _look_again(project)
            return is_needed()

        try:
            result = self._installer_for(onion.installer).install(
                onion,
                project,
                constraints=[*self._ledger.constraints(onion.requirement, top), *pins],
                listener=self._listener(onion),
                is_needed=is_still_needed,
            )
        except InstallerError as error:
            raise self._explained(error, top, onion) from None
        finally:
            self._screen.status("")
            _look_again(project)
        if not self._settings.suppress_stdout:
            self._screen.show(_summary(result, project))
        return result

    def _listener(self, onion: Onion) -> Listener:
        if self._settings.suppress_stdout:
            return SILENT
        start = f"{onion.installer}: {onion.requirement.shown}: "
        verbose = onion.options.get("verbosity", 0) > 0
        return Listener(
            output=self._screen.show if verbose else SILENT.output,
            status=status_of(self._screen, self._settings, start),
            wait=status_of(self._screen, self._settings, f"{start}waiting for "),
        )

    def _explained(self, error: InstallerError, top: str, onion: Onion) -> InstallerError:
        """The error of a contradiction names the onions that contradict each other."""
        others = self._ledger.contradicting(onion.requirement, error.output, top)
        if not others:
            return error
        names = " and ".join(repr(entry.requirement.shown) for entry in others)
        message = (
            f"{onion.requirement.shown!r} contradicts {names}, smuggled earlier in this session; "
            "nothing was changed"
        )
        return InstallerError(
            message,
            returncode=error.returncode,
            cmd=error.cmd,
            output=error.output,
        )

    def _confirm(self, onion: Onion, project: Project | None) -> None:
        if not self._settings.confirm_install or self._settings.noninteractive:
            return
        if onion.options.get("no_input"):
            return
        words = masked_words([*onion.passed, *onion.requirement_words])
        command = shlex.join([onion.installer, "install", *words])
        asked = f"Install {onion.requirement.shown} into {place_of(project)}"
        answer = self._screen.confirm(f"{asked} ({command})? [Y/n] ")
        if answer is None:
            raise SmugglerError(
                f"{onion.requirement.shown} was not installed: davos.config.confirm_install is on, "
                "and nobody can be asked here; set it to False to install without asking",
            )
        if not answer:
            raise SmugglerError(f"{onion.requirement.shown} was not installed: you said no")


def status_of(screen: Screen, settings: Config, start: str) -> Callable[[str], None]:
    """Shows a status that begins with some words; nothing under `suppress_stdout`."""
    if settings.suppress_stdout:
        return SILENT.status
    return lambda words: screen.status(start + words)


def place_of(project: Project | None) -> str:
    """What a user calls the place that packages go to."""
    if project is None:
        return "this environment"
    return f"project {project.notebook.stem if project.notebook else project.name}"


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
