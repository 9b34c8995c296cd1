"""Meeting an onion: is it satisfied, install, and which modules must be reloaded for it."""

from __future__ import annotations

import os
import shlex
import sys
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, AbstractSet, Any, Callable, Mapping, Protocol, Sequence

from davos.environments import own, search_path, side_folders, snapshot, sources
from davos.environments.base import clear_caches, find_distribution
from davos.environments.satisfied import Verdict, satisfies
from davos.exceptions import InstallerError, OnionArgumentError, SmugglerError
from davos.installers.base import SILENT, Listener
from davos.ledger import Ledger
from davos.memory import found_file, is_among, is_current, loaded_from_elsewhere, owned_by
from davos.onion.validator import location_options
from davos.reload.apply import loaded_modules
from davos.reload.plan import LoadedModule, modules_in, plan_reload

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.environments.distribution import Distribution
    from davos.environments.project import Project
    from davos.installers.base import Installer, Result
    from davos.onion.comment import Onion

__all__ = ["Frontend", "Provision", "Supply"]

# With these options pip installs whatever is there already.
_FORCING = {"force_reinstall", "ignore_installed", "upgrade"}


class Frontend(Protocol):
    """What the engine needs of the place it runs in."""

    @property
    def namespace(self) -> dict[str, Any]:
        """Where smuggled names are bound."""

    def show(self, text: str) -> None:
        """Show a line, to stay."""

    def status(self, text: str) -> None:
        """Show what is going on, in place of the last status; empty: nothing any more."""

    def confirm(self, question: str) -> bool | None:
        """Ask the user; None where nobody can answer."""


@dataclass(frozen=True)
class Provision:
    """What is there after an onion was met, and what must be reloaded for it.

    `asked` is the distribution that the onion names, None if its marker excludes it.
    `lasting` says that the same onion needs no second look in this session.
    `before` are the versions that were loaded, for the case that the import fails.
    """

    asked: Distribution | None
    changed: Sequence[Distribution]
    replace: tuple[str, ...]
    owned: AbstractSet[str]
    lasting: bool
    before: Mapping[str, str | None]


