"""Notebooks that are text: percent scripts, Quarto and MyST or Jupytext Markdown.

Positions in their cells are those of the file. Jupytext's readers cannot be used:
they do not tell positions.
"""

from __future__ import annotations

import re
from typing import Iterator

from davos.documents.document import TextCell
from davos.documents.magics import mask
from davos.source import Source

__all__ = ["MARKDOWN", "is_percent_script", "is_text_notebook", "markdown", "percent"]

KNITTED = (".qmd", ".rmd")
MARKDOWN = (".md", ".markdown", *KNITTED)

_PERCENT = re.compile(r"^\#[ \t]*%%(?!%)[^\r\n]*", re.MULTILINE)
_PROSE = re.compile(r"\#[ \t]*%%[^\r\n]*\[(?:markdown|md|raw)\]")
# What Jupytext writes in front of the first cell.
_PERCENT_HEADER = re.compile(
    r"(?:\#(?:!|[ \t]*-\*-)[^\r\n]*\r?\n)*\#[ \t]*---[ \t]*\r?\n"
    r"(?:\#[^\r\n]*\r?\n)*?\#[ \t]*---[ \t]*(?:\r?\n|\Z)"
)
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


def is_percent_script(text: str) -> bool:
    """Whether a script has cells, which begin with `# %%` lines."""
    return _PERCENT.search(text) is not None


def is_text_notebook(data: bytes, filename: str) -> bool:
    """Whether a Markdown file is a notebook: Quarto's are, others if their header says so."""
    if filename.lower().endswith(KNITTED):
        return True
    matter = _FRONT_MATTER.match(data[:4096].decode(errors="ignore"))
    return matter is not None and _HEADER.search(matter["yaml"]) is not None


def percent(text: str) -> Iterator[TextCell]:
    """The code cells of a percent script; text in front of the first `# %%` is one, too."""
    source = Source(text)
    starts = [match.start() for match in _PERCENT.finditer(text)]
    header = _PERCENT_HEADER.match(text)
    before = text[header.end() if header else 0 : starts[0]]
    first = 1 if before.strip() else 0
    bounds = zip([0, *starts], [*starts, len(text)])
    for ordinal, (start, end) in enumerate(bounds, first):
        if start < end and not _PROSE.match(text, start):
            yield _cell(source, start, end, ordinal=ordinal or None)


def markdown(text: str, filename: str) -> Iterator[TextCell]:
    """The cells in the code fences of a Markdown notebook; none in other Markdown."""
    if not is_text_notebook(text[:4096].encode(errors="replace"), filename):
        return
    source, position = Source(text), 0
    runs = _KNITTED_INFO if filename.lower().endswith(KNITTED) else _INFO
    while position < len(text):
        fence = _FENCE.match(text, position)
        if fence is None:
            position = _next_line(source, position)
            continue
        start = fence.end()
        end, position = _closed(source, start, fence["fence"])
        info = fence["info"].strip()
        if runs.match(info) and not _INERT.search(info):
            options = _MYST_OPTIONS.match(text, start, end) if "code-cell" in info else None
            first = options.end() if options else start
            yield _cell(source, first, end, len(fence["indent"]))


def _closed(source: Source, start: int, fence: str) -> tuple[int, int]:
    """Where the block that a fence opened ends, and the line behind it."""
    closing = re.compile(rf"[ ]{{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*(?:\r\n?|\n|\Z)")
    text, position = source.text, start
    while position < len(text):
        match = closing.match(text, position)
        if match:
            return position, match.end()
        position = _next_line(source, position)
    return len(text), len(text)


def _next_line(source: Source, position: int) -> int:
    """Where the line behind the one at an offset starts; the end of the text behind the last."""
    row = source.location(position).row
    return source.line_starts[row] if row < len(source.line_starts) else len(source.text)


def _cell(
    file: Source, start: int, end: int, indent: int = 0, *, ordinal: int | None = None
) -> TextCell:
    """The cell between two offsets, without the indentation of its fence."""
    source = file.text[start:end]
    row = file.location(start).row
    if not indent:
        return TextCell(None, source, mask(source), (), row, ordinal)
    lines = Source(source).lines
    removed = tuple(min(len(line) - len(line.lstrip(" ")), indent) for line in lines)
    inner = "".join(line[count:] for line, count in zip(lines, removed))
    return TextCell(None, source, mask(inner), removed, row, ordinal)
