"""A script or a notebook in the editor: its cells, and what davos finds in them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator, Mapping, Optional

from davos.documents.edits import edited
from davos.documents.locked_versions import stored_lock
from davos.documents.notebook import from_content
from davos.documents.parsed_cell import ParsedCell
from davos.documents.reader import read_text
from davos.lint.checker import check_document
from davos.lsp.positions import Text
from davos.span import Location, Span

if TYPE_CHECKING:
    from lsprotocol.types import Range

    from davos.documents.diagnostic import Diagnostic
    from davos.documents.document import Document
    from davos.documents.edits import Edit
    from davos.lint.settings import Settings
    from davos.lsp.open_documents import Documents, OpenNotebook, OpenText

__all__ = ["File", "OpenCell", "notebook_file", "script_file"]

CODE_CELL = 2
_Texts = Mapping[Optional[int], "OpenText"]


class File:
    """What is linted together: the open texts by the index of their cell (None for a script)."""

    def __init__(self, uri: str, texts: _Texts, read: Callable[[_Texts], Document]) -> None:
        self.uri = uri
        self.texts = texts
        self.document = read(texts)
        self._read = read
        self._found: tuple[Settings, list[Diagnostic]] | None = None

    def diagnostics(self, settings: Settings) -> list[Diagnostic]:
        """The findings in all cells."""
        if self._found is None or self._found[0] != settings:
            self._found = settings, check_document(self.document, settings)
        return self._found[1]

    def edited(self, edits: Iterable[Edit]) -> File:
        """The file after edits that do not overlap."""
        texts = dict(self.texts)
        by_cell: dict[int | None, list[Edit]] = {}
        for edit in edits:
            by_cell.setdefault(edit.cell, []).append(edit)
        for cell, some in by_cell.items():
            opened = texts[cell]
            text = edited(opened.text.source, some)
            texts[cell] = replace(opened, text=Text(text, opened.text.encoding))
        return File(self.uri, texts, self._read)

    @cached_property
    def cells(self) -> list[OpenCell]:
        """The cells with Python code, in order."""
        return [
            OpenCell(ParsedCell(self.document, cell, number), self.texts[cell.index])
            for number, cell in enumerate(self.document.cells)
        ]

    def cells_of(self, uri: str) -> Iterator[OpenCell]:
        """The cells in an open text: one, or those of a percent script."""
        return (cell for cell in self.cells if cell.opened.uri == uri)


class OpenCell:
    """A cell that is open: offsets in what Python sees of it, and positions in the editor."""

    def __init__(self, facts: ParsedCell, opened: OpenText) -> None:
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
        return source.offset(Location(row, column))


def script_file(opened: OpenText, filename: str) -> File:
    """A file that is open as one text."""
    return File(
        opened.uri, {None: opened}, lambda texts: read_text(texts[None].text.text, filename)
    )


def notebook_file(opened: OpenNotebook, documents: Documents, filename: str) -> File:
    """A notebook with the texts of its code cells, as far as they are open."""
    texts: dict[int | None, OpenText] = {
        index: documents.text(cell.document)
        for index, cell in enumerate(opened.cells, 1)
        if cell.kind == CODE_CELL and documents.is_open(cell.document)
    }
    return File(opened.uri, texts, partial(_notebook, filename, len(opened.cells)))


def _notebook(filename: str, count: int, texts: _Texts) -> Document:
    """The notebook of so many cells, of which those with a text are code."""
    raw_cells: list[dict[str, Any]] = [{"cell_type": "markdown"} for _ in range(count)]
    for index, text in texts.items():
        if index is not None:
            source, language = text.text.text, text.language
            raw_cells[index - 1] = {"cell_type": "code", "source": source, "language": language}
    return from_content({"cells": raw_cells}, filename)._replace(lock=stored_lock(filename))
