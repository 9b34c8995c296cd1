"""Smuggle statements in the modules that a program, a notebook or a test run imports.

Source: the `importlib` documentation, "Setting up an importer" and
`SourceLoader.source_to_code`.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence

from davos.frontends.own_files import is_own

if TYPE_CHECKING:
    from types import CodeType, ModuleType

__all__ = ["SmuggleFinder", "SmuggleLoader", "file_smuggles", "hooked", "set_hooked"]


class SmuggleFinder:
    """Finds the user's own source files that smuggle; leaves all others as they are."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """The spec that the import system would find, with our loader if its file smuggles."""
        for finder in _path_finders():
            spec: ModuleSpec | None = finder.find_spec(name, path, target)
            if spec is not None:
                break
        else:
            return None
        loader: Any = spec.loader
        if loader is None:
            return None  # a namespace package, say, for which a later finder may know better
        if (
            type(loader) is SourceFileLoader
            and is_own(name, loader.path)
            and file_smuggles(loader.path)
        ):
            spec.loader = SmuggleLoader(loader.name, loader.path)
        return spec

    def invalidate_caches(self) -> None:
        """Nothing is cached here."""


class SmuggleLoader(SourceFileLoader):
    """Loads a source file that smuggles. It neither reads nor writes bytecode files.

    Python alone could not have compiled the file, so bytecode of it would be another one's.
    """

    def path_stats(self, path: Any) -> Mapping[str, Any]:
        """Raise OSError: `SourceLoader.get_code` uses bytecode for files with stats only."""
        raise OSError(f"no bytecode is kept for {path}")

    def source_to_code(  # type: ignore[override]  # typeshed knows more arguments by Python version
        self,
        data: Any,
        path: Any,
        **options: Any,
    ) -> CodeType:
        """Compile a file, after its smuggle statements became calls and imports."""
        code: CodeType = super().source_to_code(self.tree_of(data, str(path)), path, **options)
        return code

    def tree_of(self, data: bytes, path: str) -> Any:
        """The syntax tree of a file's content; without smuggle statements the content."""
        from davos.frontends.module_code import module_tree  # noqa: PLC0415 - where it is needed

        return module_tree(data, path)


def hooked() -> bool:
    """Whether imports come through a `SmuggleFinder`."""
    return _finder in sys.meta_path


def set_hooked(on: bool) -> None:  # noqa: FBT001 - a config field's value
    """Start or stop: modules loaded already stay as they are."""
    if on and not hooked():
        sys.meta_path.insert(_before_path_finders(), _finder)
    elif not on and hooked():
        sys.meta_path.remove(_finder)


def file_smuggles(path: str) -> bool:
    """Whether a source file holds smuggle statements; False if it cannot be read."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return False  # who runs the file tells of it
    if b"smuggle" not in data:
        return False
    from davos.frontends.module_code import has_statements  # noqa: PLC0415 - only with the word

    return has_statements(data)


def _before_path_finders() -> int:
    """Where our finder goes: no other one may come between it and those that it asks."""
    places = (at for at, finder in enumerate(sys.meta_path) if _is_path_finder(finder))
    return next(places, len(sys.meta_path))


def _path_finders() -> Iterator[Any]:
    """The finders of source files behind ours: Python's, and those of editable installs."""
    behind = list(sys.meta_path)
    if _finder in behind:
        behind = behind[behind.index(_finder) + 1 :]
    yield from filter(_is_path_finder, behind)


def _is_path_finder(finder: Any) -> bool:
    is_editable = str(getattr(finder, "__module__", "")).startswith("__editable__")
    return finder is PathFinder or is_editable


_finder: Any = SmuggleFinder()
