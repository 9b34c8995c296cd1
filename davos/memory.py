"""Which loaded modules are whose: of a distribution, of another copy, of the user."""

from __future__ import annotations

import hashlib
import os
import sys
from typing import TYPE_CHECKING, AbstractSet, Any, Mapping, Sequence

from davos.environments.base import distributions, entries, find_distribution
from davos.environments.satisfied import dependencies
from davos.environments.stdlib import is_standard
from davos.reload.plan import LoadedModule, modules_in

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from pathlib import Path

    from davos.environments.distribution import Distribution

__all__ = [
    "contents",
    "found_file",
    "is_among",
    "is_current",
    "loaded_from_elsewhere",
    "owned_by",
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


def loaded_from_elsewhere(
    folder: Path,
    asked: Distribution,
    loaded: Sequence[LoadedModule],
) -> list[Distribution]:
    """The dependencies in a project's folder whose loaded modules come from elsewhere."""
    try:
        held = {path.name.partition(".")[0] for path in folder.iterdir()}
    except OSError:
        return []
    own = f"{folder}{os.sep}"
    others = {
        module.name
        for module in loaded
        if module.name in held and module.file and not module.file.startswith(own)
    }
    if not others:
        return []
    needed = dependencies(asked)
    return [
        dist
        for dist in distributions([str(folder)])
        if dist.normalized_name in needed and not others.isdisjoint(dist.modules)
    ]


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


def contents(
    loaded: Sequence[LoadedModule],
    folders: Sequence[str],
    versions: Mapping[str, str],
) -> dict[str, bytes]:
    """Digests of the files of loaded packages with compiled modules below some folders.

    Taken before an installer replaces them. `versions` are those known to be in memory;
    where another one is on disk, the files are not those that were loaded.
    """
    roots = tuple(f"{folder}{os.sep}" for folder in folders)
    mine = [module for module in loaded if module.file and module.file.startswith(roots)]
    tops = {module.name.partition(".")[0] for module in mine if module.compiled}
    if not tops:
        return {}
    for dist in distributions(folders):
        if versions.get(dist.normalized_name, dist.version) != dist.version:
            tops.difference_update(dist.modules)
    return {
        module.name: _digest(module.file)
        for module in mine
        if module.file and module.name.partition(".")[0] in tops
    }


def unchanged(
    distribution: Distribution,
    loaded: Sequence[LoadedModule],
    before: Mapping[str, bytes],
) -> set[str]:
    """The loaded modules whose file has the same bytes as that of a distribution on disk.

    `before` is what `contents` found. A module loaded from the very file that is there now,
    and not in `before`, counts as changed: nobody knows what the file held.
    """
    folder = str(distribution.location)
    files = {name: file for file in distribution.files for name in modules_in([file], [folder])}
    same: set[str] = set()
    for module in loaded:
        new = files.get(module.name)
        if new is None or not module.file:
            continue
        old = before.get(module.name) or (_digest(module.file) if module.file != new else b"")
        if old and old == _digest(new):
            same.add(module.name)
    return same


def _digest(file: str) -> bytes:
    """The digest of a file's content; empty if it cannot be read."""
    try:
        with open(file, "rb") as opened:  # noqa: PTH123 - paths are text here
            return hashlib.blake2b(opened.read()).digest()
    except OSError:
        return b""
