"""What each rule finds, row by row: the cases carry their expectations behind `#!`."""

import re
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
