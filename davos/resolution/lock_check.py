"""Whether a lock still is what its document asks for."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Iterator, NamedTuple, Optional

from packaging.utils import canonicalize_name

from davos.environments.local_sources import fingerprint
from davos.environments.requirement_check import contains
from davos.files import read_file
from davos.onion.asked_text import asked_text
from davos.resolution.asked import asked_in
from davos.resolution.conda_lock import lock_misfit, locked_packages
from davos.resolution.lock_platforms import ever_true
from davos.resolution.lock_selection import selection
from davos.resolution.lock_tree import version_of

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.pylock import Package, PackageArchive

    from davos.documents.document import Document
    from davos.resolution.asked import Asked
    from davos.resolution.lock_document import Lock

__all__ = ["Change", "changes", "out_of_date"]

_HERE = "{}.{}".format(*sys.version_info)


def out_of_date(
    document: Document, lock: Lock | None, folder: Path, python: str = _HERE
) -> list[str]:
    """Why a lock is not what a document asks for, a sentence each; none if it is.

    `folder` is the document's. Local folders and files are read. Of a lock that another program
    made, only its packages count, as they would when the document runs here. Without a lock, what
    a marker leaves out for a minor version of Python needs none.
    """
    asked = asked_in(document)
    if lock is None:
        needed = any(ever_true(one.requirement.marker, python) for one in asked)
        return ["it has no lock"] if needed else []
    if not lock.is_own:
        return list(_unmet(asked, lock))
    differences = [*_asked_now(asked, lock), *_no_longer(asked, lock), *_changed(lock, folder)]
    return differences or list(_other_versions(asked, lock))


def _unmet(asked: list[Asked], lock: Lock) -> Iterator[str]:
    """What the packages of a lock do not satisfy."""
    chosen = selection(lock)
    if chosen.obstacle:
        yield chosen.obstacle
        return
    files = {one.name: one for one in chosen.files}
    for one in asked:
        reason = lock_misfit(one.requirement, files, chosen.by_package)
        if reason:
            yield f"{one.shown}: {reason}"


def _asked_now(asked: list[Asked], lock: Lock) -> Iterator[str]:
    packages = locked_packages(lock)
    of_conda = {one.package for one in packages}
    names = {package.name for package in lock.pylock.packages} | {one.name for one in packages}
    for one in asked:
        text, name = asked_text(one.onion), canonicalize_name(one.requirement.name or "")
        known = text in lock.requirements if one.written else name in names
        if not known:
            yield f"{one.shown} is not what was locked"
        elif one.is_of_conda and one.requirement.name not in of_conda:
            yield f"{one.shown} is not in the lock, which holds no such package of conda"


def _no_longer(asked: list[Asked], lock: Lock) -> Iterator[str]:
    wanted = {asked_text(one.onion) for one in asked}
    for text in lock.requirements:
        if text not in wanted:
            yield f"{text} was locked and is not asked for any more"


def _other_versions(asked: list[Asked], lock: Lock) -> Iterator[str]:
    """What none of the versions of a lock satisfies: its text was edited or merged.

    Of two requirements for one distribution, one is enough: a lock holds one version.
    """
    held: dict[str, list[str]] = {}
    for package in lock.pylock.packages:
        held.setdefault(package.name, []).append(str(package.version or ""))
    misfits = {}
    fitting = set()
    for one in asked:
        name = canonicalize_name(one.requirement.name or "")
        versions = [] if one.is_of_conda else held.get(name, [])
        if any(contains(one.requirement.specifier, version) is not False for version in versions):
            fitting.add(name)
        elif versions:
            misfits[name] = f"{one.shown}: the lock holds {name} {', '.join(versions)}"
    yield from (reason for name, reason in misfits.items() if name not in fitting)


def _changed(lock: Lock, folder: Path) -> Iterator[str]:
    """The local folders and files that are not as they were."""
    for package in lock.pylock.packages:
        known = lock.trees.get(package.name)
        if known and package.directory and fingerprint(folder / package.directory.path) != known:
            yield f"the folder {package.directory.path} has changed since it was locked"
        file = package.archive
        if file is not None and file.path is not None and not _is_same(folder / file.path, file):
            yield f"the file {file.path} has changed since it was locked"


def _is_same(path: Path, file: PackageArchive) -> bool:
    """Whether a file has the hash that was locked; one that is not there has none."""
    wanted = file.hashes.get("sha256")
    try:
        return wanted is None or hashlib.sha256(read_file(path)).hexdigest() == wanted
    except OSError:
        return False


class Change(NamedTuple):
    """A package with its version before and after; None where it is not in the lock.

    The name of one of conda begins with `conda:`, and its version ends in its build.
    """

    name: str
    before: Optional[str]
    after: Optional[str]

    def __str__(self) -> str:
        if self.before is None:
            return f"+ {self.name} {self.after}"
        if self.after is None:
            return f"- {self.name} {self.before}"
        if self.before == self.after:
            return f"  {self.name} {self.after} (other files)"
        return f"  {self.name} {self.before} -> {self.after}"


def changes(before: Lock | None, after: Lock | None) -> list[Change]:
    """The packages of which two locks hold different versions or files, by name."""
    old, new = _versions(before), _versions(after)
    names = sorted({*old, *new})
    return [
        Change(name, old.get(name, (None,))[0], new.get(name, (None,))[0])
        for name in names
        if old.get(name) != new.get(name)
    ]


def _versions(lock: Lock | None) -> dict[str, tuple[str | None, ...]]:
    """The shown version of each package, and what else tells whether it is the same."""
    found: dict[str, list[Package]] = {}
    for package in lock.pylock.packages if lock else ():
        found.setdefault(package.name, []).append(package)
    return {
        **{name: (", ".join(map(version_of, same)), repr(same)) for name, same in found.items()},
        **{
            f"conda:{one.package}": (f"{one.version} {one.build}", one.sha256)
            for one in (locked_packages(lock) if lock else ())
        },
    }
