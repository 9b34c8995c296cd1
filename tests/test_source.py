"""Offsets, rows and columns, and errors that point at a place."""

from __future__ import annotations

import sys
import traceback

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


LONG = "x = 1; " * 100


@pytest.mark.parametrize(
    ("text", "column", "excerpt"),
    [
        ("a" * 200, 200, ("a" * 200, 0)),
        ("a" * 300, 1, ("a" * 200 + "...", 0)),
        ("a" * 300, 301, ("..." + "a" * 200, -97)),
        ("b" * 500 + "c" + "b" * 500, 501, ("..." + "b" * 100 + "c" + "b" * 99 + "...", -397)),
    ],
)
def test_a_long_row_is_cut_around_the_place(text, column, excerpt):
    source = Source(f"1\n{text}\r\n2")
    assert source.excerpt(Location(2, column)) == excerpt
    shown, shift = excerpt
    assert column > len(text) or shown[column + shift - 1] == text[column - 1]


def test_the_caret_of_an_error_in_a_long_row_is_under_the_word():
    text = f"{LONG}smuggle bad;{LONG}"
    start = text.index("bad")
    error = Source(text).error(DavosParserError, "no", Span(start, start + 3))
    assert error.text[error.offset - 1 : error.end_offset - 1] == "bad"
    assert len(error.text) < 210
    assert (error.lineno, error.span) == (1, Span(start, start + 3))
    lines = traceback.format_exception_only(DavosParserError, error)
    shown, carets = lines[-3:-1]
    marked = shown[carets.index("^") : carets.rindex("^") + 1]
    assert marked == ("bad" if sys.version_info >= (3, 10) else "b")  # 3.9 marks the first only


def test_carets_end_with_the_excerpt():
    error = Source("a" * 10_000).error(DavosParserError, "no", Span(0, 10_000))
    assert error.end_offset == len("a" * 200 + "...") + 1


@pytest.mark.parametrize(
    ("encoding", "units"),
    [
        ("utf-8", [0, 1, 3, 6, 10, 11, 11]),
        ("utf-16", [0, 1, 2, 3, 5, 6, 6]),
        ("utf-32", [0, 1, 2, 3, 4, 5, 5]),
    ],
)
def test_columns_are_counted_in_units_of_an_encoding(encoding, units):
    source = Source("1\naé€𝒳b\n2")
    assert [source.units(Location(2, column), encoding) for column in range(1, 8)] == units
    assert [source.column(2, unit, encoding) for unit in units] == [1, 2, 3, 4, 5, 6, 6]


def test_a_unit_within_a_character_is_at_the_character():
    source = Source("é𝒳")
    assert [source.column(1, unit, "utf-8") for unit in range(8)] == [1, 1, 2, 2, 2, 2, 3, 3]
    assert [source.column(1, unit, "utf-16") for unit in range(5)] == [1, 2, 2, 3, 3]
