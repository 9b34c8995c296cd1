"""What IPython makes of a cell before davos sees it."""

from __future__ import annotations

from IPython.core.inputtransformer2 import TransformerManager

__all__ = ["as_python"]


def as_python(cell: str) -> str:
    """A cell's text with magics, shell commands, help and prompts turned into Python."""
    code: str = TransformerManager().transform_cell(cell)
    return code
