"""Replace loaded modules, and put the old ones back if the new import fails."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from types import ModuleType
from typing import AbstractSet, Iterator, Sequence

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
    of parents that stayed.
    """
    taken = {name: sys.modules[name] for name in names if name in sys.modules}
    attributes = list(_attributes_of_parents(taken))
    for name in taken:
        del sys.modules[name]
    for parent, child, _ in attributes:
        delattr(parent, child)
    kept = set(sys.modules)
    importlib.invalidate_caches()
    try:
        yield
    except BaseException:
        for name in set(sys.modules) - kept:
            if is_owned(name, owned):
                del sys.modules[name]
        sys.modules.update(taken)
        for parent, child, value in attributes:
            setattr(parent, child, value)
        raise


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
