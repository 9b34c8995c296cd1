"""Places in a text, as data: offsets, and rows and columns."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Location", "Span"]


class Span(NamedTuple):
    """A half-open range of offsets in a source text, in code points."""

    start: int
    end: int


class Location(NamedTuple):
    """A place in a text: row and column, both from 1, in code points."""

    row: int
    column: int
