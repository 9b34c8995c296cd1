"""Which loaded modules belong to a distribution, to another copy of it, or to the user."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, AbstractSet, Any, Mapping, Sequence

from davos.distributions.index import (
    distributions,
    entries,
    find_distribution,
    top_level_names,
)
from davos.distributions.record_hashes import compiled_files, hashes_of
from davos.distributions.standard_library import is_standard
from davos.engine.reload import loaded_modules
from davos.engine.reload_plan import LoadedModule, is_owned, modules_in
from davos.environments.requirement_check import dependencies

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from davos.distributions.distribution import Distribution
    from davos.distributions.record_hashes import FileHashes

__all__ = [
    "found_file",
    "hashes_on_disk",
    "is_among",
    "is_current",
    "is_there",
    "loaded_from_elsewhere",
    "newly_loaded",
    "owned_by",
    "stated_versions",
    "unchanged",
]


def is_current(top: str) -> bool:
    """Whether a loaded top-level module is the one that an import would find now."""
    spec = getattr(sys.modules[top], "__spec__", None)
    found = next(filter(None, (_find_spec(finder, top) for finder in sys.meta_path)), None)
    return spec is None or found is None or spec.origin == found.origin


def found_file(top: str) -> str | None:
    """The file that an import of a top-level module would load now."""
    specs = (_find_spec(finder, top) for finder in sys.meta_path)
    spec = next(filter(None, specs), None)
    return spec.origin if spec is not None and spec.has_location else None


def _find_spec(finder: Any, top: str) -> ModuleSpec | None:
    find_spec = getattr(finder, "find_spec", None)
    found: ModuleSpec | None = None if find_spec is None else find_spec(top, None)
    return found


def is_among(module: LoadedModule, files: AbstractSet[str]) -> bool:
    """Whether a module was loaded from one of some files."""
    file = module.file or ""
    return file in files or os.path.realpath(file) in files


def is_there(top: str, distribution: Distribution) -> bool:
    """Whether any file that a distribution brings for a top-level module exists."""
    folder = distribution.location / top
    own = (f"{folder}{os.sep}", f"{folder}.")
    return any(Path(file).exists() for file in distribution.files if file.startswith(own))


def loaded_from_elsewhere(folder: str, asked: Distribution) -> list[Distribution]:
    """The dependencies in a project's folder whose loaded modules come from elsewhere."""
    own = f"{folder}{os.sep}"
    others = {
        module.name
        for module in loaded_modules(top_level_names(folder))
        if module.file and not module.file.startswith(own)
    }
    if not others:
        return []
    found = (find_distribution(name, [folder]) for name in sorted(dependencies(asked)))
    return [dist for dist in found if dist is not None and not others.isdisjoint(dist.modules)]


def owned_by(changed: Sequence[Distribution]) -> dict[str, set[str]]:
    """By distribution, the names of the modules of changed ones, in any copy on the path."""
    copies = [
        (dist.name, copy, folder)
        for dist in changed
        for folder in entries()
        for copy in [find_distribution(dist.name, [folder])]
        if copy is not None
    ]
    files = {file for _, copy, _ in copies for file in copy.files}
    owned: dict[str, set[str]] = {dist.name: set() for dist in changed}
    for name, copy, folder in copies:
        owned[name].update(modules_in(copy.files, [folder]))
    tops = {module.partition(".")[0] for names in owned.values() for module in names}
    foreign = {top for top in tops if _is_foreign(top, files)}
    for dist in changed:
        # An editable distribution's files are elsewhere; a namespace package has no file.
        names = {*owned[dist.name], *filter(_has_file, dist.modules)}
        owned[dist.name] = {name for name in names if name.partition(".")[0] not in foreign}
    return owned


def newly_loaded(
    distributions: Sequence[Distribution], before: Mapping[str, ModuleType]
) -> set[str]:
    """The normalised names of distributions with modules that were not loaded before."""
    new = {name for name, module in list(sys.modules.items()) if before.get(name) is not module}
    return {
        dist.normalized_name
        for dist in distributions
        if any(is_owned(name, owned) for owned in owned_by([dist]).values() for name in new)
    }


def stated_versions(distributions: Sequence[Distribution]) -> dict[str, str]:
    """The `__version__` of loaded modules, by the normalised names of their distributions."""
    stated = {
        dist.normalized_name: vars(sys.modules[top]).get("__version__")
        for dist in distributions
        for top in dist.modules
        if top in sys.modules
    }
    return {name: version for name, version in stated.items() if isinstance(version, str)}


def _has_file(top: str) -> bool:
    return bool(getattr(sys.modules.get(top), "__file__", None))


def _is_foreign(top: str, files: AbstractSet[str]) -> bool:
    """Whether a loaded top-level module only has the name of one among some files.

    Distributions ship `tests`, `utils`, `pathlib` ...; what an import would find in front
    of them stays.
    """
    if top == "__main__" or is_standard(top):
        return True
    file = getattr(sys.modules.get(top), "__file__", None)
    if file is None or is_among(LoadedModule(top, file), files):
        return False
    return is_current(top)


def hashes_on_disk(
    loaded: Sequence[LoadedModule],
    folders: Sequence[str],
    versions: Mapping[str, str],
) -> dict[str, FileHashes]:
    """The hashes of loaded distributions with compiled modules in some folders, by name.

    To be called before an installer replaces them. `versions` are those known to be loaded;
    where another one is on disk, the files are not those that were loaded.
    """
    roots = tuple(f"{folder}{os.sep}" for folder in folders)
    compiled = (module for module in loaded if module.compiled and module.file)
    tops = {one.name.partition(".")[0] for one in compiled if (one.file or "").startswith(roots)}
    if not tops:
        return {}
    return {
        dist.normalized_name: hashes_of(dist)
        for dist in distributions(folders)
        if versions.get(dist.normalized_name, dist.version) == dist.version
        and not tops.isdisjoint(dist.modules)
    }


def unchanged(
    distribution: Distribution,
    loaded: Sequence[LoadedModule],
    before: Mapping[str, FileHashes],
) -> set[str]:
    """The loaded modules of a distribution that need not be replaced by those on disk.

    All of them if the distribution is the same, byte for byte; the compiled ones if all its
    compiled files are, shared libraries included. `before` is what `hashes_on_disk` returned.
    Judged by the hashes in RECORD ("Recording installed projects"), which pip verifies.
    """
    owned = owned_by([distribution])[distribution.name]
    modules = [module for module in loaded if module.file and is_owned(module.name, owned)]
    old, new = _hashes_of_loaded(distribution, modules, before), hashes_of(distribution)
    if not old or not new:
        return set()
    if old == new:
        return {module.name for module in modules}
    if compiled_files(old) != compiled_files(new):
        return set()
    return {module.name for module in modules if module.compiled}


def _hashes_of_loaded(
    distribution: Distribution,
    modules: Sequence[LoadedModule],
    before: Mapping[str, FileHashes],
) -> FileHashes:
    """The hashes of the copy that modules were loaded from; empty if that is not known."""
    for folder in entries():
        root = f"{folder}{os.sep}"
        if all(module.file and module.file.startswith(root) for module in modules):
            if folder == str(distribution.location):
                return before.get(distribution.normalized_name, frozenset())
            copy = find_distribution(distribution.name, [folder])
            return frozenset() if copy is None else hashes_of(copy)
    return frozenset()
