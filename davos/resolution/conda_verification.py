"""Whether the installed packages of conda are what a lock names: each, and each of its files.

The record of a package in `conda-meta` has the digest of each of its files, with the path of the
prefix in it where the package has a placeholder ("Conda package specification", `paths.json`). For
a project, `davos-installed.json` has the digest that the record itself had.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Iterator, Mapping, Sequence

from davos.distributions.conda_packages import find_conda_package
from davos.environments.installed_files import conda_key, digest_of_file
from davos.resolution.lock_verification import LEFT, Difference

if TYPE_CHECKING:
    from pathlib import Path

    from davos.distributions.conda_packages import CondaPackage
    from davos.environments.installed_files import Known
    from davos.installers.conda_locked import LockedPackage

__all__ = ["conda_differences"]


def conda_differences(
    packages: Sequence[LockedPackage],
    prefixes: Sequence[str],
    known: Mapping[str, Known],
    kept: Mapping[str, str],
) -> Iterator[Difference]:
    """What the records and files of some prefixes have that a lock does not name.

    The first prefix is the project's, and `known` what was noted of its packages. `kept` says by
    the name of a distribution why a package is not installed from the lock.
    """
    for package in packages:
        found = find_conda_package(package.package, prefixes)
        reason = _other(package, found)
        if package.name in kept and (found is None or reason):
            yield _difference(package, LEFT, kept[package.name])
        elif found is None:
            yield _difference(package, "not installed", f"{package.shown} is not installed")
        elif reason:
            yield _difference(package, *reason)
        else:
            noted = known.get(conda_key(found.name)) if _is_in(found, prefixes[0]) else None
            yield from _of_record(package, found, noted)
            yield from _of_files(package, found)


def _is_in(found: CondaPackage, prefix: str) -> bool:
    return str(found.prefix) == prefix


def _other(package: LockedPackage, found: CondaPackage | None) -> tuple[str, str] | None:
    """How an installed package is another one: a kind of difference, and a sentence."""
    if found is None:
        return None
    if (found.version, found.build) != (package.version, package.build):
        there = f"{found.name} {found.version} {found.build}"
        return "other version", f"{there} is installed, the lock has {package.shown}"
    if found.sha256 != package.sha256:
        message = (
            f"{package.shown} was installed from a file with the sha256 "
            f"{found.sha256 or 'unknown'}, the lock has {package.sha256}"
        )
        return "other file", message
    return None


def _of_record(
    package: LockedPackage, found: CondaPackage, noted: Known | None
) -> Iterator[Difference]:
    """Whether the record is what it was after the installation, as far as that is known."""
    if noted is not None and noted.record != digest_of_file(found.file):
        message = f"{found.file} was changed after the installation"
        yield _difference(package, "differs", message, found.file)


def _of_files(package: LockedPackage, found: CondaPackage) -> Iterator[Difference]:
    """The files that are missing or have another digest than they had."""
    prefix, links = found.prefix, found.links
    for file in found.installed_files:
        place = prefix / file.path
        if file.path.endswith(".pyc"):
            continue
        is_link = file.path in links
        intact = _stays_in(place, prefix) if is_link else _is_as_recorded(place, file.sha256)
        if not os.path.lexists(place):
            yield _difference(package, "missing", f"{place} is missing", place)
        elif not intact:
            message = f"{place} differs from what was installed"
            yield _difference(package, "differs", message, place)


def _stays_in(place: Path, prefix: Path) -> bool:
    """Whether there is a link to something in the prefix."""
    return place.is_symlink() and prefix.resolve() in place.resolve().parents


def _is_as_recorded(place: Path, sha256: str) -> bool:
    """Whether there is a file with a digest, which is empty if it is not known."""
    return place.is_file() and (not sha256 or digest_of_file(place) == sha256)


def _difference(
    package: LockedPackage, kind: str, message: str, file: Path | None = None
) -> Difference:
    place = None if file is None else str(file)
    return Difference(kind, package.package, package.version, place, message)
