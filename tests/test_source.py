"""Offsets, rows and columns, and errors that point at a place."""

from __future__ import annotations

import pytest

from davos.exceptions import DavosParserError, OnionArgumentError
from davos.source import Source
from davos.span import Location, Span

TEXT = "a\nbé\r\nc\rd\x0ce\u2028f"


@pytest.mark.parametrize(
    ("offset", "location"),
    [(0, (1, 1)), (1, (1, 2)), (2, (2, 1)), (4, (2, 3)), (6, (3, 1)), (8, (4, 1)), (12, (4, 5))],
)
def test_lines_end_where_pythons_tokenizer_ends_them(offset, location):
    assert Source(TEXT).location(offset) == Location(*location)


def test_a_line_has_no_line_end():
    assert [Source(TEXT).line(row) for row in (1, 2, 3, 4)] == ["a", "bé", "c", "d\x0ce\u2028f"]


@pytest.mark.parametrize("kind", [DavosParserError, OnionArgumentError])
def test_an_error_is_a_syntax_error_with_its_place(kind):
    error = Source("x\nsmuggle y", "a.py").error(kind, "no", Span(2, 9), code="DAV199")
    assert isinstance(error, SyntaxError)
    assert (error.msg, error.filename, error.lineno, error.offset) == ("no", "a.py", 2, 1)
    assert (error.text, error.end_lineno, error.end_offset) == ("smuggle y\n", 2, 8)
    assert (error.span, error.code) == (Span(2, 9), "DAV199")
