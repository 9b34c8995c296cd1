"""DAV211: which scripts say that plain Python runs them."""

from __future__ import annotations

import pytest

from davos.lint import Settings, check_document, read_document

GUARD = 'smuggle os\nif __name__ == "__main__":\n    print(os)\n'


def found_in(text, filename="/nosuch/s.py"):
    document = read_document(text.encode(), filename)
    found = check_document(document, Settings())
    return [(one.location.row, one.location.column) for one in found if one.code == "DAV211"]


SHEBANGS = [
    ("#!/usr/bin/env python3", True),
    ("#!/usr/bin/python3.11 -O", True),
    ("#! /usr/bin/env -S X=1 pypy3", True),
    ("#!/usr/bin/env -S davos run", False),
    ("#!/usr/bin/env -S python3 -m davos run", False),
    ("#!/usr/bin/env ipython", False),
    ("#!/bin/sh", False),
    ("# !/usr/bin/env python3", False),
]


@pytest.mark.parametrize(("line", "expected"), SHEBANGS)
def test_a_first_line_that_names_python(line, expected):
    assert found_in(f"{line}\nsmuggle os\n") == [(1, 1)] * expected
    assert found_in(f"\n{line}\nsmuggle os\n") == [], "the system reads the first line only"
    assert found_in(f"{line}\nimport os\nprint('smuggle os')\n") == []


GUARDED = [
    (GUARD, [(2, 4)]),
    (GUARD.replace('__name__ == "__main__"', "'__main__' == __name__"), [(2, 4)]),
    (f"'''Run it with `davos run s.py`.'''\n{GUARD}", []),
    (f"# see first.ipynb\n{GUARD}", []),
    (f"#!/usr/bin/env -S davos run\n{GUARD}", []),
    (f"# %%\nimport davos\n# %%\n{GUARD}", []),
    ("def f():\n    " + GUARD.replace("\n", "\n    "), []),
    (GUARD.replace("__main__", "other"), []),
    ("if __name__ == '__main__':\n    print()\n", []),
]


@pytest.mark.parametrize(("text", "expected"), GUARDED)
def test_a_main_part(text, expected):
    assert found_in(text) == expected


@pytest.mark.parametrize("name", ["test_s.py", "s_test.py", "conftest.py"])
def test_what_pytest_collects_is_left_alone(name):
    assert found_in(GUARD, f"/nosuch/{name}") == []


def test_a_module_beside_a_notebook_is_left_alone(tmp_path):
    path = str(tmp_path / "s.py")
    assert found_in(GUARD, path) == [(2, 4)]
    (tmp_path / "nb.ipynb").touch()
    assert found_in(GUARD, path) == []
    assert found_in(f"#!/usr/bin/env python3\n{GUARD}", path) == [(1, 1)]


def test_the_first_line_can_be_fixed():
    document = read_document(b"#!/usr/bin/env python3\nsmuggle os\n", "/nosuch/s.py")
    (one,) = check_document(document, Settings())
    assert one.fix.applicability == "unsafe"
    assert [edit.content for edit in one.fix.edits] == ["#!/usr/bin/env -S davos run"]
