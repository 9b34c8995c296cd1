"""What other processes change in a project while this session has its packages loaded.

The versions in a project's folder are noted at each look. What differs at the next look and is
loaded is *outdated*, until what is on disk is loaded, or what is loaded is on disk again.
"""

from __future__ import annotations

import os
from typing import (
    TYPE_CHECKING,
    AbstractSet,
    Iterable,
    Mapping,
    NamedTuple,
    Sequence,
)

from davos.distributions.index import find_distribution, in_folder
from davos.engine.loaded_modules import owned_by, stated_versions
from davos.engine.reload import loaded_modules
from davos.engine.reload_plan import is_owned
from davos.environments import search_path
from davos.environments.requirement_check import dependencies

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.engine.replacement import LoadedVersions
    from davos.environments.project import Project

__all__ = ["ProjectChanges"]


class _State(NamedTuple):
    """A project's folder at one time: `versions` by normalised name."""

    stamp: search_path.Generation = (None, ())
    folder: str = ""
    versions: Mapping[str, str] = {}


class ProjectChanges:
    """The distributions that other processes changed, among those that a session has loaded."""

    def __init__(self, loaded: LoadedVersions) -> None:
        """Watch the versions of one session."""
        self._loaded = loaded
        self._state = _State()
        self._watched: set[str] = set()
        self._unsaid: set[str] = set()

    @property
    def stamp(self) -> search_path.Generation:
        """The generation of the project at the last look; see `search_path.generation`."""
        return self._state.stamp

    def look(self, project: Project | None, own: Iterable[Distribution] = ()) -> None:
        """Note what is in the project, and what of it is loaded in another version.

        `own` are the distributions that this session itself has just changed.
        """
        before, self._state = self._state, _state_of(project, self._state)
        if before.folder != self._state.folder or before.versions == self._state.versions:
            return
        ours = {dist.normalized_name for dist in own}
        for name, version in before.versions.items():
            if name not in ours and self._state.versions[name] != version:
                self._notice(name, version)

    def _notice(self, name: str, version: str) -> None:
        there = find_distribution(name)
        if there is None or not _is_loaded(there, self._state.folder):
            return
        if name not in self._loaded.versions:
            stated = stated_versions([there]).get(name)
            self._loaded.versions[name] = there.version if stated == there.version else version
        self._watched.add(name)
        self._unsaid.add(name)

    def outdated(self) -> dict[str, Distribution]:
        """By normalised name, what is on disk in another version than is loaded."""
        found = {name: find_distribution(name) for name in sorted(self._watched)}
        versions = self._loaded.versions
        return {
            name: there
            for name, there in found.items()
            if there is not None and versions.get(name) not in {None, there.version}
        }

    def outdated_of(self, asked: Distribution | None) -> dict[str, Distribution]:
        """The same for one distribution and all that it requires."""
        if asked is None or not self._watched:
            return {}
        outdated = self.outdated()
        names = {asked.normalized_name, *dependencies(asked)} if outdated else set()
        return {name: there for name, there in outdated.items() if name in names}

    def stale(
        self, found: Sequence[Distribution], asked: Distribution | None
    ) -> Sequence[Distribution]:
        """Some stale distributions, with the outdated ones among what was asked for.

        With them go the pure Python distributions that hold objects of them. Those that are on
        disk again in the version that is loaded are not stale.
        """
        if not self._watched or asked is None:
            return found
        more = self.outdated_of(asked)
        more.update({one.normalized_name: one for one in _holding(asked, more)})
        kept = [one for one in found if one.normalized_name not in more and not self._is_back(one)]
        return [*kept, *more.values()]

    def _is_back(self, distribution: Distribution) -> bool:
        name = distribution.normalized_name
        return name in self._watched and self._loaded.versions.get(name) == distribution.version

    def unsaid(self, besides: AbstractSet[str] = frozenset()) -> dict[str, Distribution]:
        """What the user has not been told of, and is told now; but for some names."""
        names, self._unsaid = self._unsaid - besides, set()
        return {name: one for name, one in self.outdated().items() if name in names}


def _state_of(project: Project | None, before: _State) -> _State:
    """The present state; what a commit that is being made has taken away stays in it."""
    stamp = search_path.generation()  # before the folder is listed: no change is passed over
    folder = "" if project is None else str(project.site_packages_dir)
    earlier = before.versions if folder == before.folder else {}
    found = in_folder(folder) if folder else {}
    versions = {name: _version_in_name(one[0]) for name, one in found.items()}
    return _State(stamp, folder, {**earlier, **versions})


def _version_in_name(distribution: Distribution) -> str:
    """The version in the name of a metadata folder: `NAME-VERSION.dist-info`."""
    return distribution.info.stem.partition("-")[2]


def _holding(asked: Distribution, outdated: Mapping[str, Distribution]) -> list[Distribution]:
    """What was asked for and what it requires, if it requires something outdated in turn.

    A compiled module cannot be replaced: it goes on with what it has.
    """
    names = {asked.normalized_name, *dependencies(asked)} - outdated.keys() if outdated else set()
    there = (find_distribution(name) for name in sorted(names))
    requiring = [one for one in there if one and not dependencies(one).isdisjoint(outdated)]
    return [one for one in requiring if not _has_compiled(one)]


def _has_compiled(distribution: Distribution) -> bool:
    names = owned_by([distribution])[distribution.name]
    return any(is_owned(module.name, names) and module.compiled for module in loaded_modules())


def _is_loaded(distribution: Distribution, folder: str) -> bool:
    """Whether a module of a distribution was loaded from a folder."""
    names = owned_by([distribution])[distribution.name]
    start = f"{folder}{os.sep}"
    return any((module.file or "").startswith(start) for module in loaded_modules(names))
