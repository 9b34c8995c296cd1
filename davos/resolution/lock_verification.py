"""Whether what is installed is what a lock names: each distribution, and each of its files.

RECORD has a digest of each installed file ("Recording installed projects"). For a project,
`davos-installed.json` has in addition the digest of the file that was installed, which is compared
with the lock's, and that of RECORD as it was then.
"""

# Paths in RECORD are text
# ruff: noqa: PTH113, PTH118

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Iterator, Mapping, Sequence

from davos.distributions.index import distributions, find_distribution
from davos.distributions.record_hashes import recorded_hash
from davos.environments.installed_files import record_digest
from davos.resolution.locked_requirements import is_installed

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.environments.installed_files import Known
    from davos.installers.base import LockedFile

__all__ = ["LEFT", "Difference", "differences"]

_DIGESTS = frozenset({"sha256", "sha384", "sha512"})


@dataclass(frozen=True)
class Difference:
    """What is not as locked: `kind`, the distribution, the file if it is about one, and a sentence.

    Kinds are `not installed`, `other version`, `other file`, and of files `differs`, `missing` and
    `extra`. `left to the kernel` is no fault: another version runs the notebook.
    """

    kind: str
    distribution: str
    version: str | None
    file: str | None
    message: str

    @property
    def is_fault(self) -> bool:
        """Whether the lock is not installed as it should be."""
        return self.kind != LEFT


LEFT = "left to the kernel"
"""The `kind` of what is not installed from a lock because the kernel runs on another version."""


def differences(
    files: Iterable[LockedFile],
    path: Sequence[str],
    known: Mapping[str, Known],
    folder: str,
    kept: Mapping[str, str],
) -> Iterator[Difference]:
    """What a search path holds that is not what a lock names, in the order of the lock.

    `folder` is the project's site-packages, and `known` what was noted of its distributions.
    `kept` says by name why something is not installed from the lock.
    """
    recorded = _Recorded()
    for file in files:
        found = find_distribution(file.name, path)
        if file.name in kept and not (found and is_installed(file, found)):
            yield Difference(LEFT, file.name, file.version, None, kept[file.name])
        elif found is None:
            yield Difference(
                "not installed", file.name, file.version, None, f"{file.shown} is not installed"
            )
        elif not is_installed(file, found):
            message = f"{found.name} {found.version} is installed, the lock has {file.shown}"
            yield Difference("other version", file.name, file.version, None, message)
        else:
            noted = known.get(file.name) if str(found.location) == folder else None
            yield from _of_origin(file, found, noted)
            yield from _of_files(file, found)
            yield from _extra(file, found, recorded)


def _of_origin(file: LockedFile, found: Distribution, noted: Known | None) -> Iterator[Difference]:
    """Whether it was installed from the file that the lock names, as far as that is known."""
    if noted is None or noted.version != found.version:
        return
    wanted = file.hashes.get("sha256", "")
    if wanted and noted.sha256 and wanted != noted.sha256:
        message = f"was installed from a file with the sha256 {noted.sha256}, the lock has {wanted}"
        yield _difference("other file", file, None, message)
    if noted.record != record_digest(found):
        record = str(found.info / "RECORD")
        yield _difference("differs", file, record, "was changed after the installation")


def _of_files(file: LockedFile, found: Distribution) -> Iterator[Difference]:
    """The recorded files that are missing or have another digest."""
    for name, digest, *_ in _rows(found):
        place = os.path.normpath(found.location / name)
        if name.endswith(".pyc"):
            continue
        if not os.path.isfile(place):
            yield _difference("missing", file, place, "is missing")
        elif digest and not _has_digest(place, digest):
            yield _difference("differs", file, place, "differs from what was installed")


def _rows(found: Distribution) -> list[list[str]]:
    return [row for row in csv.reader(found.record.splitlines()) if len(row) > 1]


def _has_digest(place: str, recorded: str) -> bool:
    algorithm = recorded.partition("=")[0]
    if algorithm not in _DIGESTS:
        return False
    try:
        return recorded_hash(Path(place).read_bytes(), algorithm) == recorded
    except OSError:
        return False


class _Recorded:
    """The files that the distributions of a folder record, read once for each folder."""

    def __init__(self) -> None:
        self._folders: dict[str, set[str]] = {}

    def of(self, folder: Path) -> set[str]:
        """The absolute paths of all recorded files of a site-packages folder."""
        text = str(folder)
        if text not in self._folders:
            found = distributions([text])
            self._folders[text] = {file for one in found for file in one.files}
        return self._folders[text]


def _extra(file: LockedFile, found: Distribution, recorded: _Recorded) -> Iterator[Difference]:
    """Files in the folders of a distribution that no distribution records; no bytecode."""
    known = recorded.of(found.location)
    inside = (Path(os.path.relpath(path, found.location)).parts for path in found.files)
    for top in sorted({parts[0] for parts in inside if len(parts) > 1 and parts[0] != os.pardir}):
        for folder, below, names in os.walk(found.location / top):
            below[:] = sorted(name for name in below if name != "__pycache__")
            for place in sorted(os.path.join(folder, name) for name in names):
                if place not in known and not place.endswith(".pyc"):
                    yield _difference("extra", file, place, "does not belong to it")


def _difference(kind: str, file: LockedFile, place: str | None, message: str) -> Difference:
    subject = place or file.shown
    return Difference(kind, file.name, file.version, place, f"{subject} {message}")
