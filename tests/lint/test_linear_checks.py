"""Checking and fixing four times the text takes about four times the steps, and findings stay small."""

import pickle
import sys

import pytest

from davos.documents.diagnostic import Diagnostic, Fix
from davos.documents.edits import Edit, compatible
from davos.lint import Settings, apply_fixes, check_document, read_document
from davos.lint.reports.text import REPORTERS
from davos.span import Location

SETTINGS = Settings()

FAMILIES = {
    "errors on one line": lambda n: "smuggle a,;" * n,
    "findings on one line": lambda n: "smuggle aB;" * n,
    "findings on one line beyond ASCII": lambda n: "é;" + "smuggle aB;" * n,
    "onion comments without effect": lambda n: "smuggle a  " + "# pip: b " * n,
    "options that are found": lambda n: "smuggle a  # pip: a " + "--extra-index-url http://x " * n,
    "other sources of one package": lambda n: "".join(
        f"smuggle a  # pip: git+https://h/x{i}#egg=a\n" for i in range(n)
    ),
    "ranges of versions of one package": lambda n: "".join(
        f"smuggle a  # pip: a>={i}\n" for i in range(n)
    ),
    "comments that suppress nothing": lambda n: "smuggle a  # noqa: DAV401\n" * n,
}


def steps(work):
    """The function calls of some work: the same in each run, whatever the machine does."""
    count = 0

    def called(frame, event, argument):
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def checked_and_fixed(text, name):
    data = text.encode()
    found = check_document(read_document(data, name), SETTINGS)
    apply_fixes(data, name, found, unsafe=True)
    return found


@pytest.mark.parametrize("make", FAMILIES.values(), ids=FAMILIES)
def test_four_times_the_text_takes_about_four_times_the_steps(make):
    checked_and_fixed(make(3), "a.py")
    short, long = (steps(lambda n=n: checked_and_fixed(make(n), "a.py")) for n in (100, 400))
    assert long < 6 * short


@pytest.mark.parametrize("make", FAMILIES.values(), ids=FAMILIES)
def test_a_finding_in_a_long_row_is_small(make):
    for one in checked_and_fixed(make(1000), "a.py"):
        assert len(one.text) <= 206
        assert len(pickle.dumps(one)) < 2000


def test_every_format_shows_a_bounded_part_of_a_long_row():
    found = checked_and_fixed("smuggle aB;" * 1000, "a.py")
    for name, report in REPORTERS.items():
        per_finding = sum(map(len, report(found))) / len(found)
        assert per_finding < 2500, name


def test_the_carets_of_a_cut_row_are_under_the_finding():
    found = checked_and_fixed("x = 1; " * 100 + "smuggle aB; " + "y = 2; " * 100, "a.py")
    shown = "".join(REPORTERS["full"](found)).splitlines()
    row, carets = shown[2:4]
    assert row.startswith("1 | ...")
    assert row.endswith("...")
    assert row[carets.index("^") : carets.rindex("^") + 1].startswith("aB")


def finding(*columns):
    edits = tuple(Edit(None, Location(1, a), Location(1, b), "") for a, b in columns)
    fix = Fix("", "safe", edits)
    return Diagnostic("a", None, Location(1, 1), Location(1, 1), "", "", "", fix)


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ([finding((1, 3)), finding((3, 4))], [0]),
        ([finding((1, 3)), finding((4, 5)), finding((2, 2))], [0, 1]),
        ([finding((5, 6), (1, 2)), finding((3, 4)), finding((4, 9)), finding((7, 8))], [0, 1, 3]),
        ([finding((1, 1)), finding((1, 1)), finding()], [0, 2]),
        ([finding((4, 4)), finding((1, 9)), finding((5, 5))], [0, 2]),
    ],
)
def test_changes_that_touch_an_earlier_one_are_left_out(changes, kept):
    assert compatible(changes) == [changes[index] for index in kept]


def test_comparing_changes_takes_few_steps():
    changes = [finding((3 * i + 1, 3 * i + 2)) for i in range(2000)]
    assert steps(lambda: compatible(changes)) < 40 * len(changes)


def test_an_edit_of_a_long_string_of_escapes_takes_few_steps():
    text = '{"cells": [{"cell_type": "code", "source": "smuggle json' + "\\n\\u00e9" * 2000 + '"}]}'
    edits = [Edit(1, Location(row, 1), Location(row, 2), "x") for row in range(2, 1500)]
    from davos.documents.edits import apply_edits

    assert steps(lambda: apply_edits(text.encode(), "a.ipynb", edits)) < 100 * len(edits)
