"""Locks read and written: in notebooks, and beside other documents."""

import json
import sys
from pathlib import Path

import pytest

from davos.exceptions import LockError, NotebookError
from davos.resolution.lock_document import lock_path, parse_lock, read_lock, remove_lock, write_lock

HASH = "0" * 64
CONTENT = {
    "lock-version": "1.0",
    "created-by": "davos",
    "requires-python": "==3.11.*",
    "packages": [
        {
            "name": "six",
            "version": "1.16.0",
            "wheels": [
                {
                    "url": "https://example.org/six-1.16.0-py2.py3-none-any.whl",
                    "hashes": {"sha256": HASH},
                }
            ],
        }
    ],
    "tool": {
        "davos": {
            "requirements": ["six==1.16.0"],
            "python": "3.11",
            "as-of": "2023-10-01",
            "trees": {"local": HASH},
        }
    },
}
NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def made(path, content=NOTEBOOK):
    path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    return path


@pytest.fixture(params=["a.ipynb", "a.py", "a.md"])
def document(request, tmp_path):
    path = tmp_path / request.param
    return made(path) if path.suffix == ".ipynb" else path


@pytest.mark.parametrize(
    ("document", "lock"),
    [
        ("x/a.ipynb", "x/a.ipynb"),
        ("x/A.IPYNB", "x/A.IPYNB"),
        ("x/a.py", "x/pylock.a.toml"),
        ("x/a.md", "x/pylock.a.toml"),
        ("x/a.b.py", "x/pylock.a_b.toml"),
        ("x/pylock.toml", "x/pylock.toml"),
        ("x/pylock.a.toml", "x/pylock.a.toml"),
    ],
)
def test_a_lock_is_in_the_notebook_or_beside_the_document(document, lock):
    assert lock_path(document) == Path(lock)


def test_what_is_written_is_read_again_and_can_be_taken_away(document):
    before = document.read_bytes() if document.exists() else None
    assert read_lock(document) is None
    assert remove_lock(document) is False
    write_lock(document, parse_lock(CONTENT, document).pylock)
    lock = read_lock(document)
    assert lock.path == lock_path(document)
    assert lock.pylock.to_dict() == CONTENT
    assert (lock.requirements, lock.python, lock.as_of) == (("six==1.16.0",), "3.11", "2023-10-01")
    assert (lock.platform, lock.trees, lock.notes) == (None, {"local": HASH}, ())
    assert remove_lock(document) is True
    assert read_lock(document) is None
    assert (document.read_bytes() if document.exists() else None) == before


def test_only_the_metadata_of_a_notebook_change(tmp_path):
    cells = [{"cell_type": "raw", "metadata": {}, "source": "\u00e9 \ud83d\ude00"}]
    path = made(tmp_path / "a.ipynb", {**NOTEBOOK, "cells": cells, "metadata": {"x": 1, "a": 2}})
    before = path.read_text("utf-8")
    write_lock(path, parse_lock(CONTENT, path).pylock)
    after = path.read_text("utf-8")
    kept = before.split('  "x"')
    assert after.startswith(kept[0])
    assert after.endswith('\n  "x"' + kept[1])


def broken(**changes):
    return {**CONTENT, **changes}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "not a lock: it is not an object"),
        ("text", "not a lock: it is not an object"),
        ({}, "not a valid lock at lock-version: Missing required value"),
        (
            broken(**{"lock-version": "2.0"}),
            "not a valid lock: pylock version 2.0 is not supported",
        ),
        (broken(packages={}), "not a valid lock at packages: Unexpected type dict"),
        (
            broken(packages=[{"name": "A_b"}]),
            r"at packages\[0\].name: Name 'A_b' is not normalized",
        ),
        (broken(packages=[{"name": "a"}]), r"not a valid lock at packages\[0\]"),
        (broken(**{"requires-python": "three"}), "not a valid lock at requires-python"),
    ],
)
def test_a_broken_lock_is_one_error_that_names_the_file_and_the_place(tmp_path, content, message):
    path = made(tmp_path / "a.ipynb", {**NOTEBOOK, "metadata": {"davos": {"lock": content}}})
    with pytest.raises(LockError, match=message) as raised:
        read_lock(path)
    assert str(raised.value).startswith(f"{path}: metadata.davos.lock: ")


def test_a_file_that_is_no_toml_is_named_with_the_place(tmp_path):
    (tmp_path / "pylock.a.toml").write_text("a = 1\nb = [\n")
    with pytest.raises(LockError, match=r"pylock\.a\.toml: not a lock: not valid TOML: .*"):
        read_lock(tmp_path / "a.py")


def test_a_later_minor_version_of_the_format_is_named(tmp_path, caplog):
    lock = parse_lock({**CONTENT, "lock-version": "1.3"}, tmp_path / "a")
    assert lock.newer.startswith("the lock of a has lock-version 1.3: ")
    assert parse_lock(CONTENT, tmp_path / "a").newer == ""
    assert not caplog.records


def test_odd_values_of_davos_own_table_are_passed_over(tmp_path):
    odd = {"requirements": "six", "python": 3, "trees": [1], "notes": [1, "x"]}
    lock = parse_lock({**CONTENT, "tool": {"davos": odd}}, tmp_path / "a")
    assert (lock.requirements, lock.python, lock.trees, lock.notes) == ((), None, {}, ("x",))
    for python in ("x", "3", "3.x", "3." + "9" * 5000, "-3.11"):
        assert (
            parse_lock({**CONTENT, "tool": {"davos": {"python": python}}}, tmp_path).python is None
        )
    assert parse_lock({**CONTENT, "tool": {"davos": 1}}, tmp_path / "a").requirements == ()


def test_a_notebook_that_is_none_or_missing_is_an_error(tmp_path):
    (tmp_path / "a.ipynb").write_text("{")
    with pytest.raises(NotebookError):
        read_lock(tmp_path / "a.ipynb")
    with pytest.raises(FileNotFoundError):
        read_lock(tmp_path / "b.ipynb")


def test_metadata_that_cannot_hold_a_lock_are_left_as_they_are(tmp_path):
    path = made(tmp_path / "a.ipynb", {**NOTEBOOK, "metadata": {"davos": "x"}})
    before = path.read_bytes()
    with pytest.raises(
        LockError, match=r"cannot hold a lock: metadata\.davos is not a JSON object"
    ):
        write_lock(path, parse_lock(CONTENT, path).pylock)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("module", "name"), [("packaging.pylock", "packaging"), ("tomli_w", "tomli-w")]
)
def test_without_the_extra_the_error_names_it(tmp_path, monkeypatch, module, name):
    lock = parse_lock(CONTENT, tmp_path / "a.py")
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delattr(sys.modules["packaging"], "pylock", raising=False)
    with pytest.raises(LockError, match=rf'{name}.*pip install "davos\[lock\]>=0.3"'):
        write_lock(tmp_path / "a.py", lock.pylock)
        parse_lock(CONTENT, tmp_path / "a.py")
