"""Fixes put into the bytes of a file, and nothing else of it touched."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Iterable, NamedTuple, Sequence

from davos.documents.json_positions import source_texts
from davos.documents.text_notebooks import read_document
from davos.lint.checker import check_document
from davos.source import Source

if TYPE_CHECKING:
    from davos.documents.diagnostic import Diagnostic, Edit
    from davos.lint.settings import Settings

__all__ = ["Fixed", "apply_edits", "apply_fixes", "fix_bytes"]

MAX_ROUNDS = 20


@dataclass
class Fixed:
    """The bytes after the fixes, what was fixed, and (of `fix_bytes`) what is left."""

    data: bytes
    fixed: list[Diagnostic] = field(default_factory=list)
    remaining: list[Diagnostic] = field(default_factory=list)


class _Splice(NamedTuple):
    """A range of the decoded file and its new text."""

    start: int
    end: int
    content: str


def fix_bytes(data: bytes, filename: str, settings: Settings, *, unsafe: bool = False) -> Fixed:
    """Check and fix in rounds, until nothing can be fixed any more.

    Raises what `read_document` raises.
    """
    result = Fixed(data)
    for _ in range(MAX_ROUNDS):
        result.remaining = check_document(read_document(result.data, filename), settings)
        step = apply_fixes(result.data, filename, result.remaining, unsafe=unsafe)
        if step.data == result.data:
            break
        result.data = step.data
        result.fixed += step.fixed
    return result


def apply_fixes(
    data: bytes, filename: str, diagnostics: Iterable[Diagnostic], *, unsafe: bool = False
) -> Fixed:
    """Apply the fixes that do not overlap an earlier one, each wholly or not at all."""
    wanted = [one for one in diagnostics if one.fix and (unsafe or one.fix.applicability == "safe")]
    if not wanted:
        return Fixed(data)
    file = _File(data, filename)
    taken: list[_Splice] = []
    fixed = []
    for one in wanted:
        splices = [file.splice(edit) for edit in one.fix.edits] if one.fix else []
        if not any(_overlap(new, old) for new in splices for old in taken):
            taken += splices
            fixed.append(one)
    return Fixed(file.spliced(taken), fixed)


def apply_edits(data: bytes, filename: str, edits: Iterable[Edit]) -> bytes:
    """Apply edits that do not overlap; `davos convert` makes its changes this way."""
    file = _File(data, filename)
    return file.spliced([file.splice(edit) for edit in edits])


def _overlap(one: _Splice, other: _Splice) -> bool:
    """Whether two changes touch; also side by side, as their order would matter."""
    return one.start <= other.end and other.start <= one.end


class _File:
    """A file's text, and where in it the rows and columns of its cells are."""

    def __init__(self, data: bytes, filename: str) -> None:
        self._encoding = "utf-8"
        if filename.lower().endswith(".ipynb"):
            self._text = data.decode("utf-8")
            self._cells = source_texts(self._text)
            self._document = read_document(data, filename)
        else:
            self._encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            self._text = data.decode(self._encoding)
            self._source = Source(self._text)

    def splice(self, edit: Edit) -> _Splice:
        """Where an edit is in the text."""
        if edit.cell is None:
            start, end = map(self._source.offset, (edit.location, edit.end_location))
            return _Splice(start, end, edit.content)
        cell = next(one for one in self._document.cells if one.index == edit.cell)
        source = Source(cell.source)
        start, end = map(source.offset, (edit.location, edit.end_location))
        place = self._cells[edit.cell - 1]
        if place is None:
            raise ValueError(f"cell {edit.cell} has no source")
        return _Splice(*place.replaced(start, end, edit.content))

    def spliced(self, splices: Sequence[_Splice]) -> bytes:
        """The file with all changes."""
        text = self._text
        for splice in sorted(splices, reverse=True):
            text = text[: splice.start] + splice.content + text[splice.end :]
        return text.encode(self._encoding)
