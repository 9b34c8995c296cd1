"""Positions as the client counts them: lines from 0, columns in units of an encoding.

Lines end at LF, CR LF or CR, as the protocol says; not at form feeds or U+2028, where
`str.splitlines` would end them.
"""

from __future__ import annotations

from lsprotocol.types import Position, Range

from davos.source import Encoding, Source
from davos.span import Location

__all__ = ["Encoding", "Text"]


class Text:
    """A text and the client's way to count in it."""

    def __init__(self, text: str, encoding: Encoding) -> None:
        self.text = text
        self.encoding = encoding
        self.source = Source(text)

    def location(self, position: Position) -> Location:
        """The place of a position; behind the end of a line (or the text) stands for that end."""
        rows = len(self.source.line_starts)
        if position.line >= rows:
            return Location(rows, len(self.source.line(rows)) + 1)
        row = max(position.line, 0) + 1
        units = max(position.character, 0)
        return Location(row, self.source.column(row, units, self.encoding))

    def offset(self, position: Position) -> int:
        """The offset of a position."""
        return self.source.offset(self.location(position))

    def position(self, location: Location) -> Position:
        """The position of a place; one behind the text stands for its end."""
        row = min(location.row, len(self.source.line_starts))
        return Position(row - 1, self.source.units(Location(row, location.column), self.encoding))

    def rows(self, first: int, end: int) -> Range:
        """The range of the rows from one on, counted from 0, before another."""
        rows = len(self.source.line_starts)
        last = self.position(self.source.location(len(self.text)))
        return Range(Position(first, 0), Position(end, 0) if end < rows else last)

    def range(self, start: Location, end: Location) -> Range:
        """The range between two places."""
        return Range(self.position(start), self.position(end))

    def replaced(self, place: Range, content: str) -> Text:
        """The text after an edit."""
        start, end = sorted((self.offset(place.start), self.offset(place.end)))
        return Text(self.text[:start] + content + self.text[end:], self.encoding)
