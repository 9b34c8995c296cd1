"""Source text, places in it, and errors that point at them.

The only module that converts between offsets and rows and columns. Offsets
count code points from 0; rows and columns count code points from 1, as ruff's
do. Lines end where CPython's tokenizer ends them: LF, CR LF or a lone CR.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TypeVar

from davos.credentials import blanked, masked
from davos.exceptions import DavosParserError
from davos.span import Location, Span

__all__ = ["LINE_BREAK", "Source"]

LINE_BREAK = re.compile(r"\r\n?|\n")
"""What ends a line for CPython's tokenizer."""

_Error = TypeVar("_Error", bound=DavosParserError)


class Source:
    """A source text with its file name."""

    def __init__(self, text: str, filename: str = "<unknown>") -> None:
        self.text = text
        self.filename = filename
        self._starts: list[int] | None = None

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
        starts = self.line_starts
        end = starts[row] if row < len(starts) else len(self.text)
        return self.text[starts[row - 1] : end].rstrip("\r\n")

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
        arguments, so they are set afterwards).
        """
        start, end = self.location(span.start), self.location(span.end)
        line = blanked(self.line(start.row)) + "\n"
        error = kind(masked(message), (self.filename, start.row, start.column, line))
        error.end_lineno, error.end_offset = end.row, end.column
        error.span = span
        if code is not None:
            error.code = code
        return error
