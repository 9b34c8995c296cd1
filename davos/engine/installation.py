"""One installation: ask the user, stage, check, commit, show what was done.

An installer writes to a staging environment. What it installed is checked there, and taken
into the project by renames (`environments.commit`). Without a project it changes the kernel's own
environment, as the user asked for.
"""

from __future__ import annotations

import importlib
import os
import sys
from threading import RLock
from typing import TYPE_CHECKING, Callable, Mapping, Sequence

from packaging.utils import canonicalize_name

from davos.distributions.conda_names import conda_name
from davos.distributions.index import clear_caches, find_distribution
from davos.engine.call_site import warn
from davos.engine.install_requests import Collected, attempts, shown_command
from davos.engine.installed import Installed
from davos.engine.loaded_libraries import loaded_libraries, replaced_libraries
from davos.engine.loaded_modules import hashes_on_disk
from davos.engine.locked_files import missing_of, runs_of
from davos.engine.look import verdict_of
from davos.engine.reload import loaded_modules
from davos.engine.screen import place_of, status_of
from davos.engine.status_line import StatusLine
from davos.environments import davos_dependencies, local_sources, search_path
from davos.environments.site_folders import install_folders
from davos.environments.staging import staging
from davos.exceptions import (
    DavosError,
    DavosProjectError,
    InstallerError,
    SmugglerError,
)
from davos.installers.base import SILENT, InstalledDistribution, Listener, Result

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.engine.look import Look
    from davos.engine.screen import Screen
    from davos.engine.staged_check import Checks
    from davos.environments.commit import Committed
    from davos.environments.project import Project
    from davos.environments.staging import Staging
    from davos.installers.base import Installer, Request
    from davos.onion.comment import Onion

