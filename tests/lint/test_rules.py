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


@pytest.mark.skipif(sys.version_info < (3, 10), reason="match is new in Python 3.10")
def test_the_cases_of_a_match_do_not_contradict_each_other():
    cases = (
        "match x:\n"
        "    case 1:\n        smuggle a  # pip: a==1\n"
        "    case _:\n        smuggle a  # pip: a==2\n        smuggle a  # pip: a==3"
    )
    assert found_in(f"# %%\nimport davos\n# %%\n{cases}") == [(9, "DAV303")]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="except* is new in Python 3.11")
def test_several_handlers_of_an_exception_group_may_run():
    cases = (
        "try:\n    smuggle a  # pip: a==1\n"
        "except* OSError:\n    smuggle a  # pip: a==2\n"
        "except* ValueError:\n    smuggle a  # pip: a==3"
    )
    assert found_in(f"# %%\nimport davos\n# %%\n{cases}") == [(9, "DAV303")]
