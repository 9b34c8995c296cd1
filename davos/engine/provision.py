"""Meeting an onion: is it satisfied, install, and which modules must be reloaded for it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from dataclasses import replace as replace_field
from typing import TYPE_CHECKING, AbstractSet, Any, Callable, Mapping, Protocol, Sequence

from davos.distributions.index import find_distribution
from davos.engine.call_site import warn
from davos.engine.installation import Installation, Screen, place_of, status_of
from davos.engine.loaded_modules import (
    found_file,
    is_among,
    is_current,
    is_there,
    loaded_from_elsewhere,
    owned_by,
    unchanged,
)
from davos.engine.reload import loaded_modules
from davos.engine.reload_plan import Action, LoadedModule, children_first, modules_in, plan_reload
from davos.engine.restart_decision import Change, Restarting, agrees
from davos.engine.session_requirements import Ledger
from davos.environments import extra_site_folders, local_sources, search_path, snapshot
from davos.environments.requirement_check import Verdict, satisfies
from davos.environments.site_folders import install_folders
from davos.exceptions import SmugglerError

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.distributions.distribution import Distribution
    from davos.engine.installation import Installed
    from davos.engine.loaded_modules import Contents
    from davos.engine.reload_plan import ReloadPlan
    from davos.engine.rerun import Restarter
    from davos.environments.project import Project
    from davos.installers.base import Installer
    from davos.onion.comment import Onion

__all__ = ["Frontend", "Provision", "Supply"]

# With these options pip installs whatever is there already.
_FORCING = {"force_reinstall", "ignore_installed", "upgrade"}


class Frontend(Screen, Protocol):
    """What the engine needs of the place it runs in."""

    @property
    def namespace(self) -> dict[str, Any]:
        """Where smuggled names are bound."""

    @property
    def restarter(self) -> Restarter:
        """How to start this interpreter anew."""


@dataclass(frozen=True)
class Provision:
    """What is there after an onion was met, and what must be reloaded for it.

    `asked` is the distribution that the onion names, None if its marker excludes it.
    `lasting` says that the same onion needs no second look in this session.
    `kept` says that the module in memory stays, though it was loaded from another copy.
    `before` are the versions that were loaded, for the case that the import fails.
    """

    asked: Distribution | None
    changed: Sequence[Distribution]
    replace: tuple[str, ...]
    owned: AbstractSet[str]
    lasting: bool
    kept: bool
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
        self.ledger = Ledger()
        self.installation = Installation(frontend, settings, installer_for, keep_own, self.ledger)
        self.restarting = Restarting(frontend.restarter, settings)
        # The versions of distributions whose modules this session loaded.
        self._loaded: dict[str, str] = {}
        # What was on disk of those that stay in memory while another version is there now.
        self._held: dict[str, Contents] = {}

    def meet(self, top: str, onion: Onion) -> Provision:
        """Find or install what an onion asks for; decide what must be reloaded.

        Raises SmugglerError if a loaded compiled module is in the way, or the user said
        no, InstallerError, and OnionArgumentError for an option that has no place here.
        """
        self.await_change(onion.requirement.shown)
        in_project = self.settings.project is not None
        extra_site_folders.put_first(
            extra_site_folders.named_by(onion.options, in_project=in_project)
        )
        pinned = self.restarting.pinned(onion.requirement)
        forced = pinned is None and not _FORCING.isdisjoint(onion.options)
        wanted = onion if pinned else self.restarting.repinned(onion)
        verdict = self._verdict(wanted) if pinned is None else Verdict(pinned)
        installed, asked = None, verdict.distribution
        if not (verdict.ignored or (verdict and not forced)):
            installed = self.installation.run(
                top,
                wanted,
                self.restarting.constraints(),
                self._loaded,
                is_needed=lambda: forced or not self._verdict(wanted),
            )
            asked = self._asked_for(top, wanted, installed.changed)
        provision = self._loading(top, onion, asked, installed)
        self.restarting.reach(onion)
        passing = pinned is not None or forced or onion.requirement.path is not None
        return replace_field(provision, lasting=provision.lasting and not passing)

    def _loading(
        self,
        top: str,
        onion: Onion,
        asked: Distribution | None,
        installed: Installed | None,
    ) -> Provision:
        """Decide what of the modules in memory gives way; restart where it cannot."""
        changed = installed.changed if installed else []
        loaded = loaded_modules()
        stale = changed or [dist for dist in [asked] if dist and self._is_stale(top, dist, loaded)]
        owned = owned_by(stale)
        held = {**(installed.contents if installed else {}), **self._held}
        plan = _plan(stale, loaded, owned, held)
        if plan.stuck:
            stuck = [dist for dist in stale if plan.actions[dist.name] is Action.RESTART]
            note = installed.summary if installed else _summary_of(stuck)
            self.restarting.meet(onion, Change(asked, changed, stuck, plan.stuck, note))
            names = {dist.normalized_name for dist in stuck}
            self._held.update({name: held[name] for name in names & held.keys()})
            return Provision(asked, changed, (), set(), lasting=False, kept=True, before={})
        for dist in stale:
            self._held.pop(dist.normalized_name, None)
        shadowed = self._shadowed(asked, loaded)
        gone = {*plan.replace, *plan_reload(loaded, {"": shadowed}).replace}
        before = self._load([*changed, *([asked] if asked else [])])
        return Provision(
            asked,
            changed,
            replace=children_first(gone),
            owned=shadowed.union(*owned.values()),
            lasting=True,
            kept=top in plan.kept,
            before=before,
        )

    def check_visible(self, top: str, provision: Provision) -> None:
        """Raise SmugglerError if another file hides the module of the distribution asked for."""
        asked = provision.asked
        if asked is None or provision.kept or top not in asked.modules or asked.is_elsewhere:
            return
        file = getattr(sys.modules.get(top), "__file__", None) or found_file(top)
        if file is None or file.startswith(f"{asked.location}{os.sep}"):
            return
        if not is_among(LoadedModule(top, file), asked.files):
            if not is_there(top, asked):
                raise SmugglerError(
                    f"{asked.name} {asked.version} is recorded in {asked.location}, but its files "
                    f"are gone: add --force-reinstall to its onion comment, once",
                )
            raise SmugglerError(
                f"{asked.name} {asked.version} is installed in {asked.location}, but {file} hides "
                "it: rename that file",
            )

    def settle(self, top: str, onion: Onion, provision: Provision) -> None:
        """Note what was asked for, once the import went well."""
        asked = provision.asked
        if asked is not None and agrees(onion.requirement, asked.version):
            self.restarting.note(onion.requirement, asked)
            self.ledger.record(asked.name, asked.version, onion.requirement, top)

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
            with project.lock(status_of(self.frontend, self.settings, f"{text}: waiting for ")):
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
        unchanged = local_sources.unchanged(onion.requirement, self.settings.project)
        return verdict if unchanged is None else Verdict(unchanged)

    def _asked_for(
        self,
        top: str,
        onion: Onion,
        changed: Sequence[Distribution],
    ) -> Distribution | None:
        """The distribution that the onion's requirement means, among those that changed."""
        if onion.requirement.name:
            found = find_distribution(onion.requirement.name)
            self._refuse_shadowed(onion, found)
            return found
        if not changed:  # another kernel was faster
            return self._verdict(onion).distribution
        direct = [dist for dist in changed if dist.direct_url is not None]
        providing = [dist for dist in direct if top in dist.modules]
        return next(iter([*providing, *direct]), None)

    def _refuse_shadowed(self, onion: Onion, found: Distribution | None) -> None:
        """Raise SmugglerError if a folder of the user's hides what was just installed."""
        if found is None or self._verdict(onion):
            return
        mine = satisfies(onion.requirement, install_folders(self.settings.project))
        if mine and mine.distribution and mine.distribution.location != found.location:
            raise SmugglerError(
                f"{mine.distribution.name} {mine.distribution.version} is installed in "
                f"{mine.distribution.location}, but {found.location} comes before it on sys.path "
                f"and has version {found.version}: take that folder off sys.path (or PYTHONPATH), "
                f"or {found.name} out of it",
            )

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
            names = owned_by([dist])[dist.name]
            if plan_reload(loaded, {dist.name: names}).stuck:
                warn(
                    f"{asked.name} gets {dist.name} as it was loaded before davos, not "
                    f"{dist.version} of {place_of(project)}: it has compiled modules"
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


def _plan(
    stale: Sequence[Distribution],
    loaded: Sequence[LoadedModule],
    owned: Mapping[str, AbstractSet[str]],
    before: Mapping[str, Contents],
) -> ReloadPlan:
    """Which modules give way; only for compiled ones are the files compared."""
    plan = plan_reload(loaded, owned)
    if not plan.stuck:
        return plan
    same = {name for dist in stale for name in unchanged(dist, loaded, before)}
    return plan_reload(loaded, owned, same)


def _summary_of(distributions: Sequence[Distribution]) -> str:
    return ", ".join(f"{dist.name} {dist.version}" for dist in distributions)
