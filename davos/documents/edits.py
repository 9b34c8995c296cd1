"""Edits of a file: ranges of its cells and their new text, put into its bytes.

Nothing else of the file is touched, in JSON neither.
"""

from __future__ import annotations

import io
import tokenize
from bisect import bisect_right
from typing import TYPE_CHECKING, Iterable, NamedTuple, Protocol, TypeVar

from davos.documents.json_positions import source_texts
from davos.documents.notebook import read_notebook
from davos.source import Source

if TYPE_CHECKING:
    from davos.span import Location

__all__ = ["Edit", "apply_edits", "compatible", "edited"]


class Edit(NamedTuple):
    """A range of a cell (of the file, where `cell` is None) and its new text."""

    cell: int | None
    location: Location
    end_location: Location
    content: str


class _Change(Protocol):
    """What consists of edits that belong together."""

    @property
    def edits(self) -> tuple[Edit, ...]: ...


_AnyChange = TypeVar("_AnyChange", bound=_Change)


def compatible(changes: Iterable[_AnyChange]) -> list[_AnyChange]:
    """The changes that do not overlap an earlier one, in their order."""
    taken: dict[int | None, _Ranges] = {}
    kept = []
    for change in changes:
        if not any(edit.cell in taken and taken[edit.cell].touch(edit) for edit in change.edits):
            for edit in change.edits:
                taken.setdefault(edit.cell, _Ranges()).add(edit)
            kept.append(change)
    return kept


def apply_edits(data: bytes, filename: str, edits: Iterable[Edit]) -> bytes:
    """The bytes of a file after edits that do not overlap."""
    file = _Notebook(data, filename) if filename.lower().endswith(".ipynb") else _Text(data)
    return _spliced(file.text, map(file.splice, edits)).encode(file.encoding)


def edited(source: Source, edits: Iterable[Edit]) -> str:
    """A text after edits of it that do not overlap."""
    return _spliced(source.text, (_splice(source, edit) for edit in edits))


class _Ranges:
    """Ranges of one cell in their order, no two of which touch."""

    def __init__(self) -> None:
        self._starts: list[Location] = []
        self._ends: list[Location] = []

    def touch(self, edit: Edit) -> bool:
        """Whether an edit touches one; also side by side, as their order would matter."""
        index = bisect_right(self._starts, edit.end_location)
        return index > 0 and self._ends[index - 1] >= edit.location

    def add(self, edit: Edit) -> None:
        """Put the range of an edit among them."""
        index = bisect_right(self._starts, edit.location)
        self._starts.insert(index, edit.location)
        self._ends.insert(index, edit.end_location)


class _Splice(NamedTuple):
    """A range of a text and its new contents."""

    start: int
    end: int
    content: str


def _spliced(text: str, splices: Iterable[_Splice]) -> str:
    parts, position = [], 0
    for start, end, content in sorted(splices):
        parts += [text[position:start], content]
        position = end
    return "".join([*parts, text[position:]])


def _splice(source: Source, edit: Edit) -> _Splice:
    return _Splice(source.offset(edit.location), source.offset(edit.end_location), edit.content)


class _Text:
    """A text file."""

    def __init__(self, data: bytes) -> None:
        self.encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        self.text = data.decode(self.encoding)
        self._source = Source(self.text)

    def splice(self, edit: Edit) -> _Splice:
        """Where an edit is in the file."""
        return _splice(self._source, edit)


class _Notebook:
    """The JSON of a notebook, and where in it the sources of the cells are."""

    encoding = "utf-8"

    def __init__(self, data: bytes, filename: str) -> None:
        self.text = data.decode(self.encoding)
        self._places = source_texts(self.text)
        cells = read_notebook(data, filename).cells
        self._cells = {cell.index: Source(cell.source) for cell in cells}

    def splice(self, edit: Edit) -> _Splice:
        """Where an edit of a cell is in the file."""
        place = None if edit.cell is None else self._places[edit.cell - 1]
        if place is None:
            raise ValueError(f"cell {edit.cell} has no source")
        start, end, content = _splice(self._cells[edit.cell], edit)
        return _Splice(*place.replaced(start, end, content))
