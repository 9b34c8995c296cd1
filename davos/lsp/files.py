"""A script or a notebook in the editor: its cells, and what davos finds in them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Iterator, Mapping

from davos import notebook
from davos.lint.analysis import CellFacts
from davos.lint.checker import check_document
from davos.lint.text_notebooks import read_text
from davos.source import Location, Span

if TYPE_CHECKING:
    from lsprotocol.types import Range

    from davos.lint.diagnostic import Diagnostic
    from davos.lint.settings import Settings
    from davos.lsp.documents import Documents, OpenNotebook, OpenText
    from davos.notebook import Document

__all__ = ["File", "OpenCell", "notebook_file", "script_file"]

CODE_CELL = 2


class File:
    """What is linted together: the open texts by the index of their cell (None for a script)."""

    def __init__(self, uri: str, document: Document, texts: Mapping[int | None, OpenText]) -> None:
        self.uri = uri
        self.document = document
        self.texts = texts
        self._found: tuple[Settings, list[Diagnostic]] | None = None

    def diagnostics(self, settings: Settings) -> list[Diagnostic]:
        """The findings in all cells."""
        if self._found is None or self._found[0] != settings:
            self._found = settings, check_document(self.document, settings)
        return self._found[1]

    @cached_property
    def cells(self) -> list[OpenCell]:
        """The cells with Python code, in order."""
        return [
            OpenCell(CellFacts(self.document, cell, number), self.texts[cell.index])
            for number, cell in enumerate(self.document.cells)
        ]

    def cells_of(self, uri: str) -> Iterator[OpenCell]:
        """The cells in an open text: one, or those of a percent script."""
        return (cell for cell in self.cells if cell.opened.uri == uri)


class OpenCell:
    """A cell that is open: offsets in what Python sees of it, and positions in the editor."""

    def __init__(self, facts: CellFacts, opened: OpenText) -> None:
        self.facts = facts
        self.opened = opened

    @property
    def text(self) -> str:
        """The cell as Python sees it."""
        return self.facts.source.text

    def range(self, span: Span) -> Range:
        """Where a span is in the editor."""
        place = self.facts.range(span)
        return self.opened.text.range(place.start, place.end)

    def offset(self, location: Location) -> int | None:
        """The offset of a place of the open text, None if it is outside the cell."""
        cell, source = self.facts.cell, self.facts.source
        row = location.row - cell.place(Location(1, 1)).row + 1
        if not 1 <= row <= len(source.line_starts):
            return None
        removed = cell.removed[row - 1] if row <= len(cell.removed) else 0
        column = location.column - removed
        if not 1 <= column <= len(source.line(row)) + 1:
            return None
        return source.line_starts[row - 1] + column - 1


def script_file(opened: OpenText, filename: str) -> File:
    """A file that is open as one text."""
    return File(opened.uri, read_text(opened.text.text, filename), {None: opened})


def notebook_file(opened: OpenNotebook, documents: Documents, filename: str) -> File:
    """A notebook with the texts of its code cells, as far as they are open."""
    texts: dict[int | None, OpenText] = {}
    raw_cells: list[dict[str, Any]] = []
    for index, cell in enumerate(opened.cells, 1):
        raw: dict[str, Any] = {"cell_type": "markdown"}
        if cell.kind == CODE_CELL and documents.is_open(cell.document):
            texts[index] = text = documents.text(cell.document)
            raw = {"cell_type": "code", "source": text.text.text, "language": text.language}
        raw_cells.append(raw)
    content = {"cells": raw_cells}
    return File(opened.uri, notebook.from_content(content, filename), texts)
