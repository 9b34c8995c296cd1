"""Replace loaded modules, and put the old ones back if the new import fails."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from types import ModuleType
from typing import AbstractSet, Any, Iterable, Iterator, Sequence

from davos.reload.plan import LoadedModule, is_owned

__all__ = ["loaded_modules", "replaced"]


def loaded_modules() -> list[LoadedModule]:
    """The modules in `sys.modules`, as data for `plan_reload`."""
    return [
        LoadedModule(name, _file(module))
        for name, module in list(sys.modules.items())
        if isinstance(module, ModuleType)
    ]


def _file(module: ModuleType) -> str | None:
    # Lazy modules (six.moves, py, ...) may import something when asked for an attribute.
    found = vars(module).get("__file__")
    return found if isinstance(found, str) else None


@contextmanager
def replaced(names: Sequence[str], owned: AbstractSet[str]) -> Iterator[None]:
    """Unload modules (children first) while the block imports their successors.

    If the block raises, whatever it loaded of the modules in `owned` is
    dropped, and the old modules are back where they were, also as attributes
    of parents that stayed; so are the finders on `sys.meta_path` and `sys.path_hooks` and
    the importers cached for each folder. What stays loaded of a package that is replaced
    becomes an attribute of the new one.
    """
    taken = {name: sys.modules[name] for name in names if name in sys.modules}
    attributes = list(_attributes_of_parents(taken))
    finders = _finders()
    for name in taken:
        del sys.modules[name]
    for parent, child, _ in attributes:
        delattr(parent, child)
    kept = set(sys.modules)
    importlib.invalidate_caches()
    try:
        yield
    except BaseException:
        _drop([name for name in set(sys.modules) - kept if is_owned(name, owned)])
        sys.modules.update(taken)
        for parent, child, value in attributes:
            setattr(parent, child, value)
        _restore(finders)
        raise
    _adopt([name for name in kept if name.rpartition(".")[0] in taken])


def _drop(names: Iterable[str]) -> None:
    """Unload modules, and remove them from the parents that hold them."""
    for name in names:
        module = sys.modules.pop(name)
        parent, _, child = name.rpartition(".")
        holder = sys.modules.get(parent)
        if holder is not None and vars(holder).get(child) is module:
            delattr(holder, child)


def _adopt(names: Iterable[str]) -> None:
    """Give modules that stayed to the new modules of their parents' names."""
    for name in names:
        parent, _, child = name.rpartition(".")
        holder = sys.modules.get(parent)
        if holder is not None and not hasattr(holder, child) and name in sys.modules:
            setattr(holder, child, sys.modules[name])


def _finders() -> tuple[list[Any], list[Any], dict[str, Any]]:
    return list(sys.meta_path), list(sys.path_hooks), dict(sys.path_importer_cache)


def _restore(finders: tuple[list[Any], list[Any], dict[str, Any]]) -> None:
    sys.meta_path[:], sys.path_hooks[:] = finders[:2]
    sys.path_importer_cache.clear()
    sys.path_importer_cache.update(finders[2])
    importlib.invalidate_caches()


def _attributes_of_parents(
    taken: dict[str, ModuleType],
) -> Iterator[tuple[ModuleType, str, object]]:
    """Where modules that stay hold the taken ones: `google` holds `google.auth`.

    Parents that are taken too keep their attributes: code that still refers
    to the old package goes on working with all of it.
    """
    for name in taken:
        parent, _, child = name.rpartition(".")
        module = None if parent in taken else sys.modules.get(parent)
        if module is not None and child in vars(module):
            yield module, child, vars(module)[child]
