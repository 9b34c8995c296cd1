"""Edits of cells and files, in their bytes."""

import pytest

from davos.documents.diagnostic import Fix
from davos.documents.edits import Edit, apply_edits, compatible
from davos.span import Location


def edit(start, end, content="", cell=None):
    return Edit(cell, Location(*start), Location(*end), content)


NOTEBOOK = b'{"cells": [{"cell_type": "markdown"}, {"cell_type": "code", "source": ["a\\n", "b"]}]}'


@pytest.mark.parametrize(
    ("name", "before", "edits", "after"),
    [
        ("a.py", b"one\ntwo\n", [edit((1, 1), (1, 4), "1"), edit((2, 1), (2, 1), ">")], b"1\n>two\n"),
        ("a.py", b"one\r\ntwo", [edit((1, 4), (2, 1))], b"onetwo"),
        ("a.py", b"# coding: latin-1\n\xe9 = 1", [edit((2, 1), (2, 2), "\xe8")],
         b"# coding: latin-1\n\xe8 = 1"),
        ("a.md", b"text\n", [edit((2, 1), (2, 1), "more")], b"text\nmore"),
        ("a.ipynb", NOTEBOOK, [edit((1, 1), (2, 1), "", 2)], NOTEBOOK.replace(b'"a\\n", ', b"")),
        ("a.ipynb", NOTEBOOK, [edit((2, 2), (2, 2), '"', 2)], NOTEBOOK.replace(b'"b"', b'"b\\""')),
    ],
)  # fmt: skip
def test_only_the_ranges_change(name, before, edits, after):
    assert apply_edits(before, name, edits) == after
    assert apply_edits(before, name, reversed(edits)) == after


def test_a_cell_without_source_cannot_be_edited():
    with pytest.raises(ValueError, match="cell 1 has no source"):
        apply_edits(NOTEBOOK, "a.ipynb", [edit((1, 1), (1, 1), "x", 1)])


def fix(*edits):
    return Fix("title", "safe", edits)


@pytest.mark.parametrize(
    ("second", "both"),
    [
        (fix(edit((1, 4), (1, 5))), True),
        (fix(edit((1, 3), (1, 5))), False),  # side by side: their order would matter
        (fix(edit((1, 2), (1, 2))), False),
        (fix(edit((2, 1), (2, 2)), edit((1, 1), (1, 1))), False),  # wholly or not at all
        (fix(edit((1, 1), (1, 3), cell=2)), True),
    ],
)
def test_a_change_that_touches_an_earlier_one_is_left_out(second, both):
    first = fix(edit((1, 1), (1, 3)))
    assert compatible([first, second]) == ([first, second] if both else [first])
