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
    from typing import Any, Iterator, Sequence

__all__ = ["ChildFinder", "before_path_finders", "begin", "path_finders"]


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
        for finder in path_finders(cls):
            spec: ModuleSpec | None = finder.find_spec(name, path, target)
            if spec is not None:
                return _adopted(name, spec) if _has_word(spec.loader) else spec
        return None


def begin() -> None:
    """Look at the modules that this process imports from now on."""
    if ChildFinder not in sys.meta_path:
        sys.meta_path.insert(before_path_finders(), ChildFinder)


def before_path_finders() -> int:
    """Where a finder goes that asks the path finders: no other one may come between them."""
    places = (at for at, finder in enumerate(sys.meta_path) if _is_path_finder(finder))
    return next(places, len(sys.meta_path))


def path_finders(first: object) -> Iterator[Any]:
    """The finders of source files that come behind `first`."""
    behind: list[Any] = list(sys.meta_path)
    if first in behind:
        behind = behind[behind.index(first) + 1 :]
    return filter(_is_path_finder, behind)


def _is_path_finder(finder: Any) -> bool:
    """Whether a finder finds source files: Python's own, or that of an editable install."""
    is_editable = str(getattr(finder, "__module__", "")).startswith("__editable__")
    return finder is PathFinder or is_editable


def _has_word(loader: object) -> bool:
    if type(loader) is not SourceFileLoader:
        return False
    try:
        with open(loader.path, "rb") as file:
            return b"smuggle" in file.read()
    except OSError:
        return False


def _adopted(name: str, spec: ModuleSpec) -> ModuleSpec:
    try:
        from davos.frontends import child_process  # noqa: PLC0415 - see the module's docstring
    except ImportError:
        return spec  # the environment below has no davos
    return child_process.adopted(name, spec)
