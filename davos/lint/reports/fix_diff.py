"""What the fix of a finding would change, row by row, as `--output-format full` shows it."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING, Iterable, Iterator, Mapping, Optional, Sequence

from davos.credentials import blanked
from davos.documents.diagnostic import DiffLine
from davos.documents.edits import Edit, edited
from davos.source import Source
from davos.span import Location

if TYPE_CHECKING:
    from davos.documents.diagnostic import Diagnostic, Fix
    from davos.documents.document import Document

__all__ = ["fix_diff", "with_diffs"]

_CONTEXT = 1
"""How many unchanged rows are shown beside a changed one."""
_MOST_CHARACTERS = 1000
"""Longer texts are not shown: what a finding costs must not grow with its file."""

Sources = Mapping[Optional[int], Source]
"""The texts that edits are about, by their cells."""


def with_diffs(document: Document, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings of a document, each fix with the rows that it changes."""
    sources: dict[int | None, Source] = {
        cell.index: Source(cell.source) for cell in document.cells if document.text is None
    }
    if document.text is not None:
        sources[None] = Source(document.text)
    return [
        one._replace(fix=one.fix._replace(diff=tuple(fix_diff(sources, one.fix))))
        if one.fix
        else one
        for one in found
    ]


def fix_diff(sources: Sources, fix: Fix) -> Iterator[DiffLine]:
    """The changed rows of a fix and those around them, numbered as they are afterwards."""
    edits = sorted(fix.edits, key=lambda edit: (edit.cell or 0, edit.location))
    for cell, group in groupby(edits, key=lambda edit: edit.cell):
        added = 0
        for near in _near(list(group)):
            hunk = list(_hunk(sources[cell], cell, near, added))
            added += sum(line.sign == "+" for line in hunk)
            added -= sum(line.sign == "-" for line in hunk)
            yield from hunk


def _near(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """The edits of a cell, together those whose rows are shown together."""
    together = [edits[0]]
    for edit in edits[1:]:
        if edit.location.row - together[-1].end_location.row > 2 * _CONTEXT:
            yield together
            together = []
        together.append(edit)
    yield together


def _hunk(
    source: Source, cell: int | None, edits: Sequence[Edit], added: int
) -> Iterator[DiffLine]:
    first = max(edits[0].location.row - _CONTEXT, 1)
    last = min(edits[-1].end_location.row + _CONTEXT, len(source.line_starts))
    start = source.line_starts[first - 1]
    end = (*source.line_starts, len(source.text))[last]
    if end - start > _MOST_CHARACTERS:
        return
    before = Source(source.text[start:end])
    after = Source(edited(before, (_moved(edit, first - 1) for edit in edits)))
    old, new = _rows(before), _rows(after)
    row = first + added
    for tag, *old_range, third, fourth in SequenceMatcher(None, old, new).get_opcodes():
        taken = range(*old_range)
        if tag != "equal":
            yield from (DiffLine("-", None, old[n], cell) for n in taken)
            yield from (DiffLine("+", row + n, new[n], cell) for n in range(third, fourth))
            continue
        after_change = _CONTEXT if taken.start or third else 0
        before_change = _CONTEXT if taken.stop < len(old) or fourth < len(new) else 0
        for n in range(third, fourth):
            if n < third + after_change or n >= fourth - before_change:
                yield DiffLine(" ", row + n, new[n], cell)


def _moved(edit: Edit, rows: int) -> Edit:
    """An edit in a text that begins some rows further down."""
    start, end = edit.location, edit.end_location
    return edit._replace(
        location=Location(start.row - rows, start.column),
        end_location=Location(end.row - rows, end.column),
    )


def _rows(source: Source) -> list[str]:
    return [blanked(line.rstrip("\r\n")) for line in source.lines if line]
