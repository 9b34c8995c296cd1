"""Which loaded modules are whose: of a distribution, of another copy, of the user."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, AbstractSet, Any, Sequence

from davos.environments.base import distributions, entries, find_distribution
from davos.environments.satisfied import dependencies
from davos.environments.stdlib import is_standard
from davos.reload.plan import LoadedModule, modules_in

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from pathlib import Path

    from davos.environments.distribution import Distribution

__all__ = ["found_file", "is_among", "is_current", "loaded_from_elsewhere", "owned_by"]


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


def owned_by(changed: Sequence[Distribution]) -> set[str]:
    """The names of the modules of changed distributions, in any copy on the path."""
    owned: set[str] = set()
    files: set[str] = set()
    for dist in changed:
        for folder in entries():
            copy = find_distribution(dist.name, [folder])
            if copy is not None:
                files |= copy.files
                owned.update(modules_in(copy.files, [folder]))
    tops = {name.partition(".")[0] for name in owned}
    foreign = {top for top in tops if _is_foreign(top, files)}
    owned = {name for name in owned if name.partition(".")[0] not in foreign}
    # An editable distribution's files are elsewhere; a namespace package has no file.
    named = (name for dist in changed for name in dist.modules if name not in foreign)
    return owned | {name for name in named if getattr(sys.modules.get(name), "__file__", None)}


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
