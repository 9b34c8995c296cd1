"""What each rule finds, row by row: the cases carry their expectations behind `#!`."""

import re
import sys
from pathlib import Path

import pytest

from davos.lint import Settings, check_document, read_document
from davos.lint.registry import RULES

CASES = sorted((Path(__file__).parent.parent / "cases" / "lint").glob("*.py"))
EXPECTED = re.compile(r"[ \t]*#!(?P<codes>[^\r\n]*)")


# what no conda onion comment can break: VCS URLs, imports, lines of pip, no onion comment at all;
# DAV310 and DAV311 are tested in `rules/test_lock_rules.py`
NOT_OF_CONDA = {"DAV302", "DAV307", "DAV308", "DAV309", "DAV310", "DAV311"}


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


def test_every_rule_about_onion_comments_has_a_row_with_one_of_conda():
    rows = [row for path in CASES for row in path.read_text("utf-8").split("\n")]
    of_conda = [row for row in rows if re.search(r"# *conda\b.*#!", row, re.IGNORECASE)]
    found = {code for row in of_conda for code in EXPECTED.search(row)["codes"].split()}
    wanted = {code for code in RULES if code[:4] in {"DAV1", "DAV3"}}
    assert wanted - found == NOT_OF_CONDA


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
