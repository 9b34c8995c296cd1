"""Where a shell lets davos have a cell before Python does: one adapter for each IPython.

Both hand over the whole cell after the magics are Python, and both show a `SyntaxError`
that is raised there. Source: "Custom input transformation" in IPython's documentation
(>= 7), `IPython.core.inputsplitter` (< 7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Protocol

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["Cells", "LineCells", "SplitterCells", "as_python", "cells_of"]

Translate = Callable[[str], str]


class Cells(Protocol):
    """A shell's cells, which `translate` changes while it is hooked."""

    @property
    def hooked(self) -> bool:
        """Whether cells are translated."""

    def hook(self) -> None:
        """Translate the cells to come."""

    def unhook(self) -> None:
        """Leave them alone again."""


class LineCells:
    """IPython >= 7: a function in `input_transformers_post` gets the lines of a cell."""

    def __init__(self, shell: InteractiveShell, translate: Translate) -> None:
        self._shell = shell
        self._translate = translate

    @property
    def hooked(self) -> bool:
        """See `Cells`."""
        return self._transform in self._shell.input_transformers_post

    def hook(self) -> None:
        """See `Cells`."""
        if not self.hooked:
            self._shell.input_transformers_post.append(self._transform)

    def unhook(self) -> None:
        """See `Cells`."""
        if self.hooked:
            self._shell.input_transformers_post.remove(self._transform)

    def _transform(self, lines: list[str]) -> list[str]:
        text = "".join(lines)
        translated = self._translate(text)
        return lines if translated is text else translated.splitlines(keepends=True)

    # IPython leaves such transformers out where it only looks at the code
    # (completion, is it complete?) instead of running it.
    _transform.has_side_effects = True  # type: ignore[attr-defined]


class SplitterCells:
    """IPython < 7: no transformer sees a whole cell, so `transform_cell` itself is extended."""

    def __init__(self, shell: InteractiveShell, translate: Translate) -> None:
        self._manager: Any = shell.input_transformer_manager
        self._translate = translate

    @property
    def hooked(self) -> bool:
        """See `Cells`."""
        return "transform_cell" in vars(self._manager)

    def hook(self) -> None:
        """See `Cells`."""
        self._manager.transform_cell = self._transform

    def unhook(self) -> None:
        """See `Cells`."""
        vars(self._manager).pop("transform_cell", None)

    def _transform(self, cell: str) -> str:
        return self._translate(type(self._manager).transform_cell(self._manager, cell))


def cells_of(shell: InteractiveShell, translate: Translate) -> Cells:
    """The adapter for a shell: what it offers decides, not its version."""
    adapter = LineCells if hasattr(shell, "input_transformers_post") else SplitterCells
    return adapter(shell, translate)


def as_python(cell: str) -> str:
    """A cell's text with magics, shell commands, help and prompts turned into Python."""
    from IPython.core.inputtransformer2 import TransformerManager  # noqa: PLC0415 - IPython >= 7

    code: str = TransformerManager().transform_cell(cell)
    return code
