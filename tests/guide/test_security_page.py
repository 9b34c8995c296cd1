"""The page about security names tests that exist."""

import ast
import re
from pathlib import Path

import pytest

import davos

ROOT = Path(__file__).parent.parent.parent
PAGE = Path(davos.__file__).parent / "guide" / "security.md"
ROWS = [
    row.strip("|").split(" | ")
    for row in PAGE.read_text(encoding="utf-8").splitlines()
    if row.startswith("| ca") and not row.startswith("| can or cannot |")
]
NAMED = [match for row in ROWS for match in re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row[1])]


def test_each_row_names_a_test_or_says_why_there_is_none():
    assert len(ROWS) > 15
    for _, shown_by in ROWS:
        assert "::test_" in shown_by or shown_by.strip().startswith("no test: "), shown_by


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_that_the_page_names_exists(file, name):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
