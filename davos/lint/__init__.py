"""Lint rules: what `davos check` reports, how, and how it is fixed.

The interface for editors and other commands, kept stable:

`check_document(document, settings) -> list[Diagnostic]`
    The findings of a `davos.documents.document.Document` in the order of its text. Each has a
    `location` and `end_location` (row and column from 1, in code points) in its `cell`
    (in the file, where `cell` is None), and perhaps a `fix`: a title, an applicability
    ("safe" or "unsafe") and edits, each a range of a cell and the text to put there.

`apply_fixes(data, filename, diagnostics, unsafe=False) -> Fixed`
    The bytes of the file after the fixes: only the edited stretches of the cells'
    sources differ. Fixes that overlap an earlier one are left for the next round.

`fix_bytes(data, filename, settings, unsafe=False) -> Fixed`
    The same in rounds, until nothing is left to fix.

`read_document(data, filename) -> Document`
    A notebook of any kind: `.ipynb`, percent scripts, Quarto and MyST Markdown, scripts.

`Settings(select=None, ignore=(), ...)`, `davos.lint.settings.load(path)`
    Which rules count where; `load` reads the nearest pyproject.toml.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = [
    "Diagnostic",
    "Edit",
    "Fix",
    "Settings",
    "apply_fixes",
    "check_document",
    "fix_bytes",
    "read_document",
]

_PLACES = {
    "Diagnostic": "davos.documents.diagnostic",
    "Edit": "davos.documents.edits",
    "Fix": "davos.documents.diagnostic",
    "Settings": "davos.lint.settings",
    "apply_fixes": "davos.lint.checker",
    "check_document": "davos.lint.checker",
    "fix_bytes": "davos.lint.checker",
    "read_document": "davos.documents.reader",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is asked for: `davos parse` needs few of them."""
    if name not in _PLACES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_PLACES[name]), name)
