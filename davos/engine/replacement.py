"""Which loaded modules have to be replaced after a requirement was provided.

The only place that plans a reload.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, AbstractSet, Iterable, Mapping, NamedTuple, Sequence

from davos.engine.loaded_modules import (
    is_among,
    is_current,
    loaded_from_elsewhere,
    owned_by,
    unchanged,
)
from davos.engine.reload import loaded_modules
from davos.engine.reload_plan import Action, LoadedModule, is_owned, modules_in, plan_reload

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.distributions.record_hashes import FileHashes
    from davos.environments.project import Project

__all__ = ["LoadedVersions", "Replacement", "plan_replacement", "stale_among"]


@dataclass
class LoadedVersions:
    """The distributions whose modules this session loaded, by normalised name.

    `versions` are those that were loaded; `held` are the hashes of the files of those that
    stay loaded while another version is on disk.
    """

    versions: dict[str, str] = field(default_factory=dict)
    held: dict[str, FileHashes] = field(default_factory=dict)

    def hold(self, stuck: Sequence[Distribution], hashes: Mapping[str, FileHashes]) -> None:
        """Keep the hashes of what stays loaded of distributions that are on disk."""
        names = {dist.normalized_name for dist in stuck}
        self.held.update({name: hashes[name] for name in names & hashes.keys()})

    def let_go(self, replaced: Sequence[Distribution]) -> None:
        """Forget the hashes of distributions whose loaded modules are those on disk now."""
        for dist in replaced:
            self.held.pop(dist.normalized_name, None)

    def note(self, distributions: Sequence[Distribution]) -> dict[str, str | None]:
        """Add versions that are about to be loaded; return what was there, for `restore`."""
        names = [dist.normalized_name for dist in distributions]
        before = {name: self.versions.get(name) for name in names}
        self.versions.update({dist.normalized_name: dist.version for dist in distributions})
        return before

    def restore(self, before: Mapping[str, str | None]) -> None:
        """Undo `note`: the import failed, and the modules from before are loaded."""
        for name, version in before.items():
            self.versions.pop(name, None)
            if version is not None:
                self.versions[name] = version


class Replacement(NamedTuple):
    """Which loaded modules are replaced by those on disk.

    `stale` are the distributions whose loaded modules are not those on disk; `replace` the
    names of modules to unload, children first; `owned` the names of modules that belong to what
    is replaced; `kept` loaded modules whose files are the same. If `compiled` names modules
    that cannot be replaced, of the distributions `stuck`, nothing is replaced. `passed_over`
    are dependencies of which a compiled copy was loaded before the project was in use.
    """

    stale: Sequence[Distribution]
    replace: tuple[str, ...]
    owned: AbstractSet[str]
    kept: AbstractSet[str]
    stuck: Sequence[Distribution]
    compiled: Sequence[str]
    passed_over: Sequence[Distribution]


_NOTHING = Replacement((), (), frozenset(), frozenset(), (), (), ())


def plan_replacement(
    stale: Sequence[Distribution],
    asked: Distribution | None,
    hashes: Mapping[str, FileHashes],
    project: Project | None,
) -> Replacement:
    """Plan what happens to the loaded modules of stale distributions.

    `asked` is the distribution that the onion names: copies of its dependencies that were
    loaded from elsewhere than the project are replaced, too, unless they are compiled. Files
    are compared, by `hashes` of those that were loaded, only where a module is compiled.
    """
    before = _loaded_before(asked, project)
    if not stale and not before:
        return _NOTHING
    owned = owned_by(stale)
    loaded = _loaded_beside([*owned.values(), *owned_by(before).values()])
    same: set[str] = set()
    if any(_has_compiled(loaded, names) for names in owned.values()):
        same = {name for dist in stale for name in unchanged(dist, loaded, hashes)}
    shadowed, passed_over = _shadowed(before, loaded)
    plan = plan_reload(loaded, {**owned, **({"": shadowed} if shadowed else {})}, same)
    return Replacement(
        stale,
        plan.replace,
        shadowed.union(*owned.values()),
        plan.kept,
        [dist for dist in stale if plan.actions[dist.name] is Action.RESTART],
        plan.stuck,
        passed_over,
    )


def stale_among(
    top: str,
    asked: Distribution | None,
    changed: Sequence[Distribution],
    versions: Mapping[str, str],
) -> Sequence[Distribution]:
    """The distributions whose loaded modules are not those on disk.

    Those that an installation changed; without one, the one that the onion names, if a
    module of it is loaded from another copy or another version.
    """
    if changed or asked is None:
        return changed
    known = versions.get(asked.normalized_name)
    is_other = known is not None and known != asked.version
    return [asked] if is_other or _is_stale(top, asked) else []


def _is_stale(top: str, distribution: Distribution) -> bool:
    """Whether loaded modules of a distribution come from other files than its own."""
    files = distribution.files
    owned = set(modules_in(files, [str(distribution.location)]))
    if not owned:
        return top in sys.modules and not is_current(top)
    return any(module.file and not is_among(module, files) for module in loaded_modules(owned))


def _shadowed(
    before: Sequence[Distribution], loaded: Sequence[LoadedModule]
) -> tuple[set[str], list[Distribution]]:
    """The modules of dependencies that the project replaces; those that it cannot replace.

    Base's copies of them were loaded before the project was in use. A compiled one stays
    loaded: it may be part of what runs the notebook.
    """
    names: set[str] = set()
    passed_over: list[Distribution] = []
    for dist in before:
        owned = owned_by([dist])[dist.name]
        if _has_compiled(loaded, owned):
            passed_over.append(dist)
        else:
            names |= owned
    return names, passed_over


def _loaded_before(asked: Distribution | None, project: Project | None) -> list[Distribution]:
    if project is None or asked is None:
        return []
    return loaded_from_elsewhere(str(project.site_packages_dir), asked)


def _loaded_beside(owned: Iterable[AbstractSet[str]]) -> list[LoadedModule]:
    """The loaded modules that lie in the same top-level packages as some names."""
    tops = {name.partition(".")[0] for names in owned for name in names}
    return [one for one in loaded_modules() if one.name.partition(".")[0] in tops]


def _has_compiled(loaded: Sequence[LoadedModule], owned: AbstractSet[str]) -> bool:
    return any(is_owned(module.name, owned) and module.compiled for module in loaded if owned)
