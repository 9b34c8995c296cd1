"""Replace loaded modules, and put the old ones back if the new import fails."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from types import ModuleType
from typing import Iterator, Sequence

from davos.reload.plan import LoadedModule

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


def _parent_attribute(name: str) -> tuple[ModuleType, str] | None:
    """The parent module and the attribute under which it holds a submodule."""
    parent, _, child = name.rpartition(".")
    module = sys.modules.get(parent)
    return (module, child) if module is not None and child in vars(module) else None


@contextmanager
def replaced(names: Sequence[str]) -> Iterator[None]:
    """Unload modules (children first) while the block imports their successors.

    If the block raises, whatever it loaded under these names or below them is
    dropped, and the old modules are back where they were, also as attributes
    of their parents.
    """
    taken = {name: sys.modules[name] for name in names if name in sys.modules}
    attributes = [
        (*place, vars(place[0])[place[1]])
        for place in (_parent_attribute(name) for name in taken)
        if place is not None
    ]
    for name in taken:
        del sys.modules[name]
    for parent, child, _ in attributes:
        delattr(parent, child)
    importlib.invalidate_caches()
    try:
        yield
    except BaseException:
        _restore(taken, attributes)
        raise


def _restore(
    taken: dict[str, ModuleType],
    attributes: Sequence[tuple[ModuleType, str, object]],
) -> None:
    prefixes = tuple(f"{name}." for name in taken)
    for name in list(sys.modules):
        if name in taken or (prefixes and name.startswith(prefixes)):
            del sys.modules[name]
    sys.modules.update(taken)
    for parent, child, value in attributes:
        setattr(parent, child, value)
