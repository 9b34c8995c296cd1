"""The difference between two states of a file, cell by cell in a notebook."""

from __future__ import annotations

from difflib import SequenceMatcher, unified_diff
from itertools import zip_longest
from typing import TYPE_CHECKING, Iterator, Optional, Sequence

from davos.lint.text_notebooks import read_document

if TYPE_CHECKING:
    from davos.notebook import Cell

__all__ = ["diff"]


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
    sources = [cell.source for cell in old], [cell.source for cell in new]
    for _, start, end, new_start, new_end in SequenceMatcher(None, *sources).get_opcodes():
        yield from zip_longest(old[start:end], new[new_start:new_end])


def _lines(name: str, before: str, after: str) -> Iterator[str]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for line in unified_diff(old, new, name, name):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
