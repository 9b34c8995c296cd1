"""What of a lock is not installed, and the runs of installers that install it."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Sequence

from davos.engine.look import conda_prefixes

if TYPE_CHECKING:
    from davos.environments.project import Project
    from davos.installers.base import LockedFile, Request
    from davos.installers.conda_locked import LockedPackage

__all__ = ["missing_of", "runs_of"]


def missing_of(locked: Sequence[LockedFile], project: Project | None) -> tuple[LockedFile, ...]:
    """What a lock names and neither the search path nor the records of conda show."""
    from davos.installers.conda_locked import absent  # noqa: PLC0415 - see _halves
    from davos.resolution.locked_requirements import not_installed  # noqa: PLC0415 - for a lock

    files, packages = _halves(locked)
    there = absent(packages, conda_prefixes(project)) if packages else []
    return (*not_installed(files, sys.path), *there)


def runs_of(request: Request, *, staged: bool) -> list[Request]:
    """The run of each installer that a request needs: packages of conda are not pip's.

    What pip stages comes first: it may start anew, and takes back what was installed before.
    Where nothing is staged, conda comes first: it can refuse before anything is changed.
    """
    files, packages = _halves(request.locked)
    if not packages:
        return [request]
    onion = replace(request.onion, installer="conda")
    of_conda = request._replace(onion=onion, locked=tuple(packages))
    if not files:
        return [of_conda]
    of_pip = request._replace(locked=tuple(files))
    return [of_pip, of_conda] if staged else [of_conda, of_pip]


def _halves(
    locked: Sequence[LockedFile],
) -> tuple[list[LockedFile], list[LockedPackage]]:
    if not locked:
        return [], []
    # For locks only.
    from davos.installers.conda_locked import LockedPackage  # noqa: PLC0415

    packages = [one for one in locked if isinstance(one, LockedPackage)]
    return [one for one in locked if not isinstance(one, LockedPackage)], packages
