"""Patterns of file names as .gitignore writes them."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = ["Patterns"]


class Patterns:
    """Patterns that are relative to a folder; the last one that matches decides.

    Raises `ValueError` for an invalid pattern.
    """

    def __init__(self, lines: tuple[str, ...], folder: str) -> None:
        self._lines = lines
        self._folder = os.path.abspath(folder)  # noqa: PTH100 - folds `..`

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        import pathspec  # noqa: PLC0415 - where there are patterns only

        return pathspec.GitIgnoreSpec.from_lines(self._lines)

    def match(self, path: str, *, is_folder: bool = False) -> bool:
        """Whether a path is meant."""
        return bool(self.decide(path, is_folder=is_folder))

    def decide(self, path: str, *, is_folder: bool = False) -> bool | None:
        """Whether a path is meant; None if no pattern says anything about it."""
        if not self._lines:
            return None
        inner = os.path.relpath(os.path.abspath(path), self._folder)  # noqa: PTH100
        if inner.startswith(".."):
            return None
        name = inner.replace(os.sep, "/") + ("/" if is_folder else "")
        return self._spec.check_file(name).include
