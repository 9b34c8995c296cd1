"""What a commit consists of: the staged files put right, what they replace, and the renames."""

from __future__ import annotations

import filecmp
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, AbstractSet, Iterable, Mapping

from davos.distributions.conda_packages import FOLDER as CONDA_FOLDER
from davos.distributions.conda_packages import CondaPackage
from davos.distributions.distribution import Distribution
from davos.distributions.index import METADATA_ENDINGS
from davos.distributions.overwritten import is_shared_init
from davos.environments import commit_plan, file_tree, installed_files, overlay, staged_paths
from davos.environments.claimed_files import ClaimedFiles, Owner, claimed_by, is_listed
from davos.environments.commit_plan import Change, Claim, Move
from davos.environments.conda_environments import is_environment
from davos.environments.file_errors import kind_of
from davos.environments.replaced_owners import Names, Present, named
from davos.exceptions import DavosProjectError

if TYPE_CHECKING:
    from davos.environments.file_tree import Key, Tree
    from davos.environments.staging import Staging

__all__ = ["Contents", "prepared"]

_RECORDS = f"{CONDA_FOLDER}/"

# Sources of a distribution that packages by mistake put beside their modules.
_STRAY_FOLDERS = frozenset({"doc", "docs", "example", "examples", "test", "tests"})


@dataclass
class Contents:
    """What comes and what leaves, by name and version, and the renames for that."""

    installed: Names = ()
    removed: Names = ()
    moves: list[Move] = field(default_factory=list)


def prepared(staging: Staging, digests: Mapping[str, str]) -> Contents:
    """Put the paths in the staged files right and plan the renames; the project is only read.

    Raises DavosProjectError for what must not be committed, and OSError.
    """
    staged = staging.staged()
    packages = staging.staged_conda_packages()
    owners: list[Owner] = [*staged, *packages]
    claims = {one: claimed_by(one, staging.prefix) for one in owners}
    for one, files in claims.items():
        _check(one, files, staging)
    if not is_environment(str(staging.project_dir)):
        _drop_other_records(staging.prefix, packages)
    staged_paths.put_right(staging, staged)
    if digests:
        installed_files.stage(staging, staged, digests)
    return _Preparation(staging, claims).contents()


def _check(owner: Owner, files: ClaimedFiles, staging: Staging) -> None:
    """Refuse what writes outside of the project, or over the environment itself."""
    shown = f"{owner.name} {owner.version}"
    if files.outside:
        kind = kind_of(staging.project_dir)
        raise DavosProjectError(f"{shown} lists a file outside of the {kind}: {files.outside[0]}")
    taken = overlay.own_files(staging.prefix).intersection(files.inside)
    if taken:
        raise DavosProjectError(f"{shown} brings a file of the environment: {min(taken)}")
    own = [f"{CONDA_FOLDER}/{owner.file.name}"] if isinstance(owner, CondaPackage) else []
    records = [one for one in files.inside if one.startswith(_RECORDS)]
    foreign = [one for one in records if one not in own]
    if foreign:
        raise DavosProjectError(f"{shown} brings a record of a conda package: {min(foreign)}")


def _drop_other_records(prefix: Path, packages: Iterable[CondaPackage]) -> None:
    """Leave out what a conda environment keeps beside the records: its history would tell others
    that the project is one.
    """
    known = {package.file.name for package in packages}
    folder = prefix / CONDA_FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_file() and path.name not in known:
            path.unlink()


