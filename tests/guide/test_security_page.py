"""The page about security names tests that exist."""

import ast
import re
from pathlib import Path

import pytest

import davos

ROOT = Path(__file__).parent.parent.parent
PAGE = Path(davos.__file__).parent / "guide" / "security.md"
TEXT = PAGE.read_text(encoding="utf-8").partition("## Who can do what\n")[2]
ITEMS = re.findall(r"^- (.*)\n(?:  [^-].*\n)*((?:  - .*\n)*)", TEXT, re.MULTILINE)
NAMED = re.findall(r"^  - `(tests/[\w/]+\.py)::(test_\w+)`$", TEXT, re.MULTILINE)


@pytest.mark.parametrize(("item", "shown_by"), ITEMS)
def test_each_item_names_tests_or_says_why_there_is_none(item, shown_by):
    assert item.startswith(("can ", "cannot "))
    for line in shown_by.splitlines() or [""]:
        assert line.startswith(("  - `tests/", "  - no test: "))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_that_the_page_names_exists(file, name):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_no_name_of_a_test_is_passed_over():
    assert len(NAMED) == TEXT.count("::test_") > 15
