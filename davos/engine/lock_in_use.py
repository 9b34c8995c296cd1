"""A lock that governs a session: what it holds of what the notebook asks for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Mapping

from packaging.utils import canonicalize_name

from davos.distributions import index
from davos.engine.call_site import warn
from davos.engine.locked_files import missing_of
from davos.environments import local_sources
from davos.exceptions import LockError
from davos.installers.conda_locked import distribution_name
from davos.onion.comment import Onion, Requirement
from davos.resolution.conda_lock import lock_misfit
from davos.resolution.lock_selection import selection
from davos.resolution.locked_requirements import (
    constraints,
    file_of,
    folder_of,
    installed_from,
)
from davos.resolution.notebook_pins import requirements_of

if TYPE_CHECKING:
    from pathlib import Path

    from davos.distributions.distribution import Distribution
    from davos.environments.project import Project
    from davos.installers.base import LockedFile
    from davos.installers.conda_locked import LockedPackage
    from davos.resolution.lock_document import Lock

__all__ = ["LockInUse"]


@dataclass
class LockInUse:
    """The files of a lock, by normalised name, and which of them are in use.

    `packages` are those of conda, by conda's names. With `strict` a smuggle that the lock does not
    hold is an error, else a warning. `overruled` are the names of which the notebook asks for
    something else: they are not installed from the lock. `settled` is the state of the search path
    after the lock was last installed. `trees` are the hashes of local folders.
    """

    name: str
    files: Mapping[str, LockedFile]
    strict: bool
    overruled: frozenset[str] = frozenset()
    settled: int | None = None
    told: set[str] = field(default_factory=set)
    packages: Mapping[str, LockedPackage] = field(default_factory=dict)
    trees: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, lock: Lock, document: str | None, *, strict: bool) -> LockInUse:
        """The lock as it is in this environment.

        One that is for another Python or platform holds nothing, with a warning. Raises LockError
        for that if `strict`, and for a local folder that is not what was locked.
        """
        if lock.newer:
            warn(lock.newer)
        chosen = selection(lock)
        files = {one.name: one for one in chosen.files}
        changed = _changed_folders(lock, files)
        obstacle = chosen.obstacle or "; ".join(changed.values())
        if obstacle and strict:
            raise LockError(obstacle)
        if obstacle:
            warn(f"{obstacle}. What is smuggled is resolved as without a lock")
        files = {name: one for name, one in files.items() if name not in changed}
        asked = (one for one in requirements_of(document) if one.name)
        packages = chosen.by_package
        other = {_name_of(one) for one in asked if lock_misfit(one, files, packages)}
        overruled = frozenset(other)
        return cls(lock.path.name, files, strict, overruled, packages=packages, trees=lock.trees)

    def covers(self, requirement: Requirement) -> bool:
        """Whether the lock holds what is required.

        If not, raises LockError where that is an error, else warns, once for each requirement.
        """
        reason = lock_misfit(requirement, self.files, self.packages)
        if not reason:
            return _name_of(requirement) not in self.overruled
        message = f"{requirement.shown} does not fit the lock of {self.name}: {reason}"
        if self.strict:
            hint = f"`davos lock {self.name}` brings the lock up to date"
            raise LockError(f"{message}; nothing was installed. {hint}")
        if self.names and requirement.text not in self.told:
            self.told.add(requirement.text)
            warn(f"{message}. It is resolved with the lock's versions as far as they go together")
        return False

    @property
    def names(self) -> frozenset[str]:
        """The normalised names of all that the lock holds."""
        of_conda = {one.name for one in self.packages.values()}
        return frozenset(self.files) | of_conda | set(map(canonicalize_name, self.packages))

    def installed(self, requirement: Requirement) -> Distribution | None:
        """What is installed as the lock has it, for a requirement with a URL or a path.

        None if the file or folder has changed since; raises LockError where that is an error.
        """
        there = installed_from(requirement, self.files.values())
        file = file_of(requirement, self.files.values()) if requirement.path else None
        if file is None or not _has_changed(file, self.trees.get(file.name)):
            return there
        if self.strict:
            message = f"{requirement.shown} has changed since {self.name} was locked"
            raise LockError(f"{message}: `davos lock {self.name}` brings the lock up to date")
        return None

    def pending(self, project: Project | None) -> tuple[LockedFile, ...]:
        """What the lock names and is not there; nothing if that was found out before."""
        if self.settled == index.state():
            return ()
        files = [one for one in self.files.values() if one.name not in self.overruled]
        packages = [one for one in self.packages.values() if one.name not in self.overruled]
        found = missing_of((*files, *packages), project)
        if not found:
            self.settle()
        return found

    def settle(self) -> None:
        """Note that all of the lock that can be installed is installed."""
        self.settled = index.state()

    def soft(self, names: frozenset[str]) -> dict[str, str]:
        """Constraint lines for what the lock names, apart from some names."""
        of_conda = [one for one in self.packages.values() if one.is_python]
        lines = constraints((*of_conda, *self.files.values()))
        return {name: line for name, line in lines.items() if name not in names | self.overruled}

    @property
    def onion(self) -> Onion:
        """What stands for the whole lock in questions, messages and runs of an installer."""
        text = f"the lock of {self.name}"
        return Onion("pip", text, (), Requirement(text, None))


def _has_changed(file: LockedFile, tree: str | None) -> bool:
    """Whether a local folder or file is not what was locked; of one that is gone, none knows."""
    path = local_sources.path_of(folder_of(file))
    if file.kind == "directory":
        return tree is not None and path.is_dir() and local_sources.fingerprint(path) != tree
    wanted = file.hashes.get("sha256")
    return wanted is not None and path.is_file() and _sha256(path) != wanted


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _name_of(requirement: Requirement) -> str:
    """The normalised name of the distribution that is asked for, also of conda."""
    name = requirement.name or ""
    return canonicalize_name(name) if requirement.match_spec is None else distribution_name(name)


def _changed_folders(lock: Lock, files: Mapping[str, LockedFile]) -> dict[str, str]:
    """A sentence for each local folder that is not as it was when it was locked, by name."""
    return {
        name: f"the folder {path} has changed since {lock.path.name} was locked"
        for name, tree in lock.trees.items()
        if name in files
        for path in [local_sources.path_of(folder_of(files[name]))]
        if local_sources.fingerprint(path) != tree
    }
