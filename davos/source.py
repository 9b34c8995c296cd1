"""Source text, places in it, and errors that point at them.

The only module that converts between offsets and rows and columns. Offsets
count code points from 0; rows and columns count code points from 1, as ruff's
do. Lines end where CPython's tokenizer ends them: LF, CR LF or a lone CR.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from itertools import accumulate
from typing import Literal, NamedTuple, TypeVar

from davos.credentials import blanked, masked
from davos.exceptions import DavosParserError
from davos.span import Location, Span

__all__ = ["LINE_BREAK", "Encoding", "Excerpt", "Source"]

LINE_BREAK = re.compile(r"\r\n?|\n")
"""What ends a line for CPython's tokenizer."""

Encoding = Literal["utf-8", "utf-16", "utf-32"]
"""What columns can be counted in: bytes, UTF-16 code units or code points."""

_Error = TypeVar("_Error", bound=DavosParserError)
_LONGEST = 200
_BEFORE = 100
_CUT = "..."


class Excerpt(NamedTuple):
    """A row as it is shown around a place: whole, or cut, with `...` for what is left out.

    `shift` is what turns a column of the row into one of `text`.
    """

    text: str
    shift: int = 0


class Source:
    """A source text with its file name."""

    def __init__(self, text: str, filename: str = "<unknown>") -> None:
        self.text = text
        self.filename = filename
        self._starts: list[int] | None = None
        self._rows: dict[int, str] = {}
        self._sums: dict[tuple[int, Encoding], array[int]] = {}

    @property
    def line_starts(self) -> list[int]:
        """The offset at which each line starts."""
        if self._starts is None:
            self._starts = [0, *(end.end() for end in LINE_BREAK.finditer(self.text))]
        return self._starts

    @property
    def lines(self) -> list[str]:
        """The lines with their ends; one that is empty where the text ends with a line end."""
        starts = self.line_starts
        return [self.text[start:end] for start, end in zip(starts, [*starts[1:], len(self.text)])]

    def location(self, offset: int) -> Location:
        """The row and column of an offset."""
        row = bisect_right(self.line_starts, offset)
        return Location(row, offset - self.line_starts[row - 1] + 1)

    def offset(self, place: Location) -> int:
        """The offset of a row and column."""
        return self.line_starts[place.row - 1] + place.column - 1

    def line(self, row: int) -> str:
        """The text of a row, without its line end."""
        return self.text[self.line_starts[row - 1] : self._line_end(row)]

    def excerpt(self, place: Location) -> Excerpt:
        """The row of a place, for a person: at most 200 characters of it, around the place."""
        line = self._shown(place.row)
        if len(line) <= _LONGEST:
            return Excerpt(line)
        start = max(min(place.column - 1 - _BEFORE, len(line) - _LONGEST), 0)
        last = min(start + _LONGEST, len(line))
        before = _CUT if start else ""
        behind = _CUT if last < len(line) else ""
        return Excerpt(f"{before}{line[start:last]}{behind}", len(before) - start)

    def _shown(self, row: int) -> str:
        """A row without the credentials in it; they are sought once, before it is cut."""
        if row not in self._rows:
            self._rows[row] = blanked(self.line(row))
        return self._rows[row]

    def units(self, place: Location, encoding: Encoding) -> int:
        """How many units of an encoding are before a place in its row."""
        length = self._line_end(place.row) - self.line_starts[place.row - 1]
        count = min(max(place.column - 1, 0), length)
        if encoding == "utf-32" or self.text.isascii():
            return count
        return self._units(place.row, encoding)[count]

    def column(self, row: int, units: int, encoding: Encoding) -> int:
        """The column of the character that a number of units of an encoding ends before or in."""
        if encoding == "utf-32" or self.text.isascii():
            return min(units, self._line_end(row) - self.line_starts[row - 1]) + 1
        return bisect_right(self._units(row, encoding), units)

    def _line_end(self, row: int) -> int:
        """The offset at which the line end of a row begins."""
        starts = self.line_starts
        if row == len(starts):
            return len(self.text)
        end = starts[row]
        return end - 2 if self.text[end - 2 : end] == "\r\n" else end - 1

    def _units(self, row: int, encoding: Encoding) -> array[int]:
        """How many units are before each character of a row, and before its end."""
        key = row, encoding
        if key not in self._sums:
            widths = map(_utf8_width if encoding == "utf-8" else _utf16_width, self.line(row))
            self._sums[key] = array("L", accumulate(widths, initial=0))
        return self._sums[key]

    def error(
        self,
        kind: type[_Error],
        message: str,
        span: Span,
        *,
        code: str | None = None,
    ) -> _Error:
        """An error of a kind that points at a span, for the caller to raise.

        The attributes are `SyntaxError`'s: filename, lineno, offset, text,
        end_lineno, end_offset (Python 3.9 has no room for the last two in its
        arguments, so they are set afterwards). `text` is an excerpt of a long row,
        and the offsets are places in it; `span` always holds those of the source.
        """
        start, end = self.location(span.start), self.location(span.end)
        text, shift = self.excerpt(start)
        error = kind(masked(message), (self.filename, start.row, start.column + shift, f"{text}\n"))
        error.end_lineno, error.end_offset = end.row, end.column
        if end.row == start.row:
            error.end_offset = min(end.column + shift, len(text) + 1)
        error.span = span
        if code is not None:
            error.code = code
        return error


def _utf8_width(character: str) -> int:
    return 1 + (character >= "\x80") + (character >= "\u0800") + (character >= "\U00010000")


def _utf16_width(character: str) -> int:
    return 1 + (character >= "\U00010000")