__all__ = ["Installation"]


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

    @property
    def project(self) -> Project | None:
        """Where to: the session's project; None for the kernel's own environment."""
        return self._settings.project

    def run(
        self, found: Look, collected: Collected, checks: Checks, loaded: Mapping[str, str]
    ) -> Installed:
        """Install what was looked for; nothing changes if another kernel was faster.

        `loaded` are the versions in memory. Raises InstallerError, DavosProjectError, and
        SmugglerError if the user said no or what was staged may not be committed.
        """
        onion, project = found.wanted, self._settings.project
        self._confirm(collected, project)
        hashes = hashes_on_disk(loaded_modules(), install_folders(project), loaded)
        libraries = loaded_libraries(str(project.project_dir) if project else sys.prefix)
        try:
            result = self._install(found, collected, checks)
        except BaseException as error:
            self._screen.status("")
            if isinstance(error, KeyboardInterrupt):
                raise self._interrupted(onion) from error
            raise
        finally:
            _look_again(project)
        self._conclude(_summary(result, project))
        self._after(collected, result)
        _warn_of_libraries(replaced_libraries(libraries))
        named = [find_distribution(one.name) for one in result.installed]
        changed = [dist for dist in named if dist is not None]
        return Installed(changed, _summary(result, project), hashes, bool(result.installed))

    def _conclude(self, summary: str) -> None:
        if self._settings.summary and not self._settings.suppress_stdout:
            self._screen.conclude(summary)
        else:
            self._screen.status("")

    def _install(self, found: Look, collected: Collected, checks: Checks) -> Result:
        """Try the runs in turn; into a project with its lock held, and all or nothing."""
        project = self._settings.project
        if project is None:
            return self._tried(collected, lambda request: self._run(request, None))
        with project.lock(self._listener(found.wanted).wait):
            _look_again(project)
            if _is_there(found, collected, project):
                return Result(())
            was_there = project.site_packages_dir.is_dir()
            if project.exists:  # what a deleted base left must not be seen by the installer
                project.ensure()
            try:
                return self._tried(collected, lambda one: self._staged(one, project, checks))
            finally:
                if not was_there:
                    project.discard_if_empty()

    def _tried(self, collected: Collected, run: Callable[[Request], Result]) -> Result:
        """The result of the first run that succeeds; the error of the last one."""
        failure: DavosError | None = None
        for attempt in attempts(collected):
            try:
                result = run(attempt.request)
            except (SmugglerError, DavosProjectError) as error:
                failure = error
                continue
            if attempt.dropped:
                warn(_dropped(collected.onion, attempt.dropped))
            return result
        assert failure is not None  # noqa: S101 - there is at least one attempt
        raise _explained(failure, collected) from None

    def _staged(self, request: Request, project: Project, checks: Checks) -> Result:
        """Install into a staging environment, check what is there, commit it."""
        with staging(project.project_dir) as made:
            request, staged = _with_sources(request, made)
            result = self._run(request, staged)
            review = checks.review(staged, project)
            if review.broken and not request.locked:
                result = self._run(_with_others(request, review.broken), staged)
                review = checks.review(staged, project)
            review.refuse()
            project.ensure()
            committed = _commit(staged, request, result)
        removed = [one for one in committed.removed if one not in committed.installed]
        gone = tuple(InstalledDistribution(name, version) for name, version in removed)
        installed = _staged_only(result, committed.installed)
        return result._replace(installed=installed, removed=gone, warnings=review.warnings)

    def _run(self, request: Request, staged: Staging | None) -> Result:
        done = [self._run_one(one, staged) for one in runs_of(request, staged=staged is not None)]
        return Result(
            tuple(one for result in done for one in result.installed),
            tuple(one for result in done for one in result.removed),
            tuple(one for result in done for one in result.warnings),
            "\n".join(result.output for result in done),
        )

    def _run_one(self, request: Request, staged: Staging | None) -> Result:
        onion = request.onion
        return self._installer_for(onion.installer).install(
            request,
            staged,
            listener=self._listener(onion),
            descriptors=[staged.descriptor] if staged else (),
        )

    def _interrupted(self, onion: Onion) -> KeyboardInterrupt:
        if self._settings.project is None:
            return KeyboardInterrupt(
                f"the installation of {onion.requirement.shown} was interrupted"
            )
        return KeyboardInterrupt(
            f"{onion.requirement.shown} was not installed, nothing was changed"
        )

    def _after(self, collected: Collected, result: Result) -> None:
        project = self._settings.project
        if project is not None and davos_dependencies.held_in(str(project.site_packages_dir)):
            self._load_own(str(project.site_packages_dir))
        local_sources.remember(collected.onion.requirement, project, result.installed)
        for file in (one for one in collected.locked if one.kind == "directory"):
            from davos.resolution.locked_requirements import folder_of  # noqa: PLC0415 - for few

            known = [InstalledDistribution(file.name, file.version or "", direct=True)]
            local_sources.remember(folder_of(file), project, known)
        if result.warnings:
            warn("\n".join(result.warnings))

    def _listener(self, onion: Onion) -> Listener:
        if self._settings.suppress_stdout:
            return SILENT._replace(started=_load_commit)
        waiting = f"{onion.installer}: {onion.requirement.shown}: waiting for "
        verbose = onion.options.get("verbosity", 0) > 0
        line = StatusLine(status_of(self._screen, self._settings, f"{onion.installer}: "))
        return Listener(
            output=self._screen.show if verbose else SILENT.output,
            progress=line.hear,
            tick=line.tick,
            wait=status_of(self._screen, self._settings, waiting),
            started=_load_commit,
            seen=self._screen.shows_status and not verbose,
        )

    def _confirm(self, collected: Collected, project: Project | None) -> None:
        onion = collected.onion
        locked = any(one.kind == "conda" for one in collected.locked)
        changes_conda = (onion.installer == "conda" or locked) and project is None
        as_conda = changes_conda and not onion.options.get("yes")
        asks = self._settings.confirm_install or as_conda
        if not asks or self._settings.noninteractive or onion.options.get("no_input"):
            return
        asked = f"Install {onion.requirement.shown} into {place_of(project)}"
        answer = self._screen.confirm(f"{asked} ({shown_command(collected)})? [Y/n] ")
        if answer is None:
            raise SmugglerError(
                f"{onion.requirement.shown} was not installed: {_WHY_ASKED[changes_conda]}"
            )
        if not answer:
            raise SmugglerError(f"{onion.requirement.shown} was not installed: you said no")


_WHY_ASKED = {
    True: "as conda does, davos asks before it changes the environment itself, and nobody can be "
    "asked here; add --yes to the onion comment, or set davos.config.noninteractive",
    False: "davos.config.confirm_install is on, and nobody can be asked here; set it to False to "
    "install without asking",
}
"""Why a question that nobody can answer is asked: whether it is about an environment of conda."""


# A child that is forked while a module is loaded could never load it: nobody holds its lock there.
_LOADING = RLock()
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(
        before=_LOADING.acquire,
        after_in_parent=_LOADING.release,
        after_in_child=_LOADING.release,
    )