class Supply:
    """Finds or installs what onions ask for, and keeps the session's ledger."""

    def __init__(
        self,
        frontend: Frontend,
        settings: Config,
        installer_for: Callable[[str], Installer],
        keep_own: Callable[[str], None],
    ) -> None:
        self.frontend = frontend
        self.settings = settings
        self.keep_own = keep_own
        self.installer_for = installer_for
        self.ledger = Ledger()
        # The versions of distributions whose modules this session loaded.
        self._loaded: dict[str, str] = {}

    def meet(self, top: str, onion: Onion) -> Provision:
        """Find or install what an onion asks for; decide what must be reloaded.

        Raises SmugglerError if a loaded compiled module is in the way, or the user said
        no, InstallerError, and OnionArgumentError for an option that has no place here.
        """
        forced = not _FORCING.isdisjoint(onion.options)
        self.await_change(onion.requirement.text)
        in_project = self.settings.project is not None
        side_folders.put_first(side_folders.named_by(onion.options, in_project=in_project))
        verdict = self._verdict(onion)
        asked = verdict.distribution
        changed: list[Distribution] = []
        if not (verdict.ignored or (verdict and not forced)):
            changed = self._install(onion, forced=forced)
            asked = self._asked_for(top, onion, changed)
        loaded = loaded_modules()
        stale = changed or [dist for dist in [asked] if dist and self._is_stale(top, dist, loaded)]
        plan = plan_reload(loaded, owned := owned_by(stale))
        if plan.stuck:
            raise _stuck(stale, plan.stuck)
        owned |= self._shadowed(asked, loaded)
        plan = plan_reload(loaded, owned)
        lasting = not forced and onion.requirement.path is None
        before = self._load([*changed, *([asked] if asked else [])])
        return Provision(asked, changed, plan.replace, owned, lasting, before)

    def check_visible(self, top: str, provision: Provision) -> None:
        """Raise SmugglerError if another file hides the module of the distribution asked for."""
        asked = provision.asked
        if asked is None or top not in asked.modules or asked.is_elsewhere:
            return
        file = getattr(sys.modules.get(top), "__file__", None) or found_file(top)
        if file is None or file.startswith(f"{asked.location}{os.sep}"):
            return
        if not is_among(LoadedModule(top, file), asked.files):
            raise SmugglerError(
                f"{asked.name} {asked.version} is installed in {asked.location}, but {file} hides "
                "it: rename that file",
            )

    def settle(self, onion: Onion, provision: Provision) -> None:
        """Note what was asked for, once the import went well."""
        asked = provision.asked
        if asked is not None:
            self.ledger.record(asked.name, asked.version, onion.requirement)

    def undo(self, provision: Provision) -> None:
        """Note that the import failed: the modules from before are loaded."""
        for name, version in provision.before.items():
            self._loaded.pop(name, None)
            if version is not None:
                self._loaded[name] = version

    @property
    def is_changing(self) -> bool:
        """Whether an install into the project is going on, here or elsewhere, or was killed."""
        project = self.settings.project
        return project is not None and snapshot.is_pending(project.project_dir)

    def await_change(self, text: str) -> None:
        """Wait until nobody changes the project: half a package must not be imported."""
        project: Project | None = self.settings.project
        if project is None or not self.is_changing:
            return
        try:
            with project.lock(self._status_of(f"{text}: waiting for ")):
                pass
        finally:
            self.frontend.status("")
        search_path.refresh()

    def _load(self, distributions: Sequence[Distribution]) -> dict[str, str | None]:
        """Note the versions that are about to be loaded; what was noted before."""
        before = {
            dist.normalized_name: self._loaded.get(dist.normalized_name) for dist in distributions
        }
        self._loaded.update({dist.normalized_name: dist.version for dist in distributions})
        return before

    def _verdict(self, onion: Onion) -> Verdict:
        verdict = satisfies(onion.requirement, sys.path)
        if verdict or onion.requirement.path is None:
            return verdict
        unchanged = sources.unchanged(onion.requirement, self.settings.project)
        return verdict if unchanged is None else Verdict(unchanged)

    def _asked_for(
        self,
        top: str,
        onion: Onion,
        changed: Sequence[Distribution],
    ) -> Distribution | None:
        """The distribution that the onion's requirement means, among those that changed."""
        if onion.requirement.name:
            return find_distribution(onion.requirement.name)
        if not changed:  # another kernel was faster
            return self._verdict(onion).distribution
        direct = [dist for dist in changed if dist.direct_url is not None]
        providing = [dist for dist in direct if top in dist.modules]
        return next(iter([*providing, *direct]), None)

    def _shadowed(self, asked: Distribution | None, loaded: Sequence[LoadedModule]) -> set[str]:
        """Names of the loaded modules of asked's dependencies that the project replaces.

        Base's copies of them were loaded before the project was in use. A compiled one
        stays in memory with a warning: it may be part of what runs the notebook.
        """
        project: Project | None = self.settings.project
        owned: set[str] = set()
        if project is None or asked is None:
            return owned
        for dist in loaded_from_elsewhere(project.site_packages_dir, asked, loaded):
            names = owned_by([dist])
            if plan_reload(loaded, names).stuck:
                warnings.warn(
                    f"{asked.name} gets {dist.name} as it was loaded before davos, not "
                    f"{dist.version} of {_place(project)}: it has compiled modules",
                    stacklevel=2,
                )
            else:
                owned |= names
        return owned

    def _is_stale(
        self,
        top: str,
        distribution: Distribution,
        modules: Sequence[LoadedModule],
    ) -> bool:
        """Whether the modules in memory are not those of the distribution on disk."""
        known = self._loaded.get(distribution.normalized_name)
        if known is not None and known != distribution.version:
            return True
        files = distribution.files
        owned = set(modules_in(files, [str(distribution.location)]))
        if not owned:
            return top in sys.modules and not is_current(top)
        loaded = (module for module in modules if module.name in owned and module.file)
        return any(not is_among(module, files) for module in loaded)

    def _install(self, onion: Onion, *, forced: bool) -> list[Distribution]:
        """Install; the distributions that changed. None if another kernel was faster."""
        project: Project | None = self.settings.project
        if project is not None:
            _refuse_location(onion, project)
        self._confirm(onion, project)
        result = self._run_installer(onion, project, forced=forced)
        if project is not None and own.held_in(str(project.site_packages_dir)):
            self.keep_own(str(project.site_packages_dir))
        sources.remember(onion.requirement, project, result.installed)
        if result.warnings:
            warnings.warn("\n".join(result.warnings), stacklevel=2)
        found = [find_distribution(one.name) for one in result.installed]
        return [dist for dist in found if dist is not None]

    def _run_installer(self, onion: Onion, project: Project | None, *, forced: bool) -> Result:
        def is_needed() -> bool:
            self._look_again(project)
            return forced or not self._verdict(onion)

        constraints = self.ledger.constraints(onion.requirement)
        try:
            result = self.installer_for(onion.installer).install(
                onion,
                project,
                constraints=constraints,
                listener=self._listener(onion),
                is_needed=is_needed,
            )
        except InstallerError as error:
            raise self._explained(error, onion) from None
        finally:
            self.frontend.status("")
            self._look_again(project)
        if not self.settings.suppress_stdout:
            self.frontend.show(_summary(result, project))
        return result

    def _look_again(self, project: Project | None) -> None:
        clear_caches()
        if project is not None:
            search_path.refresh()

    def _listener(self, onion: Onion) -> Listener:
        if self.settings.suppress_stdout:
            return SILENT
        start = f"{onion.installer}: {onion.requirement.text}: "
        verbose = onion.options.get("verbosity", 0) > 0
        return Listener(
            output=self.frontend.show if verbose else SILENT.output,
            status=self._status_of(start),
            wait=self._status_of(f"{start}waiting for "),
        )

    def _status_of(self, start: str) -> Callable[[str], None]:
        """Shows a status that begins with some words; nothing under `suppress_stdout`."""
        if self.settings.suppress_stdout:
            return SILENT.status
        return lambda words: self.frontend.status(start + words)

    def _explained(self, error: InstallerError, onion: Onion) -> InstallerError:
        """The error of a contradiction names the onions that contradict each other."""
        others = self.ledger.contradicting(onion.requirement, error.output)
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

    def _confirm(self, onion: Onion, project: Project | None) -> None:
        if not self.settings.confirm_install or self.settings.noninteractive:
            return
        if onion.options.get("no_input"):
            return
        command = shlex.join([onion.installer, "install", *onion.passed, *onion.requirement_words])
        asked = f"Install {onion.requirement.text} into {_place(project)}"
        answer = self.frontend.confirm(f"{asked} ({command})? [Y/n] ")
        if answer is None:
            raise SmugglerError(
                f"{onion.requirement.text} was not installed: davos.config.confirm_install is on, "
                "and nobody can be asked here; set it to False to install without asking",
            )
        if not answer:
            raise SmugglerError(f"{onion.requirement.text} was not installed: you said no")


def _refuse_location(onion: Onion, project: Project) -> None:
    for option in location_options(onion):
        raise OnionArgumentError(
            f"{option} installs outside {_place(project)}: leave it out, or set davos.project = "
            "None to install into the environment itself",
        )


def _place(project: Project | None) -> str:
    """What a user calls the place that packages go to."""
    if project is None:
        return "this environment"
    return f"project {project.notebook.stem if project.notebook else project.name}"


def _summary(result: Result, project: Project | None) -> str:
    """One line: `installed six 1.15.0 (project quickstart)`."""
    names = ", ".join(f"{one.name} {one.version}" for one in result.installed)
    return f"installed {names} ({_place(project)})" if names else "nothing had to be installed"


def _stuck(distributions: Sequence[Distribution], modules: Sequence[str]) -> SmugglerError:
    names = ", ".join(f"{dist.name} {dist.version}" for dist in distributions)
    more = f" and {len(modules) - 1} more" if len(modules) > 1 else ""
    return SmugglerError(
        f"{names} is installed, but another version is loaded, and Python cannot replace its "
        f"compiled modules ({modules[0]}{more}). The loaded version stays in memory: restart "
        "the kernel and run the notebook again to use the new one.",
    )
