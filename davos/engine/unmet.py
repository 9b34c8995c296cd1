"""Install what is not there: collect all that has to go with it, and have it installed.

Loaded by the first smuggle that finds something unmet; a satisfied one needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping

from packaging.utils import canonicalize_name

from davos.distributions.index import find_distribution
from davos.engine.call_site import statement_frame
from davos.engine.install_requests import Collected, joined
from davos.engine.look import verdict_of
from davos.engine.running_kernel import accepted_versions, running_versions
from davos.engine.staged_check import Checks, running_refusal
from davos.engine.wishes import wishes_of
from davos.environments.requirement_check import contains
from davos.exceptions import SmugglerError
from davos.resolution.notebook_pins import constraints_of

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.distributions.distribution import Distribution
    from davos.engine.frontend import Frontend
    from davos.engine.installation import Installation
    from davos.engine.installed import Installed
    from davos.engine.lock_in_use import LockInUse
    from davos.engine.look import Look
    from davos.engine.restart_decision import Restarts
    from davos.engine.session_requirements import Entry, SessionRequirements
    from davos.onion.comment import Onion

__all__ = ["Unmet"]


class Unmet:
    """Installs the unmet onions of one session."""

    def __init__(
        self,
        frontend: Frontend,
        settings: Config,
        requirements: SessionRequirements,
        restarts: Restarts,
        installation: Installation,
    ) -> None:
        """Keep what tells of the session, and what installs."""
        self._frontend = frontend
        self._settings = settings
        self._requirements = requirements
        self._restarts = restarts
        self._installation = installation

    def install(
        self, part: str, found: Look, loaded: Mapping[str, str], lock: LockInUse | None = None
    ) -> Installed:
        """Install what was looked for, with all that it has to go with; see `Installation.run`.

        The versions of a lock are tried first.
        """
        in_ipython = self._settings.ipython_shell is not None
        running = running_versions(in_ipython=in_ipython)
        _refuse_running(found.wanted, running)
        collected = self._collect(part, found.wanted, running, lock)
        pins = [entry.constraint for entry in collected.earlier if entry.constraint]
        checks = Checks(running, self._requirements.names, pins=pins)
        return self._installation.run(found, collected, checks, loaded)

    def install_lock(self, lock: LockInUse, loaded: Mapping[str, str]) -> Installed:
        """Install what the notebook's lock names and is not there; see `install_lock`."""
        from davos.engine.locked_installation import install_lock  # noqa: PLC0415 - for locks only

        running = running_versions(in_ipython=self._settings.ipython_shell is not None)
        return install_lock(lock, self._installation, self._requirements, running, loaded)

    def _collect(
        self,
        part: str,
        wanted: Onion,
        running: Mapping[str, Distribution],
        lock: LockInUse | None,
    ) -> Collected:
        """All that an installation has to bring together; see `install_requests`."""
        project = self._settings.project
        others = self._requirements.others(wanted.requirement, part)
        earlier = [entry for entry in others if not _is_lost(entry)]
        pins = self._restarts.constraints()
        if project is None:
            return Collected(wanted, earlier, pins)
        expected = self._requirements.expected
        later, soft = expected or wishes_of(statement_frame(), self._frontend.document)
        # A question is about one statement.
        unmet = [] if self._settings.confirm_install else later
        joining = [one for one in joined(wanted, unmet) if not verdict_of(one, project)]
        named = [onion.requirement for onion in (wanted, *joining)]
        named += [entry.requirement for entry in earlier]
        besides = [*(one.name for one in named if one.name), *running]
        fixed = [*pins, *_kept(running)]
        around = constraints_of(soft, besides)
        names = frozenset(map(canonicalize_name, besides))
        return Collected(
            wanted, earlier, fixed, joining, {**(lock.soft(names) if lock else {}), **around}
        )


def _is_lost(entry: Entry) -> bool:
    """Whether what came from a URL, a repository or a folder is gone: no index has its version."""
    direct = entry.requirement.url or entry.requirement.path
    return bool(direct) and not entry.elsewhere and find_distribution(entry.name) is None


def _kept(running: Mapping[str, Distribution]) -> list[str]:
    """Constraint lines that keep the running interpreter as it is."""
    versions = [f"{name}=={dist.version}" for name, dist in running.items()]
    return [*versions, *accepted_versions(running).values()]


def _refuse_running(wanted: Onion, running: Mapping[str, Distribution]) -> None:
    """Raise SmugglerError where the onion itself asks for another version of what runs."""
    requirement = wanted.requirement
    known = running.get(canonicalize_name(requirement.name)) if requirement.name else None
    if known is None:
        return
    fits = contains(requirement.specifier or "", known.version) is not False
    if not fits or requirement.url or requirement.path:
        raise SmugglerError(running_refusal(requirement.shown, known))
