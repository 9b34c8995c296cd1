"""What a document asks for, with and without onion comments."""

import pytest

from davos.documents.reader import read_text
from davos.resolution.asked import asked_in, unreadable_in


def asked(text, name="a.py"):
    return [(one.shown, one.top_level, one.written) for one in asked_in(read_text(text, name))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("smuggle six  # pip: six==1.16", [("six==1.16 (row 1)", True, True)]),
        ("smuggle six", [("six (row 1)", True, False)]),
        ("smuggle sklearn.svm", [("scikit-learn (row 1)", True, False)]),
        ("from google.cloud smuggle storage", [("google-cloud-storage (row 1)", True, False)]),
        ("smuggle a, b  # pip: a==1", [("a==1 (row 1)", True, True), ("b (row 1)", True, False)]),
        ("smuggle os, b  # pip: six", [("b (row 1)", True, False)]),
        ("smuggle a, os, davos, b", [("a (row 1)", True, False), ("b (row 1)", True, False)]),
        ("smuggle a, b  # pip: a==", [("b (row 1)", True, False)]),
        ("if x:\n    smuggle six  # pip: six", [("six (row 2)", False, True)]),
        ("def f():\n    smuggle six", [("six (row 2)", False, False)]),
        ("smuggle os  # pip: six\nsmuggle json", []),
        ("smuggle davos  # pip: davos", []),
        ("from . smuggle a  # pip: a", []),
        ("smuggle six  # pip: six==", []),
        ("smuggle six  # conda: six=1.16", [("conda: six[version='1.16.*'] (row 1)", True, True)]),
        ("smuggle six  # conda: six=", []),
        ("import six", []),
    ],
)
def test_each_statement_counts_that_may_install_something(text, expected):
    assert asked(text) == expected


def test_a_module_beside_the_document_needs_no_distribution(tmp_path):
    for name in ("helper.py", "a.py"):
        (tmp_path / name).touch()
    assert asked("smuggle helper", str(tmp_path / "a.py")) == []


def test_the_cell_is_named():
    assert asked("# %%\nx = 1\n# %%\nsmuggle six\n") == [("six (cell 2, row 4)", True, False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("smuggle six  # pip: six==1\nif (:\n", []),  # its cell does not run
        ("x\nsmuggle six  # pip: six==", ["row 2 is not in the lock: 'six=='"]),
        ("smuggle six  # conda: six==", ["row 1 is not in the lock: 'six=='"]),
        ("smuggle six.", ["row 1 is not in the lock: "]),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(text, expected):
    found = unreadable_in(read_text(text, "a.py"))
    assert [one[: len(begin)] for one, begin in zip(found, expected)] == expected
    assert len(found) == len(expected)
