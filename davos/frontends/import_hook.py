"""Smuggle statements in the modules that a program, a notebook or a test run imports.

Source: the `importlib` documentation, "Setting up an importer" and
`SourceLoader.source_to_code`.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from davos.environments import activation
from davos.frontends.child_imports import before_path_finders, content_with_word, find_source
from davos.frontends.own_files import is_own

if TYPE_CHECKING:
    from types import CodeType, ModuleType

__all__ = [
    "SmuggleFinder",
    "SmuggleLoader",
    "file_smuggles",
    "hooked",
    "modules_smuggle",
    "set_hooked",
    "with_loader",
]


class SmuggleFinder:
    """Finds the user's own source files that smuggle; leaves all others as they are."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """The spec that the import system would find, with our loader if its file smuggles."""
        spec = find_source(_finder, name, path, target)
        return None if spec is None else with_loader(name, spec)

    def invalidate_caches(self) -> None:
        """Nothing is cached here."""


class SmuggleLoader(SourceFileLoader):
    """Loads a source file that smuggles. It neither reads nor writes bytecode files.

    Python alone could not have compiled the file, so bytecode of it would be another one's.
    """

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """None, as Python's own; processes that start from now on can load the module, too."""
        from davos.environments import search_path  # noqa: PLC0415 - keeps `import davos` fast

        search_path.share_with_processes()
        return super().create_module(spec)

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


def with_loader(name: str, spec: ModuleSpec) -> ModuleSpec:
    """A module's spec, with our loader if it is the user's own and its file smuggles."""
    loader: Any = spec.loader
    if (
        type(loader) is SourceFileLoader
        and is_own(name, loader.path)
        and file_smuggles(loader.path)
    ):
        spec.loader = SmuggleLoader(loader.name, loader.path)
    return spec


def modules_smuggle() -> bool:
    """Whether this process has loaded a module that smuggles."""
    loaders = (getattr(module, "__loader__", None) for module in list(sys.modules.values()))
    return any(isinstance(loader, SmuggleLoader) for loader in loaders)


def hooked() -> bool:
    """Whether imports come through a `SmuggleFinder`."""
    return _finder in sys.meta_path


def set_hooked(on: bool) -> None:  # noqa: FBT001 - a config field's value
    """Start or stop, here and in processes that start: loaded modules stay as they are."""
    activation.translate_in_children(on)
    if on and not hooked():
        sys.meta_path.insert(before_path_finders(), _finder)
    elif not on and hooked():
        sys.meta_path.remove(_finder)


def file_smuggles(path: str) -> bool:
    """Whether a source file holds smuggle statements; False if it cannot be read."""
    data = content_with_word(path)
    if not data:
        return False
    from davos.frontends.module_code import has_statements  # noqa: PLC0415 - only with the word

    return has_statements(data)


_finder: Any = SmuggleFinder()
