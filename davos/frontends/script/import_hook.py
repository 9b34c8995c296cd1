"""Smuggle statements in the modules that a program imports.

Source: the `importlib` documentation, "Setting up an importer" and
`SourceLoader.source_to_code`.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import decode_source
from typing import TYPE_CHECKING, Any, Callable, Sequence

if TYPE_CHECKING:
    from types import CodeType, ModuleType

__all__ = ["SmuggleFinder"]


class SmuggleFinder:
    """Finds what `PathFinder` finds in source files; those that smuggle are translated."""

    asks_path_finder = True

    def __init__(self, smuggle: Callable[..., None]) -> None:
        self.smuggle = smuggle

    @property
    def active(self) -> bool:
        """Whether imports come through here."""
        return self in sys.meta_path

    def set(self, active: bool) -> None:  # noqa: FBT001 - a config field's value
        """Start or stop: modules loaded already stay as they are."""
        if active and not self.active:
            sys.meta_path.insert(_before_path_finder(), self)
        elif not active and self.active:
            sys.meta_path.remove(self)

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Python's own spec of a source file, with our loader; None for all else."""
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or type(spec.loader) is not SourceFileLoader:
            return None  # a namespace package, say, for which a later finder may know better
        spec.loader = _SmuggleLoader(spec.loader.name, spec.loader.path, self.smuggle)
        return spec

    def invalidate_caches(self) -> None:
        """Nothing is cached here."""


def _before_path_finder() -> int:
    for index, finder in enumerate(sys.meta_path):
        if finder is PathFinder:
            return index
    return len(sys.meta_path)


class _SmuggleLoader(SourceFileLoader):
    """Loads a source file; translates it if it holds smuggle statements."""

    def __init__(self, name: str, path: str, smuggle: Callable[..., None]) -> None:
        super().__init__(name, path)
        self._smuggle = smuggle
        self._translated = False

    def source_to_code(  # type: ignore[override]  # typeshed knows more arguments by Python version
        self,
        data: Any,
        path: Any,
        **options: Any,
    ) -> CodeType:
        """Compile a file, after its smuggle statements became calls and imports."""
        if isinstance(data, bytes) and b"smuggle" in data:
            from davos.engine.call_site import warn_at  # noqa: PLC0415 - only where it is needed
            from davos.translate import translate  # noqa: PLC0415 - likewise

            text, tell = decode_source(data), partial(warn_at, str(path))
            translated = translate(text, filename=str(path), binding="local", tell=tell)
            self._translated = translated is not text
            if self._translated:
                data = translated
        code: CodeType = super().source_to_code(data, path, **options)
        return code

    def set_data(self, path: str, data: Any, **options: Any) -> None:
        """Write bytecode, but not that of a translated file: Python alone could not run it."""
        if not self._translated:
            super().set_data(path, data, **options)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module; a translated one finds `smuggle` among its globals."""
        code = self.get_code(module.__name__)
        if code is None:
            raise ImportError(f"cannot load module {module.__name__!r}", name=module.__name__)
        if self._translated:
            vars(module)["smuggle"] = self._smuggle
        exec(code, vars(module))  # noqa: S102 - this is what importing is
