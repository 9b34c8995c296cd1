"""The difference between two states of a file, cell by cell in a notebook."""

from __future__ import annotations

import re
from difflib import SequenceMatcher, unified_diff
from typing import TYPE_CHECKING, Iterator, Optional, Sequence

from davos.documents.reader import read_document

if TYPE_CHECKING:
    from davos.documents.document import Cell

__all__ = ["diff"]

ALIKE = 0.5
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
"""How much two cells must share to be one that was changed."""


def diff(path: str, before: bytes, after: bytes) -> Iterator[str]:
    """Unified diffs; those of a notebook name the cell behind the file."""
    if before == after:
        return
    if not path.lower().endswith(".ipynb"):
        yield from _lines(path, before.decode("utf-8", "replace"), after.decode("utf-8", "replace"))
        return
    old, new = read_document(before, path), read_document(after, path)
    for one, other in _aligned(old.cells, new.cells):
        index = one.index if one else other.index if other else None
        before_text, after_text = one.source if one else "", other.source if other else ""
        if before_text != after_text:
            yield from _lines(f"{path}:cell {index}", before_text, after_text)


def _aligned(
    old: Sequence[Cell], new: Sequence[Cell]
) -> Iterator[tuple[Optional[Cell], Optional[Cell]]]:
    """The cells side by side; None beside a cell that came or went."""
    if len(old) == len(new):
        yield from zip(old, new)
        return
    position = 0
    for cell in old:
        behind = range(position, len(new))
        found = next((n for n in behind if _alike(cell.source, new[n].source)), None)
        if found is None:
            yield cell, None
            continue
        yield from ((None, new[n]) for n in range(position, found))
        yield cell, new[found]
        position = found + 1
    yield from ((None, one) for one in new[position:])


def _alike(before: str, after: str) -> bool:
    return before == after or SequenceMatcher(None, before, after).ratio() > ALIKE


def _lines(name: str, before: str, after: str) -> Iterator[str]:
    old, new = _LINE.findall(before), _LINE.findall(after)
    for line in unified_diff(old, new, name, name):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
