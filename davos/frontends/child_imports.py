"""Modules that smuggle, in the processes that a notebook or a script starts.

A project's `.pth` file runs this module's text in each process of the project's Python that a
process with davos starts (`davos.environments.overlay`). So it loads nothing that Python has not
loaded, and davos only for a source file that may smuggle.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder, SourceFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any, Sequence

__all__ = ["ChildFinder", "before_path_finders", "begin", "content_with_word", "find_source"]


class ChildFinder:
    """Finds what Python would find, and has davos look at a file with the word `smuggle`."""

    @classmethod
    def find_spec(
        cls,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """The spec of a module; davos' own and what is in no source file are not looked at."""
        if name.partition(".")[0] == "davos":
            return None
        spec = find_source(cls, name, path, target)
        return _adopted(name, spec) if spec and _has_word(spec.loader) else spec


def begin() -> None:
    """Look at the modules that this process imports from now on."""
    if ChildFinder not in sys.meta_path:
        sys.meta_path.insert(before_path_finders(), ChildFinder)


def before_path_finders() -> int:
    """Where a finder goes that asks the path finders: no other one may come between them."""
    places = (at for at, finder in enumerate(sys.meta_path) if _is_path_finder(finder))
    return next(places, len(sys.meta_path))


def find_source(
    first: object, name: str, path: Sequence[str] | None, target: ModuleType | None
) -> ModuleSpec | None:
    """What the first of the path finders behind `first` finds.

    None for a namespace package, say, for which a later finder may know better.
    """
    behind: list[Any] = list(sys.meta_path)
    if first in behind:
        behind = behind[behind.index(first) + 1 :]
    found = (one.find_spec(name, path, target) for one in behind if _is_path_finder(one))
    spec: ModuleSpec | None = next(filter(None, found), None)
    return spec if spec and spec.loader else None


def _is_path_finder(finder: Any) -> bool:
    """Whether a finder finds source files: Python's own, or that of an editable install."""
    is_editable = str(getattr(finder, "__module__", "")).startswith("__editable__")
    return finder is PathFinder or is_editable


def content_with_word(path: str) -> bytes:
    """What a file holds that has the word `smuggle`; nothing if it has not, or cannot be read."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return b""  # who runs the file tells of it
    return data if b"smuggle" in data else b""


def _has_word(loader: object) -> bool:
    return type(loader) is SourceFileLoader and content_with_word(loader.path) != b""


def _adopted(name: str, spec: ModuleSpec) -> ModuleSpec:
    try:
        from davos.frontends import child_process  # noqa: PLC0415 - see the module's docstring
    except ImportError:
        return spec  # the environment below has no davos
    return child_process.adopted(name, spec)
