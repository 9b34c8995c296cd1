"""Fix for DAV204 and DAV205: insert `import davos` in an earlier cell."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from davos.lint.rule import Change, Repair
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context

__all__ = ["earlier_import"]

# davos may be there only from this line on
_INSTALLS = re.compile(r"^[ \t]*(?:#[ \t]*)?[%!][^\r\n]*\binstall\b[^\r\n]*\bdavos\b", re.MULTILINE)


def earlier_import(context: Context) -> Repair | None:
    """`import davos` above the first import of a cell before all smuggle statements.

    None in a script, and where no such cell imports anything after davos is installed.
    """
    if not context.is_notebook or not context.smuggling:
        return None
    installed = _installed(context)
    for cell in context.cells[: context.cells.index(context.smuggling[0])]:
        for offset in _imports(cell):
            if (cell.number, offset) > installed:
                line = f"import davos{cell.line_break(cell.row(offset))}"
                change = Change(cell, Span(offset, offset), line)
                where = f"cell {cell.cell.ordinal}" if cell.cell.ordinal else "an earlier cell"
                return Repair(f"Import davos in {where}", "unsafe", (change,))
    return None


def _installed(context: Context) -> tuple[int, int]:
    """The last place where a magic installs davos."""
    places = [
        (cell.number, match.start())
        for cell in context.cells
        for match in _INSTALLS.finditer(cell.written)
    ]
    return max(places, default=(-1, -1))


def _imports(cell: ParsedCell) -> Iterator[int]:
    """Where the imports of a cell start that stand at the start of a line."""
    if cell.cell.removed or isinstance(cell.tree, SyntaxError):
        return
    for node in cell.tree.body:
        if not isinstance(node, (ast.Import, ast.ImportFrom)) or node.col_offset:
            continue
        if not isinstance(node, ast.ImportFrom) or node.module != "__future__":
            yield cell.offset(node)
