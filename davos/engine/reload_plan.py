"""Which loaded modules must be replaced, and which cannot be.

Pure: everything comes in as data, nothing is imported or unloaded.
"""

from __future__ import annotations

import os
from enum import Enum
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES
from typing import AbstractSet, Iterable, Iterator, Mapping, NamedTuple, Sequence

__all__ = [
    "Action",
    "LoadedModule",
    "ReloadPlan",
    "children_first",
    "is_owned",
    "modules_in",
    "plan_reload",
]

_SUFFIXES = (*SOURCE_SUFFIXES, ".pyc", *EXTENSION_SUFFIXES)


class LoadedModule(NamedTuple):
    """An entry of `sys.modules`: its name, and the file it was loaded from, if any."""

    name: str
    file: str | None

    @property
    def compiled(self) -> bool:
        """Whether it is an extension module, which Python can load only once."""
        return self.file is not None and self.file.endswith(tuple(EXTENSION_SUFFIXES))


class Action(Enum):
    """What a changed distribution's loaded modules need."""

    NOTHING = "nothing loaded"
    REPLACE = "replace in place"
    RESTART = "restart"


class ReloadPlan(NamedTuple):
    """`actions`: by distribution; `replace`: module names, children before parents;
    `stuck`: the compiled modules for which the interpreter must be started anew; `kept`:
    modules that stay, since the new version's files are the same.
    """

    actions: Mapping[str, Action]
    replace: tuple[str, ...]
    stuck: tuple[str, ...]
    kept: frozenset[str] = frozenset()


def _module_name(path: str) -> str | None:
    """The dotted name of a file with one of the suffixes, given by its path below site-packages."""
    suffix = next(filter(path.endswith, _SUFFIXES))
    names = path[: -len(suffix)].split(os.sep)  # noqa: PTH206
    if names[-1] == "__init__":
        names.pop()
    return ".".join(names) if names and all(map(str.isidentifier, names)) else None


def modules_in(files: Iterable[str], folders: Iterable[str]) -> Iterator[str]:
    """The dotted names of the modules among a distribution's files.

    `files` are absolute paths (RECORD), `folders` the site-packages folders
    that they may lie in; the first folder that holds a file counts.
    """
    roots = [f"{os.path.normpath(folder)}{os.sep}" for folder in folders]
    for file in files:
        if file.endswith(_SUFFIXES):
            root = next(filter(file.startswith, roots), None)
            name = None if root is None else _module_name(file[len(root) :])
            if name is not None:
                yield name


def _lineage(name: str) -> Iterator[str]:
    """A dotted name and its parents, the name itself first."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def is_owned(name: str, owned: AbstractSet[str]) -> bool:
    """Whether a module's name, or the name of a package it is in, is in `owned`."""
    return any(ancestor in owned for ancestor in _lineage(name))


def plan_reload(
    loaded: Iterable[LoadedModule],
    changed: Mapping[str, AbstractSet[str]],
    unchanged: AbstractSet[str] = frozenset(),
) -> ReloadPlan:
    """Plan the replacement of the loaded modules of changed distributions.

    `changed` maps each distribution to the names of the real modules and packages it owns,
    so a namespace package shared with others (`google`) stays. `unchanged` names the loaded
    modules whose file is byte for byte the new version's: compiled ones among them stay
    loaded, and where nothing else is loaded, nothing is to be done. If another
    compiled module is loaded, nothing is replaced: old and new halves do not mix.
    """
    modules = list(loaded)
    parts = {
        name: [module for module in modules if is_owned(module.name, owned)]
        for name, owned in changed.items()
    }
    actions = {name: _action(part, unchanged) for name, part in parts.items()}
    stuck = {m.name for part in parts.values() for m in part if _is_stuck(m, unchanged)}
    replace = {
        module.name
        for name, part in parts.items()
        if actions[name] is Action.REPLACE and not stuck
        for module in part
        if not module.compiled
    }
    kept = {m.name for part in parts.values() for m in part if m.name in unchanged} - replace
    return ReloadPlan(actions, children_first(replace), tuple(sorted(stuck)), frozenset(kept))


def children_first(names: Iterable[str]) -> tuple[str, ...]:
    """Dotted names in the order in which modules are unloaded."""
    return tuple(sorted(names, key=lambda name: (-name.count("."), name)))


def _is_stuck(module: LoadedModule, unchanged: AbstractSet[str]) -> bool:
    return module.compiled and module.name not in unchanged


def _action(loaded: Sequence[LoadedModule], unchanged: AbstractSet[str]) -> Action:
    if any(_is_stuck(module, unchanged) for module in loaded):
        return Action.RESTART
    files = {module.name for module in loaded if module.file}
    if not loaded or (files and files <= unchanged):
        return Action.NOTHING
    return Action.REPLACE
