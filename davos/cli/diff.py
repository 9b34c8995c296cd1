"""The difference between two states of a file, cell by cell in a notebook."""

from __future__ import annotations

from difflib import unified_diff
from typing import Iterator

from davos.lint.text_notebooks import read_document

__all__ = ["diff"]


def diff(path: str, before: bytes, after: bytes) -> Iterator[str]:
    """Unified diffs; those of a notebook name the cell behind the file."""
    if before == after:
        return
    if not path.lower().endswith(".ipynb"):
        yield from _lines(path, before.decode("utf-8", "replace"), after.decode("utf-8", "replace"))
        return
    old, new = read_document(before, path), read_document(after, path)
    for one, other in zip(old.cells, new.cells):
        if one.source != other.source:
            yield from _lines(f"{path}:cell {one.index}", one.source, other.source)


def _lines(name: str, before: str, after: str) -> Iterator[str]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for line in unified_diff(old, new, name, name):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
