"""What each rule finds, row by row: the cases carry their expectations behind `#!`."""

import re
import sys
from pathlib import Path

import pytest

from davos.lint import Settings, check_document, read_document

CASES = sorted((Path(__file__).parent.parent / "cases" / "lint").glob("*.py"))
EXPECTED = re.compile(r"[ \t]*#!(?P<codes>[^\r\n]*)")


def found_in(text, filename="case.py", settings=None):
    document = read_document(text.encode(), filename)
    return [(d.location.row, d.code) for d in check_document(document, settings or Settings())]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_is_found_is_what_the_rows_say(path):
    rows = path.read_text(encoding="utf-8").split("\n")
    wanted = [
        (number, code)
        for number, row in enumerate(rows, 1)
        for match in EXPECTED.finditer(row)
        for code in match["codes"].split()
    ]
    assert sorted(found_in("\n".join(EXPECTED.sub("", row) for row in rows))) == wanted


@pytest.mark.parametrize(
    ("cell", "since"),
    [
        pytest.param(
            "match x:\n"
            "    case 1:\n        smuggle a  # pip: a==1\n"
            "    case _:\n        smuggle a  # pip: a==2\n        smuggle a  # pip: a==3",
            (3, 10),
            id="the cases of a match do not contradict each other",
        ),
        pytest.param(
            "try:\n    smuggle a  # pip: a==1\n"
            "except* OSError:\n    smuggle a  # pip: a==2\n"
            "except* ValueError:\n    smuggle a  # pip: a==3",
            (3, 11),
            id="several handlers of an exception group may run",
        ),
    ],
)
def test_branches_of_newer_pythons(cell, since):
    if sys.version_info < since:
        pytest.skip(f"new in Python {since[0]}.{since[1]}")
    assert found_in(f"# %%\nimport davos\n# %%\n{cell}") == [(9, "DAV303")]