class _Preparation:
    """What leaves is known once it is known which files are overwritten."""

    def __init__(self, staging: Staging, staged: Mapping[Owner, ClaimedFiles]) -> None:
        self.staging = staging
        self.staged = staged
        self.project = Path(os.path.realpath(staging.project_dir))
        self.site_packages = overlay.site_packages_of(self.project)
        self.key: Key = file_tree.key_of(str(self.site_packages))
        there = Present.of(self.project)
        self.old = {one: self._claimed(one) for one in there.replaced_by(list(staged))}
        self.held = there.held
        self.others = [one for one in there.owners if one not in self.old]

    def contents(self) -> Contents:
        changes = self._changes()
        overwritten = self._overwritten(changes)
        if overwritten:
            self.old.update(overwritten)
            self.others = [one for one in self.others if one not in self.old]
            changes = self._changes()
        kept = self._kept(changes)
        if kept:
            changes = self._changes(kept)
        claims = [
            self._claim(one, files) for one, files in (*self.staged.items(), *self.old.items())
        ]
        folder = self.site_packages.relative_to(self.project).as_posix()
        moves = commit_plan.ordered(changes, claims, folder, self.key)
        return Contents(named(self.staged), named(self.old), moves)

    def _overwritten(self, changes: list[Change]) -> dict[Owner, ClaimedFiles]:
        """What leaves because a staged file takes the place of one of its own.

        conda's packages may have a file in common: "ClobberWarning" in conda's documentation.
        """
        found = self._owners([one.target for one in changes if self._is_conflict(one)])
        if any(isinstance(one, CondaPackage) for one in self.staged):
            stay = {one for one in found if isinstance(one, CondaPackage) or one in self.held}
            return {one: files for one, files in found.items() if one not in stay}
        return found

    def _claimed(self, owner: Owner) -> ClaimedFiles:
        return claimed_by(owner, self.project)

    def _claim(self, owner: Owner, files: ClaimedFiles) -> Claim:
        name = owner.normalized_name
        if isinstance(owner, Distribution):
            name = name or owner.info.name
        return Claim(name, self._tree(files.inside))

    def _tree(self, paths: Iterable[str]) -> Tree:
        tree: Tree = {}
        for path in paths:
            file_tree.add(tree, path, self.key)
        return tree

    def _changes(self, kept: Iterable[str] = ()) -> list[Change]:
        files = (path for one in self.old.values() for path in one.inside)
        old = self._tree([*files, *self._sources()])
        file_tree.subtract(old, overlay.own_files(self.project), self.key)
        file_tree.subtract(old, kept, self.key)
        staged, present = file_tree.look(str(self.staging.prefix), str(self.project), old, self.key)
        file_tree.subtract(staged, overlay.own_files(self.project), self.key)
        old = commit_plan.with_bytecode(old, present, self.key)
        return commit_plan.compare(staged, present, old)

    def _sources(self) -> Iterable[str]:
        """The repositories that staged ones replace as a whole."""
        staged, folder = self.staging.source_folder, Path(self.staging.sources)
        for path in staged.iterdir() if staged.is_dir() else ():
            there = self.project / folder / path.name
            if there.is_dir():
                yield from file_tree.walk(str(there), (folder / path.name).as_posix())

    def _is_conflict(self, change: Change) -> bool:
        """Whether a staged file takes the place of another one that differs and counts."""
        if not change.overwrites or change.new is None or change.old is None:
            return False
        new, old = self.staging.prefix / change.new, self.project / change.old
        if not (new.is_file() and old.is_file()):
            return True
        folder = self.site_packages.relative_to(self.project).as_posix()
        is_stray = any(change.old.startswith(f"{folder}/{name}/") for name in _STRAY_FOLDERS)
        same = filecmp.cmp(new, old, shallow=False)
        return not (is_stray or same or (_is_namespace(new) and _is_namespace(old)))

    def _owners(self, paths: list[str]) -> dict[Owner, ClaimedFiles]:
        """The others that claim something at one of some paths of the project."""
        names = {self._last_name(path) for path in paths}
        likely = [one for one in self.others if paths and is_listed(one, names)]
        found = {one: self._readable_claim(one) for one in likely}
        return {
            one: files
            for one, files in found.items()
            if any(file_tree.find(self._tree(files.inside), path, self.key) for path in paths)
        }

    def _last_name(self, path: str) -> str:
        """The last name in a path; with `/` that of a folder, as a record has it."""
        name = path.rpartition("/")[2]
        return f"{name}/" if (self.project / path).is_dir() else name

    def _readable_claim(self, owner: Owner) -> ClaimedFiles:
        try:
            return self._claimed(owner)
        except DavosProjectError:
            return ClaimedFiles(())

    def _kept(self, changes: list[Change]) -> set[str]:
        """The files that others claim, too, of those that would leave without a successor.

        A folder that leaves as a whole may hold some.
        """
        leaving = [one.old for one in changes if one.old is not None and not self._is_renewed(one)]
        places = {path for path in leaving if not path.endswith(METADATA_ENDINGS)}
        inside = {path for one in self.old.values() for path in one.inside}
        guessed = {path for one in self.old.values() if not one.exact for path in one.inside}
        candidates = {path for path in inside if _is_below(path, places)} | guessed
        candidates = {path for path in candidates if f"/{file_tree.BYTECODE}/" not in path}
        claimed = self._owners(sorted(places | guessed)).values() if candidates else ()
        return candidates.intersection(path for files in claimed for path in files.inside)

    def _is_renewed(self, change: Change) -> bool:
        """Whether one file takes the place of another."""
        return change.new is not None and (self.project / (change.old or "")).is_file()


def _is_below(path: str, places: AbstractSet[str]) -> bool:
    """Whether a path is one of some others, or below it."""
    while path and path not in places:
        path = path.rpartition("/")[0]
    return bool(path)


def _is_namespace(path: Path) -> bool:
    return path.name == "__init__.py" and is_shared_init(path.read_bytes())
