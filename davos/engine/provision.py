"""Check whether a requirement is satisfied; install it if not; replace loaded modules.

`Provisioner.ensure` is one transaction in named phases, each with data in and data out:

- look: what is on the search path (`look.look`);
- collect and install, what is unmet only: all that an installation has to bring together, then
  stage, check and commit, or into the environment (`unmet.Unmet.install`);
- plan: which loaded modules are replaced, or whether to restart (`replacement`, `_plan`);
- reload: unload them for the import, put them back if it fails (`reload.replaced`);
- record: what was asked for, and what it was satisfied with (`_record`).
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, AbstractSet, Callable, Iterator, NamedTuple, Sequence

from packaging.utils import canonicalize_name

from davos.credentials import masked_words
from davos.distributions.import_names import default_distribution
from davos.distributions.index import find_distribution
from davos.engine import look
from davos.engine.call_site import warn
from davos.engine.hidden_files import refuse_hidden_distribution, refuse_hidden_module
from davos.engine.installed import NOTHING_INSTALLED
from davos.engine.loaded_modules import newly_loaded, stated_versions
from davos.engine.look import verdict_of
from davos.engine.notebook_lock import NotebookLock
from davos.engine.reload import replaced
from davos.engine.replacement import LoadedVersions, plan_replacement, stale_among
from davos.engine.restart_decision import Change, Restarts
from davos.engine.screen import place_of
from davos.engine.session_requirements import Entry, SessionRequirements
from davos.engine.shared_project import SharedProject
from davos.environments import search_path
from davos.environments.lock import ThreadLock
from davos.environments.requirement_check import Verdict, contains, lacks
from davos.exceptions import SmuggledModuleNotFoundError
from davos.onion.validator import refuse_in_project

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.distributions.distribution import Distribution
    from davos.engine.frontend import Frontend
    from davos.engine.installed import Installed
    from davos.engine.lock_in_use import LockInUse
    from davos.engine.look import Look
    from davos.engine.unmet import Unmet
    from davos.installers.base import Installer
    from davos.onion.comment import Onion

__all__ = ["Provisioned", "Provisioner"]


class Provisioned(NamedTuple):
    """Result of providing a requirement: the distribution in use and the modules to reload.

    `asked` is the distribution that the onion names, None if its marker excludes it;
    `changed` are those that were installed; `loading` those whose modules are now loaded from
    disk. `replace` are the modules to unload, children first, `owned` those that are dropped if
    the import fails. `kept` says that the loaded module stays, though it was loaded from
    another copy, `lasting` that the same onion needs no second look in this session. `verdict` is
    what was found of a package of conda in the end, unless a restart pinned another one.
    """

    asked: Distribution | None
    changed: Sequence[Distribution]
    loading: Sequence[Distribution] = ()
    replace: tuple[str, ...] = ()
    owned: AbstractSet[str] = frozenset()
    kept: bool = False
    lasting: bool = False
    verdict: Verdict | None = None


class Provisioner:
    """Provides the requirements of one session."""

    def __init__(
        self,
        frontend: Frontend,
        settings: Config,
        installer_for: Callable[[str], Installer],
        load_own: Callable[[str], None],
    ) -> None:
        self.frontend = frontend
        self.settings = settings
        self.requirements = SessionRequirements()
        self.loaded = LoadedVersions()
        self.shared = SharedProject(settings, self.requirements, self.loaded)
        self.restarts = Restarts(frontend.restarter, settings)
        self.notebook_lock = NotebookLock(frontend, settings)
        self._installer_for = installer_for
        self._load_own = load_own
        # Held while deciding, installing and unloading; never while importing: another
        # thread's import may be waiting for this one.
        self._lock = ThreadLock()

    def is_missing(self, top: str) -> bool:
        """Whether a top-level module cannot be found, once no install changes the project."""
        if look.is_changing(self.settings.project):
            with self._lock:
                look.await_change(top, self.frontend, self.settings)
        return look.is_missing(top)

    def notice_change(self) -> None:
        """Note what the project holds, which other processes may have changed."""
        with self._lock:
            self.shared.look()

    def again(self, part: str) -> Onion | None:
        """See `SharedProject.again`."""
        with self._lock:
            return self.shared.again(part)

    @contextmanager
    def ensure(self, part: str, onion: Onion) -> Iterator[Provisioned]:
        """Provide what an onion asks for while the block imports a module.

        `part` is a top-level module, or one part of a namespace package.
        If the block raises, the loaded modules from before are back. Raises SmugglerError if
        a loaded compiled module is in the way, or the user said no, InstallerError,
        OnionArgumentError for an option that has no place here, and, in place of the
        ModuleNotFoundError of the block for the module, one that names the distribution.
        """
        top = part.partition(".")[0]
        with ExitStack() as undo:
            with self._lock:
                found, installed = self._provide(part, onion)
                if onion.requirement.match_spec is not None and self.settings.project is None:
                    search_path.activate_own_environment()
                if installed.changed:
                    self.shared.look(installed.changed)
                provided = self._plan(top, found, installed)
                undo.enter_context(self._loading(top, onion, provided))
                undo.enter_context(replaced(provided.replace, provided.owned))
                if provided.asked is not None and not provided.kept:
                    refuse_hidden_module(top, provided.asked)
            yield provided
        with self._lock:
            self._record(part, onion, provided)

    def is_locked(self, part: str) -> bool:
        """Whether the notebook's lock still has to bring the distribution of a module."""
        lock = self.notebook_lock.current()
        if lock is None:
            return False
        name = canonicalize_name(default_distribution(part))
        with self._lock:
            pending = lock.pending(self.settings.project) if name in lock.names else ()
            return any(one.name == name for one in pending)

    def _provide(self, part: str, onion: Onion) -> tuple[Look, Installed]:
        """Find what an onion asks for; install what the notebook's lock names, or what is unmet."""
        found = self.shared.with_session(self._look(onion))
        lock = self.notebook_lock.current()
        if lock is None or not lock.covers(onion.requirement):
            return found, self._install(part, found, lock)
        locked = NOTHING_INSTALLED
        if lock.pending(self.settings.project):
            locked = self._unmet.install_lock(lock, self.loaded.versions)
            found = self._look(onion)
        found = found._replace(forced=False)
        there = lock.installed(onion.requirement)
        if there is not None and not found.verdict:
            reason = lacks(there, onion.requirement.extras)
            found = found._replace(verdict=Verdict(there, reason), wanted=onion)
        return found, locked.followed_by(self._install(part, found, lock))

    def _look(self, onion: Onion) -> Look:
        project = self.settings.project
        if project is not None:
            refuse_in_project(onion, str(project.project_dir), place_of(project))
        look.await_change(onion.requirement.shown, self.frontend, self.settings)
        return look.look(onion, self.restarts, project)

    def _install(self, part: str, found: Look, lock: LockInUse | None) -> Installed:
        """Install what is not satisfied, together with all that it has to go with."""
        if not found.is_unmet:
            return NOTHING_INSTALLED
        return self._unmet.install(part, found, self.loaded.versions, lock)

    @cached_property
    def _unmet(self) -> Unmet:
        # Heavy, and for an installation only.
        from davos.engine.installation import Installation  # noqa: PLC0415
        from davos.engine.unmet import Unmet  # noqa: PLC0415

        frontend, settings = self.frontend, self.settings
        installation = Installation(frontend, settings, self._installer_for, self._load_own)
        return Unmet(frontend, settings, self.requirements, self.restarts, installation)

    def _plan(self, top: str, found: Look, installed: Installed) -> Provisioned:
        """Decide which loaded modules are replaced; restart where one cannot be."""
        found = self._seen_again(found)
        asked = self._asked_for(top, found, installed)
        overruled = found.pinned or found.wanted != found.onion
        verdict = None if overruled else found.verdict
        changed = installed.changed
        found_stale = stale_among(top, asked, changed, self.loaded.versions)
        stale, outdated = self.shared.stale(found_stale, asked)
        hashes = {**installed.hashes, **self.loaded.held}
        plan = plan_replacement(stale, asked, hashes, self.settings.project)
        if plan.compiled:
            note = installed.summary or _summary_of(plan.stuck)
            known = {**stated_versions(plan.stuck), **self.loaded.versions}
            change = Change(asked, changed, plan.stuck, plan.compiled, note, known)
            self.loaded.hold(plan.stuck, hashes)  # also where the decision is an error
            self.restarts.decide(found.onion, change)
            provided = Provisioned(asked, changed, kept=True, verdict=verdict)
        else:
            self._warn_of_passed_over(asked, plan.passed_over)
            self.loaded.let_go(stale)
            provided = Provisioned(
                asked,
                changed,
                [*changed, *([asked] if asked else []), *outdated],
                plan.replace,
                plan.owned,
                top in plan.kept,
                found.lasting,
                verdict,
            )
        self.restarts.reach(found.onion)
        return provided

    def _seen_again(self, found: Look) -> Look:
        """What is there of a package of conda after an installation."""
        if found.is_unmet and found.wanted.requirement.match_spec is not None:
            return found._replace(verdict=verdict_of(found.wanted, self.settings.project))
        return found

    def _asked_for(self, top: str, found: Look, installed: Installed) -> Distribution | None:
        """The distribution that the onion's requirement means, among those that changed."""
        requirement, project = found.wanted.requirement, self.settings.project
        if not found.is_unmet or requirement.match_spec is not None:
            return found.verdict.distribution
        if requirement.name:
            there = find_distribution(requirement.name)
            if there is not None and not verdict_of(found.wanted, project):
                refuse_hidden_distribution(requirement, there, project)
            return there
        if not installed.changed:  # another kernel was faster
            return verdict_of(found.wanted, project).distribution
        direct = [dist for dist in installed.changed if dist.direct_url is not None]
        providing = [dist for dist in direct if top in dist.modules]
        return next(iter([*providing, *direct]), None)

    def _warn_of_passed_over(
        self, asked: Distribution | None, passed_over: Sequence[Distribution]
    ) -> None:
        for dist in passed_over:
            warn(
                f"{asked.name if asked else ''} gets {dist.name} as it was loaded before davos, "
                f"not {dist.version} of {place_of(self.settings.project)}: it has compiled modules"
            )

    @contextmanager
    def _loading(self, top: str, onion: Onion, provided: Provisioned) -> Iterator[None]:
        """Note the versions that the block loads; not those of an import that fails."""
        before = self.loaded.note(provided.loading)
        modules = dict(sys.modules)
        try:
            yield
        except BaseException as error:
            with self._lock:
                stay = newly_loaded(provided.loading, modules)
                self.loaded.restore({name: v for name, v in before.items() if name not in stay})
            if isinstance(error, ModuleNotFoundError) and error.name == top:
                raise _not_provided(top, onion, provided.asked) from error
            raise

    def _record(self, part: str, onion: Onion, provided: Provisioned) -> None:
        """Note what was asked for, unless a pin overruled it, and what was used."""
        asked = provided.asked
        origin = asked.direct_url if asked else None
        words = [onion.installer, *masked_words(onion.text.split())]
        if origin is not None and origin.commit:
            words.append(f"commit={origin.commit}")
        self.settings.smuggled[part] = ";".join(words)
        if onion.requirement.match_spec is not None:
            self._record_package(part, onion, provided)
            return
        if provided.verdict is not None and provided.verdict.ignored:  # its marker is false here
            return
        specifier = onion.requirement.specifier or ""
        # Where PEP 440 cannot tell, pip found the two to agree, by older rules.
        if asked is not None and contains(specifier, asked.version) is not False:
            self.restarts.note(onion.requirement, asked)
            elsewhere = "target" in onion.options
            entry = Entry(asked.name, asked.version, onion.requirement, part, elsewhere, onion)
            self.requirements.record(entry)

    def _record_package(self, part: str, onion: Onion, provided: Provisioned) -> None:
        """Note a package of conda, which may hold no distribution, or one of another name."""
        requirement, asked = onion.requirement, provided.asked
        verdict = provided.verdict or verdict_of(onion, self.settings.project)
        named = asked or verdict.package
        if verdict and named is not None:
            if asked is not None:
                self.restarts.note(requirement, asked)
            is_library = asked is None
            entry = Entry(named.name, named.version, requirement, part, is_library, onion)
            self.requirements.record(entry)


def _summary_of(distributions: Sequence[Distribution]) -> str:
    return ", ".join(f"{dist.name} {dist.version}" for dist in distributions)


def _not_provided(
    top: str, onion: Onion, asked: Distribution | None
) -> SmuggledModuleNotFoundError:
    requirement = onion.requirement.shown
    if asked is None and onion.requirement.match_spec is None:
        message = f"{requirement} does not apply here, and there is no module {top!r}"
    else:
        modules = ", ".join(asked.modules if asked else ())
        hint = f"; it provides {modules}" if modules else ""
        message = f"{requirement} is installed, but has no module named {top!r}{hint}"
    return SmuggledModuleNotFoundError(message, name=top)
