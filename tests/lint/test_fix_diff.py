"""The rows that a fix changes, as people see them."""

import pytest

from davos.documents.diagnostic import Fix
from davos.documents.edits import Edit
from davos.documents.reader import read_document
from davos.lint.checker import check_document
from davos.lint.reports.fix_diff import fix_diff, with_diffs
from davos.lint.settings import Settings
from davos.source import Source
from davos.span import Location

TEXT = "a\nb\nc\nd\ne\nf\ng\n"


def edit(start, end, content, cell=None):
    return Edit(cell, Location(*start), Location(*end), content)


def shown(text, *edits):
    lines = fix_diff({None: Source(text), 1: Source(text), 2: Source(text)}, Fix("", "safe", edits))
    return [f"{line.row or ''}{line.sign}{line.text}" for line in lines]


@pytest.mark.parametrize(
    ("edits", "lines"),
    [
        pytest.param([edit((3, 1), (3, 2), "X")], ["2 b", "-c", "3+X", "4 d"], id="changed"),
        pytest.param([edit((1, 1), (1, 2), "X")], ["-a", "1+X", "2 b"], id="first row"),
        pytest.param([edit((7, 1), (7, 2), "X")], ["6 f", "-g", "7+X"], id="last row"),
        pytest.param([edit((3, 1), (4, 1), "")], ["2 b", "-c", "3 d"], id="taken away"),
        pytest.param([edit((3, 1), (3, 1), "X\n")], ["2 b", "3+X", "4 c"], id="added"),
        pytest.param(
            [edit((2, 2), (2, 2), "X"), edit((4, 1), (4, 2), "Y")],
            ["1 a", "-b", "2+bX", "3 c", "-d", "4+Y", "5 e"],
            id="near each other",
        ),
        pytest.param(
            [edit((1, 1), (2, 1), ""), edit((6, 1), (6, 2), "Y")],
            ["-a", "1 b", "4 e", "-f", "5+Y", "6 g"],
            id="far from each other",
        ),
    ],
)
def test_the_rows_of_a_fix(edits, lines):
    assert shown(TEXT, *edits) == lines


def test_the_rows_of_two_cells_are_counted_each_from_its_own_first():
    edits = [edit((1, 1), (2, 1), "", 1), edit((3, 1), (3, 2), "X", 2)]
    assert shown(TEXT, *edits) == ["-a", "1 b", "2 b", "-c", "3+X", "4 d"]


def test_what_a_finding_shows_does_not_grow_with_its_row():
    assert shown("x" * 2000 + "\n", edit((1, 1), (1, 2), "y")) == []


def test_a_secret_in_a_row_is_not_shown():
    text = "smuggle six  # pip: six=1 -i https://user:secret@host.invalid/simple\n"
    document = read_document(text.encode(), "a.py")
    found = with_diffs(document, check_document(document, Settings()))
    lines = [line for one in found if one.fix for line in one.fix.diff]
    assert any(line.sign == "+" for line in lines)
    assert "secret" not in str(lines)


@pytest.mark.parametrize(
    ("name", "text", "row"),
    [
        ("a.py", "# %%\nimport davos\n# %%\nsmuggle six  # pip: six=1\n", 4),
        ("a.qmd", "# a\n\n```{python}\nimport davos\nsmuggle six  # pip: six=1\n```\n", 5),
    ],
)
def test_rows_of_a_text_notebook_are_those_of_its_file(name, text, row):
    document = read_document(text.encode(), name)
    found = with_diffs(document, check_document(document, Settings()))
    (one,) = (one for one in found if one.code == "DAV103")
    assert [(line.sign, line.row) for line in one.fix.diff][1:3] == [("-", None), ("+", row)]