def _load_commit() -> None:
    """Load what is needed once the installer has ended, while it runs: that takes no time then."""
    with _LOADING:
        from davos.environments import commit, installed_files  # noqa: F401, PLC0415


def _with_others(request: Request, names: Sequence[str]) -> Request:
    """A request for further distributions, as its installer calls them."""
    if request.onion.installer == "conda":
        names = [conda_name(name) for name in names]
    more = [name for name in names if name not in request.others]
    return request._replace(others=(*request.others, *more))


def _with_sources(request: Request, made: Staging) -> tuple[Request, Staging]:
    if "src" not in request.onion.options:
        return request, made
    from davos.engine.staged_sources import with_staged_sources  # noqa: PLC0415 - for few onions

    return with_staged_sources(request, made)


def _commit(staged: Staging, request: Request, result: Result) -> Committed:
    from davos.environments.commit import commit  # noqa: PLC0415 - see _load_commit
    from davos.environments.installed_files import digests_of  # noqa: PLC0415

    return commit(staged, digests_of(request.locked, result.installed))


def _is_there(found: Look, collected: Collected, project: Project) -> bool:
    """Whether another kernel was faster."""
    if collected.locked:
        return not missing_of(collected.locked, project)
    return not found.forced and bool(verdict_of(found.wanted, project))


def _staged_only(
    result: Result, committed: Sequence[tuple[str, str]]
) -> tuple[InstalledDistribution, ...]:
    """What was committed, with what the installer reported of it."""
    known = {(canonicalize_name(one.name), one.version): one for one in result.installed}
    return tuple(
        known.get((canonicalize_name(name), version)) or InstalledDistribution(name, version)
        for name, version in committed
    )


def _warn_of_libraries(names: Sequence[str]) -> None:
    if names:
        warn(
            f"{', '.join(names)} was loaded before another version was installed: modules that use "
            "it keep the old one until the kernel is restarted"
        )


def _version_of(name: str) -> str:
    found = find_distribution(name)
    return found.version or "" if found is not None else ""


def _dropped(onion: Onion, lines: Sequence[str]) -> str:
    return (
        f"{onion.requirement.shown} was installed without regard to what this notebook asks for "
        f"elsewhere ({', '.join(lines)}): together they cannot be satisfied"
    )


def _explained(error: DavosError, collected: Collected) -> DavosError:
    """The error of a contradiction names both sides, and the statements that they come from."""
    if not isinstance(error, InstallerError):
        return error
    if collected.locked:
        return _lock_error(error, collected.onion.requirement.text)
    from davos.installers.conflict import contradiction_in  # noqa: PLC0415 - for errors only

    sentence = contradiction_in(error.output, _version_of)
    others = collected.contradicting(error.output)
    if not sentence and not others:
        return error
    text = collected.onion.requirement.shown
    names = " and ".join(repr(entry.requirement.shown) for entry in others)
    earlier = f"{names}, smuggled earlier in this session" if names else ""
    sentence = sentence or f"{text!r} contradicts {earlier}"
    note = f" ({text!r} contradicts {earlier})" if earlier and earlier not in sentence else ""
    return InstallerError(
        f"{sentence}{note}; nothing was changed",
        returncode=error.returncode,
        cmd=error.cmd,
        output=error.output,
    )


def _lock_error(error: InstallerError, lock: str) -> InstallerError:
    """The error of an installer that installs a lock; a file with another hash is named."""
    from davos.installers.hash_mismatch import mismatch_in  # noqa: PLC0415 - for errors only

    wrong = mismatch_in(error.output)
    if wrong is None:
        return error
    return InstallerError(
        f"{wrong.package} is not the file that {lock} names: its {wrong.algorithm} is "
        f"{wrong.found}, and the lock has {wrong.expected}; do not trust it. Nothing was changed",
        returncode=error.returncode,
        cmd=error.cmd,
        output=error.output,
    )


def _look_again(project: Project | None) -> None:
    importlib.invalidate_caches()
    if project is None:
        clear_caches()
    else:
        search_path.refresh()


def _summary(result: Result, project: Project | None) -> str:
    """One line: `installed six 1.15.0 (project quickstart)`."""
    names = ", ".join(f"{one.name} {one.version}" for one in result.installed)
    return f"installed {names} ({place_of(project)})" if names else "nothing had to be installed"
