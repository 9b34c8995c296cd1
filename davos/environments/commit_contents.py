"""What a commit consists of: the staged files put right, what they replace, and the renames."""

from __future__ import annotations

import filecmp
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Mapping

from davos.distributions import index
from davos.distributions.overwritten import is_shared_init
from davos.environments import commit_plan, file_tree, installed_files, overlay, staged_paths
from davos.environments.claimed_files import ClaimedFiles, claimed_by, is_listed
from davos.environments.commit_plan import Change, Claim, Move
from davos.exceptions import DavosProjectError

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.environments.file_tree import Key, Tree
    from davos.environments.staging import Staging

__all__ = ["Contents", "prepared"]

# Sources of a distribution that packages by mistake put beside their modules.
_STRAY_FOLDERS = frozenset({"doc", "docs", "example", "examples", "test", "tests"})


@dataclass
class Contents:
    """The distributions that come and leave, and the renames for that."""

    installed: list[Distribution] = field(default_factory=list)
    removed: list[Distribution] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)


def prepared(staging: Staging, digests: Mapping[str, str]) -> Contents:
    """Put the paths in the staged files right and plan the renames; the project is only read.

    Raises DavosProjectError for a distribution that must not be committed, and OSError.
    """
    staged = staging.staged()
    claims = {one: claimed_by(one, staging.prefix) for one in staged}
    for one, files in claims.items():
        _check(one, files, staging.prefix)
    staged_paths.put_right(staging, staged)
    if digests:
        installed_files.stage(staging, staged, digests)
    return _Preparation(staging, claims).contents()


def _check(distribution: Distribution, files: ClaimedFiles, prefix: Path) -> None:
    """Refuse what writes outside of the project, or over the environment itself."""
    wheel = f"{distribution.name} {distribution.version}"
    if files.outside:
        raise DavosProjectError(f"{wheel} lists a file outside of the project: {files.outside[0]}")
    taken = overlay.own_files(prefix).intersection(files.inside)
    if taken:
        raise DavosProjectError(f"{wheel} brings a file of the environment: {min(taken)}")


class _Preparation:
    """Which distributions leave is known once it is known which files are overwritten."""

    def __init__(self, staging: Staging, staged: dict[Distribution, ClaimedFiles]) -> None:
        self.staging = staging
        self.staged = staged
        self.project = Path(os.path.realpath(staging.project_dir))
        self.site_packages = overlay.site_packages_of(self.project)
        self.key: Key = file_tree.key_of(str(self.site_packages))
        found = index.in_folder(str(self.site_packages))
        same = [one for new in staged for one in found.pop(new.normalized_name, ())]
        self.old = {one: self._claimed(one) for one in same}
        self.others = [one for several in found.values() for one in several]

    def contents(self) -> Contents:
        changes = self._changes()
        overwritten = self._owners([one.target for one in changes if self._is_conflict(one)])
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
        return Contents(list(self.staged), list(self.old), moves)

    def _claimed(self, distribution: Distribution) -> ClaimedFiles:
        return claimed_by(distribution, self.project)

    def _claim(self, distribution: Distribution, files: ClaimedFiles) -> Claim:
        return Claim(
            distribution.normalized_name or distribution.info.name, self._tree(files.inside)
        )

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

    def _owners(self, paths: list[str]) -> dict[Distribution, ClaimedFiles]:
        """The other distributions that claim something at one of some paths of the project."""
        names = {path.rpartition("/")[2] for path in paths}
        likely = [one for one in self.others if paths and is_listed(one, names)]
        found = {one: self._readable_claim(one) for one in likely}
        return {
            one: files
            for one, files in found.items()
            if any(file_tree.find(self._tree(files.inside), path, self.key) for path in paths)
        }

    def _readable_claim(self, distribution: Distribution) -> ClaimedFiles:
        try:
            return self._claimed(distribution)
        except DavosProjectError:
            return ClaimedFiles(())

    def _kept(self, changes: list[Change]) -> set[str]:
        """The files that others claim, too, of those that would leave without a successor."""
        lonely = [one.old for one in changes if one.old is not None and one.new is None]
        guessed = [path for one in self.old.values() if not one.exact for path in one.inside]
        files = [path for path in lonely if (self.project / path).is_file()]
        candidates = {path for path in (*files, *guessed) if f"/{file_tree.BYTECODE}/" not in path}
        claimed = self._owners(sorted(candidates)).values()
        return candidates.intersection(path for files in claimed for path in files.inside)


def _is_namespace(path: Path) -> bool:
    return path.name == "__init__.py" and is_shared_init(path.read_bytes())
