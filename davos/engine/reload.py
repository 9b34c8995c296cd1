"""Replace loaded modules, and put the old ones back if the new import fails."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import AbstractSet, Any, Iterable, Iterator, Mapping, Sequence

from davos.engine.reload_plan import LoadedModule, is_owned

__all__ = ["loaded_modules", "replaced"]


def loaded_modules(names: Iterable[str] | None = None) -> list[LoadedModule]:
    """The modules in `sys.modules`, or those of some names there, as data for `plan_reload`."""
    wanted = sys.modules if names is None else filter(sys.modules.__contains__, names)
    found = [(name, sys.modules.get(name)) for name in list(wanted)]
    return [LoadedModule(name, _file(one)) for name, one in found if isinstance(one, ModuleType)]


def _file(module: ModuleType) -> str | None:
    # Lazy modules (six.moves, py, ...) may import something when asked for an attribute.
    found = vars(module).get("__file__")
    return found if isinstance(found, str) else None


@contextmanager
def replaced(names: Sequence[str], owned: AbstractSet[str]) -> Iterator[None]:
    """Unload modules (children first) while the block imports their successors.

    If the block raises, whatever it loaded of the modules in `owned` is
    dropped, and the old modules are back where they were, also as attributes
    of parents that stayed; so are finders, path hooks and cached importers, but for
    those of modules that stay loaded. If it loaded a compiled module, though, which cannot be
    loaded a second time, the packages that it loaded stay as they are. A compiled module that
    is not among `names` is handed to the successors that import it.
    """
    taken = {name: sys.modules[name] for name in names if name in sys.modules}
    staying = _children(taken) if taken else {}
    attributes = list(_attributes_of_parents(taken))
    finders = _finders()
    for name in (*taken, *staying):
        del sys.modules[name]
    for parent, child, _ in attributes:
        delattr(parent, child)
    kept = set(sys.modules) if owned else set()
    if taken or owned:
        importlib.invalidate_caches()
    try:
        with _handing_out(staying):
            yield
    except BaseException:
        new = {name for name in set(sys.modules) - kept if is_owned(name, owned)}
        whole = _not_to_be_dropped(new - staying.keys(), owned)
        dropped = {name for name in new if not is_owned(name, whole)}
        _drop(dropped)
        sys.modules.update(_outside(taken, whole))
        _put_back(staying)
        for parent, child, value in attributes:
            if not is_owned(f"{parent.__name__}.{child}", whole):
                setattr(parent, child, value)
        _restore(finders, dropped)
        raise
    _put_back(staying)


def _not_to_be_dropped(new: AbstractSet[str], owned: AbstractSet[str]) -> set[str]:
    """The packages of `owned` that stay although an import failed, by new modules of theirs.

    Those with a compiled module, and then also those that were imported whole: the former may
    hold objects of them.
    """
    compiled = [one.name for one in loaded_modules() if one.name in new and one.compiled]
    packages = {_package_in(owned, name) for name in new}
    return {
        package
        for package in packages
        if compiled and (package in new or any(is_owned(name, {package}) for name in compiled))
    }


def _package_in(owned: AbstractSet[str], name: str) -> str:
    """The outermost package of a module that is in `owned`."""
    while is_owned(name.rpartition(".")[0], owned):
        name = name.rpartition(".")[0]
    return name


def _outside(modules: dict[str, ModuleType], packages: AbstractSet[str]) -> dict[str, ModuleType]:
    return {name: module for name, module in modules.items() if not is_owned(name, packages)}


def _children(taken: Mapping[str, ModuleType]) -> dict[str, ModuleType]:
    """The loaded modules directly in packages that are taken, not taken themselves."""
    return {
        name: module
        for name, module in list(sys.modules.items())
        if name not in taken and name.rpartition(".")[0] in taken
    }


class _HandOut:
    """A finder and loader of modules that are loaded already (`importlib.abc`)."""

    def __init__(self, modules: dict[str, ModuleType]) -> None:
        self._modules = modules

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name in self._modules else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = self._modules[spec.name]
        # The import machinery puts its own spec there.
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        spec = module.__spec__
        if spec is not None:
            module.__spec__ = spec.loader_state


@contextmanager
def _handing_out(modules: dict[str, ModuleType]) -> Iterator[None]:
    """Have imports of some modules find these very ones, in packages that are new."""
    finder = _HandOut(modules)
    if modules:
        sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path[:] = [one for one in sys.meta_path if one is not finder]


def _drop(names: Iterable[str]) -> None:
    """Unload modules, and remove them from the parents that hold them."""
    for name in names:
        module = sys.modules.pop(name)
        parent, _, child = name.rpartition(".")
        holder = sys.modules.get(parent)
        if holder is not None and vars(holder).get(child) is module:
            delattr(holder, child)


def _put_back(staying: dict[str, ModuleType]) -> None:
    for name, module in staying.items():
        _adopt(name, sys.modules.setdefault(name, module))


def _adopt(name: str, module: ModuleType) -> None:
    """Give a module that stayed to the new module of its parent's name."""
    parent, _, child = name.rpartition(".")
    holder = sys.modules.get(parent)
    if holder is not None and not hasattr(holder, child):
        setattr(holder, child, module)


def _finders() -> tuple[list[Any], list[Any], dict[str, Any]]:
    return list(sys.meta_path), list(sys.path_hooks), dict(sys.path_importer_cache)


def _restore(before: tuple[list[Any], list[Any], dict[str, Any]], dropped: set[str]) -> None:
    meta_path, path_hooks, importers = before
    sys.meta_path[:] = _as_before(sys.meta_path, meta_path, dropped)
    sys.path_hooks[:] = _as_before(sys.path_hooks, path_hooks, dropped)
    for folder, importer in list(sys.path_importer_cache.items()):
        if folder not in importers and not _stays(importer, dropped):
            del sys.path_importer_cache[folder]
    sys.path_importer_cache.update(importers)
    importlib.invalidate_caches()


def _as_before(now: Sequence[Any], before: Sequence[Any], dropped: set[str]) -> list[Any]:
    """What was there before, in its order, and in front what other modules added since."""
    new = [one for one in now if not any(one is other for other in before)]
    return [*(one for one in new if _stays(one, dropped)), *before]


def _stays(finder: Any, dropped: set[str]) -> bool:
    """Whether the module that a finder's class is of stays loaded, and is not Python's own."""
    module = str(getattr(finder, "__module__", type(finder).__module__))
    generic = module.partition(".")[0] in _MACHINERY
    return module in sys.modules and module not in dropped and not generic


_MACHINERY = {"builtins", "importlib", "_frozen_importlib", "_frozen_importlib_external"}


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
