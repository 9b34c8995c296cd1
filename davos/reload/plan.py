"""Which loaded modules must be replaced, and which cannot be.

Pure: everything comes in as data, nothing is imported or unloaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES
from pathlib import PurePath
from typing import AbstractSet, Iterable, Iterator

__all__ = ["LoadedModule", "ReloadPlan", "is_owned", "modules_in", "plan_reload"]

_SUFFIXES = (*EXTENSION_SUFFIXES, *SOURCE_SUFFIXES, ".pyc")


@dataclass(frozen=True)
class LoadedModule:
    """An entry of `sys.modules`: its name, and the file it was loaded from, if any."""

    name: str
    file: str | None

    @property
    def compiled(self) -> bool:
        """Whether it is an extension module, which Python can load only once."""
        return self.file is not None and self.file.endswith(tuple(EXTENSION_SUFFIXES))


@dataclass(frozen=True)
class ReloadPlan:
    """`replace`: module names, children before parents; `stuck`: what prevents it."""

    replace: tuple[str, ...]
    stuck: tuple[str, ...]


def _module_name(parts: tuple[str, ...]) -> str | None:
    """The dotted name of a file given by its path parts below site-packages."""
    *packages, file = parts
    suffix = next((s for s in _SUFFIXES if file.endswith(s)), None)
    if suffix is None:
        return None
    stem = file[: -len(suffix)]
    names = packages if stem == "__init__" else [*packages, stem]
    return ".".join(names) if names and all(name.isidentifier() for name in names) else None


def modules_in(files: Iterable[str], folders: Iterable[str]) -> Iterator[str]:
    """The dotted names of the modules among a distribution's files.

    `files` are absolute paths (RECORD), `folders` the site-packages folders
    that they may lie in; the first folder that holds a file counts.
    """
    roots = [PurePath(folder).parts for folder in folders]
    for file in files:
        parts = PurePath(file).parts
        root = next((r for r in roots if parts[: len(r)] == r), None)
        name = None if root is None else _module_name(parts[len(root) :])
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


def plan_reload(loaded: Iterable[LoadedModule], owned: AbstractSet[str]) -> ReloadPlan:
    """Plan the replacement of the loaded modules that changed distributions own.

    `owned` holds the names of real modules and packages, so a namespace
    package shared with other distributions (`google`) stays. If a compiled
    module is among them nothing is replaced: old and new halves of a package
    do not mix.
    """
    affected = [module for module in loaded if is_owned(module.name, owned)]
    stuck = tuple(sorted(module.name for module in affected if module.compiled))
    names = sorted((module.name for module in affected), key=lambda n: (-n.count("."), n))
    return ReloadPlan(replace=() if stuck else tuple(names), stuck=stuck)
