"""Changes to the text of one cell, collected as edits of its file, and their result."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Iterator, NamedTuple

from davos.documents.edits import Edit
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell

__all__ = ["NOTHING_LEFT", "CellChanges", "Converted", "Pin"]

NOTHING_LEFT = re.compile(r"\s*(?:%%capture\b[^\r\n]*)?\s*")
"""The text of a cell that a conversion has emptied, and that is taken out."""


class Pin(NamedTuple):
    """One version of a distribution that a statement asks for.

    `name` and `version` (or URL) are normalised, `line` is the one for a requirements file.
    """

    name: str
    version: str
    line: str
    place: str


@dataclass
class Converted:
    """The new bytes, what the user should know, and (of the way back) what is required.

    `pins` are all that the document holds, also those that `requirements` leaves out.
    """

    data: bytes
    notes: list[str] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)


class CellChanges:
    """Changes of a cell; places are offsets in `facts.source`, the cell as Python sees it."""

    def __init__(self, facts: ParsedCell) -> None:
        self.facts = facts
        self.text = facts.source.text
        self._changes: list[tuple[Span, str]] = []
        self._lines: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._changes or self._lines)

    def replace(self, start: int, end: int, content: str) -> None:
        """Put something in the place of a range, or insert it."""
        self._changes.append((Span(start, end), content))

    def drop_line(self, offset: int) -> None:
        """Take the line at an offset out."""
        self._lines.add(self.facts.source.location(offset).row)

    def new_line(self, offset: int, indent: str | None = None) -> str:
        """A line break, and what lines begin with: the indentation of the line at an offset."""
        row = self.facts.row(offset)
        line = self.facts.source.line(row)
        if indent is None:
            indent = line[: len(line) - len(line.lstrip(" \t\f"))]
        return self.facts.line_break(row) + indent

    def edits(self) -> Iterator[Edit]:
        """The changes as edits of the file."""
        for span, content in self._all():
            place = self.facts.range(span)
            yield Edit(self.facts.cell.index, place.start, place.end, content)

    def result(self) -> str:
        """The cell's text after the changes, without its prompts."""
        text = self.facts.written
        for (start, end), content in sorted(self._all(), reverse=True):
            text = text[:start] + content + text[end:]
        return text

    def _all(self) -> list[tuple[Span, str]]:
        """The changes and the dropped lines; what else was to change there goes with them."""
        kept = [one for one in self._changes if self.facts.row(one[0].start) not in self._lines]
        return [*kept, *((span, "") for span in self._dropped())]

    def _dropped(self) -> list[Span]:
        """The dropped lines; the last one takes the line break before it with it."""
        starts = [*self.facts.source.line_starts, len(self.text)]
        spans: list[Span] = []
        for row in sorted(self._lines):
            start = starts[row - 1]
            if spans and spans[-1].end == start:
                start = spans.pop().start
            spans.append(Span(start, starts[row]))
        if spans and spans[-1].end == len(self.text) and not self.text.endswith(("\n", "\r")):
            start, end = spans.pop()
            kept = self.text[:start]
            cut = start - (2 if kept.endswith("\r\n") else int(start > 0))
            spans.append(Span(cut, end))
        return spans
