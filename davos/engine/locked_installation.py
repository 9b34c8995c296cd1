"""Install what a lock names and is not there, in one run of an installer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping

from packaging.utils import canonicalize_name

from davos.engine.call_site import warn
from davos.engine.install_requests import Collected
from davos.engine.installed import NOTHING_INSTALLED
from davos.engine.look import Look
from davos.engine.running_kernel import irreplaceable
from davos.engine.staged_check import Checks
from davos.environments.requirement_check import Verdict
from davos.installers.conda_locked import distribution_name
from davos.resolution.conda_lock import lock_misfit

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.engine.installation import Installation
    from davos.engine.installed import Installed
    from davos.engine.lock_in_use import LockInUse
    from davos.engine.session_requirements import SessionRequirements

__all__ = ["install_lock"]


def install_lock(
    lock: LockInUse,
    installation: Installation,
    requirements: SessionRequirements,
    running: Mapping[str, Distribution],
    loaded: Mapping[str, str],
) -> Installed:
    """Install what is missing of a lock; see `Installation.run`.

    What the `running` interpreter is made of stays, with a warning, and what the session asked
    for in another version.
    """
    wanted = lock.pending(installation.project)
    kept = irreplaceable(wanted, running)
    if kept:
        warn(f"of {lock.onion.requirement.text} {'; '.join(kept.values())}")
    earlier = requirements.others(lock.onion.requirement)
    other = {
        name
        for one in earlier
        if lock_misfit(one.requirement, lock.files, lock.packages)
        for name in (canonicalize_name(one.name), distribution_name(one.requirement.name or ""))
    }
    files = tuple(one for one in wanted if one.name not in kept and one.name not in other)
    installed = NOTHING_INSTALLED
    if files:
        found = Look(lock.onion, lock.onion, Verdict(None, "locked"), forced=True, lasting=False)
        checks = Checks(running, requirements.names, lock.names)
        installed = installation.run(found, Collected(lock.onion, locked=files), checks, loaded)
    lock.settle()
    return installed
