"""The files below an environment's prefix that an installed distribution claims.

They are those of RECORD and all of the metadata folder; of an old `.egg-info` those of
`installed-files.txt`, or what lies below the names of `top_level.txt`; of an editable install
by an old setuptools its `.egg-link`; of a conda package those of its record, and the record.
A distribution that a conda package holds claims its metadata alone: the package claims the rest,
and its RECORD, if there is one, may tell of the machine that it was built on.
Paths are relative to the prefix, with `/`.

Sources: "Recording installed projects" (RECORD), PEP 376, PEP 660 (editable installs record
their `.pth` file and finder as any other file), setuptools' documentation of egg formats.
"""

# Thousands of paths: text

from __future__ import annotations

import csv
import os
import posixpath
from typing import TYPE_CHECKING, Iterable, NamedTuple, Sequence, Union

from davos.distributions import conda_packages
from davos.distributions.conda_packages import CondaPackage
from davos.distributions.distribution import Distribution
from davos.environments import file_tree, overlay
from davos.exceptions import DavosProjectError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ClaimedFiles", "Owner", "claimed_by", "is_listed", "recorded"]

Owner = Union[Distribution, CondaPackage]
"""What claims files: a distribution by its RECORD, a conda package by its record in `conda-meta`.
A conda package of Python modules holds distributions, so both claim their metadata."""


class ClaimedFiles(NamedTuple):
    """The files of a distribution, and those that it claims outside of the prefix.

    `exact` is false where the files are a guess by the names of its modules: some of them
    may be other distributions'.
    """

    inside: Sequence[str]
    outside: Sequence[str] = ()
    exact: bool = True


def claimed_by(owner: Owner, prefix: Path) -> ClaimedFiles:
    """The files of a distribution or a conda package in the environment `prefix`.

    Raises DavosProjectError if nothing tells which they are.
    """
    real = os.path.realpath(prefix)
    if isinstance(owner, CondaPackage):
        inside, outside = _sorted_out(owner.files, "", prefix, real)
        return ClaimedFiles([*inside, f"{conda_packages.FOLDER}/{owner.file.name}"], outside)
    return _claimed_by_distribution(owner, prefix, real)


def _claimed_by_distribution(distribution: Distribution, prefix: Path, real: str) -> ClaimedFiles:
    site_packages = overlay.site_packages_of(prefix).relative_to(prefix).as_posix()
    if distribution.location != overlay.site_packages_of(prefix):
        return ClaimedFiles([f"{site_packages}/{distribution.name}.egg-link"])
    metadata = _below(distribution.info, f"{site_packages}/{distribution.info.name}")
    if distribution.conda_package is not None:
        return ClaimedFiles(metadata)
    listed = recorded(distribution)
    if listed is not None:
        folder, names = listed
        inside, outside = _sorted_out(names, posixpath.join(site_packages, folder), prefix, real)
        return ClaimedFiles([*inside, *metadata], outside)
    if not distribution.readable:  # an install that was killed
        return ClaimedFiles(metadata)
    if not distribution.read("top_level.txt").strip():
        raise DavosProjectError(
            f"cannot replace {distribution.name} {distribution.version}: nothing in "
            f"{distribution.info} tells which files are its own (RECORD is missing)",
        )
    guessed, _ = _sorted_out(distribution.files, site_packages, prefix, real)
    return ClaimedFiles([*guessed, *metadata], exact=False)


def recorded(distribution: Distribution) -> tuple[str, list[str]] | None:
    """The folder, relative to site-packages, and the paths that are recorded relative to it."""
    record = distribution.read("RECORD")
    if record:
        return "", [row[0] for row in csv.reader(record.splitlines()) if row and row[0]]
    listed = distribution.read("installed-files.txt").splitlines()
    return (distribution.info.name, listed) if listed else None


def is_listed(owner: Owner, names: Iterable[str]) -> bool:
    """Whether one of some file names occurs in the record of a distribution or package, as text."""
    if isinstance(owner, CondaPackage):
        text = owner.text
    else:
        text = owner.read("RECORD") or owner.read("installed-files.txt")
    return any(name in text for name in names) if text else True


def _below(info: Path, relative: str) -> list[str]:
    """The files of the metadata, or the one that names the folder if that is empty."""
    if not info.is_dir():
        return [relative]
    return [*file_tree.walk(str(info), relative), f"{relative}/METADATA"]


def _sorted_out(
    names: Iterable[str],
    folder: str,
    prefix: Path,
    real: str,
) -> tuple[list[str], list[str]]:
    """Recorded paths as paths below the prefix, and those that are not below it."""
    inside: list[str] = []
    outside: list[str] = []
    prefixes = (f"{prefix}{os.sep}", f"{real}{os.sep}")
    for name in names:
        path = _relative(name, folder, prefixes)
        is_outside = path.startswith(("../", "/")) or path in {"..", "."}
        (outside if is_outside else inside).append(path)
    return inside, outside


def _relative(name: str, folder: str, prefixes: Sequence[str]) -> str:
    if name.startswith("/"):
        name = posixpath.normpath(name)
        return next((name[len(p) :] for p in prefixes if name.startswith(p)), name)
    path = f"{folder}/{name}" if folder else name
    is_plain = "./" not in path and "//" not in path and not path.endswith(("/", "/..", "/."))
    return path if is_plain else posixpath.normpath(path)
