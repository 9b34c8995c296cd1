"""New cells for a document, and the cell that imports davos."""

from __future__ import annotations

import ast
import hashlib
import re
from typing import TYPE_CHECKING

from davos.documents.document import TextCell
from davos.documents.edits import Edit, apply_edits
from davos.documents.json_cells import insert_cell
from davos.documents.text_notebooks import MARKDOWN, is_text_notebook
from davos.exceptions import DavosError
from davos.source import Source

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.documents.parsed_cell import ParsedCell

__all__ = ["loads_davos", "with_cell"]

_LOADS_DAVOS = re.compile(r"^[ \t]*%load_ext[ \t]+davos\b", re.MULTILINE)
_MARKER = re.compile(r"#[ \t]*%%")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_NO_CELL = "it has no code cell beside which a new one could stand"
_NO_NOTEBOOK = (
    "it is not a notebook: no YAML header with `jupytext:` or `kernelspec:` begins the file"
)


def loads_davos(facts: ParsedCell) -> bool:
    """Whether a cell imports davos, or loads it as an extension."""
    if _LOADS_DAVOS.search(facts.cell.source):
        return True
    return any(
        (isinstance(node, ast.Import) and any(_is_davos(alias.name) for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and not node.level and _is_davos(node.module or ""))
        for node, _ in (facts.nodes if "davos" in facts.source.text else ())
    )


def _is_davos(module: str) -> bool:
    return module.partition(".")[0] == "davos"


def with_cell(
    data: bytes, document: Document, source: str, number: int, *, behind: bool = False
) -> bytes:
    """The bytes of a notebook with one more code cell, before or behind a code cell.

    `number` counts the code cells from 0. Raises `DavosError` for a text notebook in which no
    such place can be found.
    """
    cells = document.cells
    if document.text is None:
        identifier = hashlib.sha256(data).hexdigest()[:8]
        index = (cells[number].index or 0) + behind if cells else 1
        return insert_cell(data, index, source, identifier)
    cell = cells[number] if number < len(cells) else None
    is_markdown = document.filename.lower().endswith(MARKDOWN)
    if not isinstance(cell, TextCell):
        is_notebook = is_text_notebook(document.text.encode(), document.filename)
        message = _NO_CELL if is_notebook or not is_markdown else _NO_NOTEBOOK
        raise DavosError(message)
    place = _beside_fence if is_markdown else _beside_marker
    offset, content = place(Source(document.text), cell, source, behind=behind)
    newline = "\r\n" if "\r\n" in document.text else "\n"
    location = Source(document.text).location(offset)
    edit = Edit(None, location, location, content.replace("\n", newline))
    return apply_edits(data, document.filename, [edit])


def _beside_marker(file: Source, cell: TextCell, source: str, *, behind: bool) -> tuple[int, str]:
    """Where a cell of a percent script goes, and its text."""
    start = file.line_starts[cell.first_row - 1]
    if not behind:
        if not _MARKER.match(cell.source):
            message = "add a cell with `import davos` at its top: its first cell has no `# %%` line"
            raise DavosError(message)
        return start, f"# %%\n{source}\n\n"
    end = start + len(cell.source)
    lead = "" if cell.source.endswith("\n") else "\n"
    lead += "" if re.search(r"\n\r?\n\Z", cell.source) else "\n"
    return end, f"{lead}# %%\n{source}\n" + ("\n" if end < len(file.text) else "")


def _beside_fence(file: Source, cell: TextCell, source: str, *, behind: bool) -> tuple[int, str]:
    """Where a fenced cell of Markdown goes, and its text."""
    opening = cell.first_row - 1
    while opening > 1 and not _FENCE.match(file.line(opening)):
        opening -= 1
    fence = _FENCE.match(file.line(opening))
    if fence is None:
        raise DavosError(_NO_CELL)
    text = f"{file.line(opening).strip()}\n{source}\n{fence[1]}\n"
    if not behind:
        return file.line_starts[opening - 1], f"{text}\n"
    closing = file.location(file.line_starts[cell.first_row - 1] + len(cell.source)).row
    if closing == len(file.line_starts):
        return len(file.text), f"\n\n{text}"
    return file.line_starts[closing], f"\n{text}"
