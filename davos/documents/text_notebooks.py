"""Notebooks that are text: percent scripts, Quarto and MyST or Jupytext Markdown.

Their cells have no numbers, and positions are those of the file. The readers are
davos' own: Jupytext's say nothing about positions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from davos.documents import notebook
from davos.documents.notebook import Cell, Document
from davos.source import Source
from davos.span import Location

__all__ = ["is_text_notebook", "read_document", "read_text"]

KNITTED = (".qmd", ".rmd")
MARKDOWN = (".md", ".markdown", *KNITTED)

_PERCENT = re.compile(r"^\#[ \t]*%%(?!%)[^\r\n]*", re.MULTILINE)
_PROSE = re.compile(r"\#[ \t]*%%[^\r\n]*\[(?:markdown|md|raw)\]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_FENCE = re.compile(
    r"(?P<indent>[ ]{0,3})(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\r\n`]*)(?:\r\n?|\n|\Z)"
)
_INFO = re.compile(
    r"\{\s*(?:code-cell\b\s*\}\s*(?:python|ipython)?[\d.]*|python\b[^}]*\})\s*$"
    r"|\{code-cell\}\s*i?python\w*$"
    r"|python\b(?!\s*\.(?:noeval|input))",
    re.IGNORECASE,
)
_KNITTED_INFO = re.compile(r"\{\s*python\b[^}]*\}\s*$", re.IGNORECASE)
_INERT = re.compile(r"active=\"(?!ipynb)|\.noeval|eval\s*=\s*false|eval:\s*false", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?P<yaml>.*?\r?\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HEADER = re.compile(r"^(?:jupytext|kernelspec):", re.MULTILINE)
_MYST_OPTIONS = re.compile(
    r"(?:---[ \t]*\r?\n.*?\r?\n---[ \t]*(?:\r?\n|\Z)|(?::[^\r\n]*(?:\r?\n))+)", re.DOTALL
)


@dataclass(frozen=True)
class TextCell(Cell):
    """A cell of a text notebook; `first_row` is the row of the file it begins in."""

    first_row: int = 1

    def place(self, location: Location) -> Location:
        """Where in the file a location in `text` is."""
        row, column = super().place(location)
        return Location(row + self.first_row - 1, column)


def read_document(data: bytes, filename: str) -> Document:
    """The document in the bytes of a file, by its name and contents.

    Raises `NotebookError`, or `DavosError` for what is no text.
    """
    document = notebook.decode(data, filename)
    if document.kind == "notebook":
        return document
    return read_text(document.cells[0].source, filename)


def read_text(text: str, filename: str) -> Document:
    """The document in a text that is decoded already, as editors hold it."""
    if filename.lower().endswith(MARKDOWN):
        return Document(filename, "notebook", tuple(_markdown(text, filename)))
    if _PERCENT.search(text):
        return Document(filename, "notebook", tuple(_percent(text)))
    return Document(filename, "script", (Cell(None, text, text),))


def is_text_notebook(data: bytes, filename: str) -> bool:
    """Whether a Markdown file is a notebook: Quarto's are, others if their header says so."""
    if filename.lower().endswith(KNITTED):
        return True
    matter = _FRONT_MATTER.match(data[:4096].decode(errors="ignore"))
    return matter is not None and _HEADER.search(matter["yaml"]) is not None


def _percent(text: str) -> Iterator[Cell]:
    """The code cells between the `# %%` lines."""
    source = Source(text)
    starts = [0, *(match.start() for match in _PERCENT.finditer(text))]
    for start, end in zip(starts, [*starts[1:], len(text)]):
        if start < end and not _PROSE.match(text, start):
            yield _cell(source, start, end)


def _markdown(text: str, filename: str) -> Iterator[Cell]:
    """The cells in the code fences."""
    if not is_text_notebook(text[:4096].encode(errors="replace"), filename):
        return
    source, position = Source(text), 0
    runs = _KNITTED_INFO if filename.lower().endswith(KNITTED) else _INFO
    while position < len(text):
        fence = _FENCE.match(text, position)
        if fence is None:
            position = _line_end(text, position)
            continue
        start = fence.end()
        end, position = _closed(text, start, fence["fence"])
        info = fence["info"].strip()
        if runs.match(info) and not _INERT.search(info):
            options = _MYST_OPTIONS.match(text, start, end) if "code-cell" in info else None
            first = options.end() if options else start
            yield _cell(source, first, end, len(fence["indent"]))


def _closed(text: str, start: int, fence: str) -> tuple[int, int]:
    """Where the block that a fence opened ends, and the line behind it."""
    closing = re.compile(rf"[ ]{{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*(?:\r\n?|\n|\Z)")
    position = start
    while position < len(text):
        match = closing.match(text, position)
        if match:
            return position, match.end()
        position = _line_end(text, position)
    return len(text), len(text)


def _line_end(text: str, position: int) -> int:
    match = _LINE.match(text, position)
    return max(match.end() if match else 0, position + 1)


def _cell(file: Source, start: int, end: int, indent: int = 0) -> TextCell:
    """The cell between two offsets, without the indentation of its fence."""
    source = file.text[start:end]
    row = file.location(start).row
    if not indent:
        return TextCell(None, source, notebook.mask(source), (), row)
    lines = _LINE.findall(source)
    removed = tuple(min(len(line) - len(line.lstrip(" ")), indent) for line in lines)
    inner = "".join(line[count:] for line, count in zip(lines, removed))
    return TextCell(None, source, notebook.mask(inner), removed, row)
