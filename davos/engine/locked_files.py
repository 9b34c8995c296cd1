"""What of a lock is not installed, and the runs of installers that install it."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Iterator, Sequence

from davos.engine.look import conda_prefixes
from davos.installers.conda_locked import LockedPackage, absent
from davos.resolution.locked_requirements import not_installed

if TYPE_CHECKING:
    from davos.environments.project import Project
    from davos.installers.base import LockedFile, Request

__all__ = ["missing_of", "runs_of"]


def missing_of(locked: Sequence[LockedFile], project: Project | None) -> tuple[LockedFile, ...]:
    """What a lock names and neither the search path nor the records of conda show."""
    files, packages = _halves(locked)
    there = absent(packages, conda_prefixes(project)) if packages else []
    return (*not_installed(files, sys.path), *there)


def runs_of(request: Request) -> Iterator[Request]:
    """The run of each installer that a request needs: packages of conda are not pip's.

    What pip installs comes first: it may start anew, and takes back what was installed before.
    """
    files, packages = _halves(request.locked)
    if files or not packages:
        yield request._replace(locked=tuple(files))
    if packages:
        onion = replace(request.onion, installer="conda")
        yield request._replace(onion=onion, locked=tuple(packages))


def _halves(
    locked: Sequence[LockedFile],
) -> tuple[list[LockedFile], list[LockedPackage]]:
    packages = [one for one in locked if isinstance(one, LockedPackage)]
    return [one for one in locked if not isinstance(one, LockedPackage)], packages
