"""What a document sets in `davos.config`, as far as that is known without running it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, Mapping

from davos.documents.davos_names import davos_names, davos_path
from davos.documents.parsed_cell import ParsedCell

if TYPE_CHECKING:
    from davos.documents.davos_names import Path
    from davos.documents.document import Document

__all__ = ["is_set", "literal_setting"]


def literal_setting(document: Document, field: str) -> str | None:
    """The text that a document gives a field of `davos.config` wherever it sets it.

    None if it does not set the field, sets it in a function, branch or loop, to different values,
    or to anything but a literal text.
    """
    values = set(_settings(document, field))
    return values.pop() if len(values) == 1 else None


def is_set(document: Document, field: str) -> bool:
    """Whether a document sets a field of `davos.config`, to whatever value."""
    return any(True for _ in _settings(document, field))


def _settings(document: Document, field: str) -> Iterator[str | None]:
    """The texts that a field is set to, None for what is known only when it runs."""
    cells = [
        ParsedCell(document, cell)
        for cell in document.cells
        if "davos" in cell.text or field in cell.text
    ]
    names = davos_names(cells)
    for cell in cells:
        for node, scope in cell.nodes:
            for value in _values(node, field, names):
                yield _text(value) if len(scope) == 1 else None


def _values(node: ast.AST, field: str, names: Mapping[str, Path]) -> Iterator[ast.expr]:
    """What a statement sets a field to: `davos.x = `, `davos.config.x = `, `configure(x=...)`."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            is_member = isinstance(target, ast.Attribute)
            if is_member and davos_path(target, names) in {(field,), ("config", field)}:
                yield node.value
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        if davos_path(call.func, names) == ("configure",):
            yield from (one.value for one in call.keywords if one.arg == field)


def _text(value: ast.expr) -> str | None:
    found = value.value if isinstance(value, ast.Constant) else None
    return found if isinstance(found, str) else None
