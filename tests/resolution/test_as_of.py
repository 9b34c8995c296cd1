"""The date of a lock: given, or the document's own."""

import json
import os
import shutil
import subprocess
from datetime import datetime, timezone

import pytest

from davos.exceptions import LockError
from davos.resolution.as_of import is_to_come, own_date, read_as_of


@pytest.mark.parametrize(
    ("text", "cutoff"),
    [
        ("2023-10-01", "2023-10-02T00:00:00Z"),
        ("2023-12-31", "2024-01-01T00:00:00Z"),
        ("2023-10-01T12:00:00Z", "2023-10-01T12:00:00Z"),
        ("2023-10-01T12:00:00+02:00", "2023-10-01T10:00:00Z"),
    ],
)
def test_a_day_counts_to_its_end_and_a_time_to_the_second(text, cutoff):
    assert read_as_of(text) == (text, cutoff)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2023", "2023-13-01", "yesterday", "2023-10-01T12:00:00", "P7D"),
        *("9999-12-31", "0001-01-01", "0001-01-01T00:00:00+14:00", "1970-01-01"),
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="is not a date such as"):
        read_as_of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-10-01", False),
        ("2023-10-02", False),  # it has begun in the east
        ("2023-10-03", True),
        ("2023-10-01T10:00:00Z", False),
        ("2023-10-01T23:00:00+10:00", True),
    ],
)
def test_a_date_that_has_come_nowhere_is_to_come(text, expected):
    now = datetime(2023, 10, 1, 12, tzinfo=timezone.utc)
    assert is_to_come(read_as_of(text), now) is expected


def notebook(path, *metadata):
    cells = [{"cell_type": "code", "source": "", "metadata": one} for one in metadata]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    return str(path)


def test_the_last_execution_in_the_metadata_is_the_date(tmp_path):
    cells = [
        {"execution": {"shell.execute_reply": f"2023-10-0{day}T23:00:00Z"}} for day in (2, 3, 1)
    ]
    assert own_date(notebook(tmp_path / "a.ipynb", *cells)).text == "2023-10-03"


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_else_the_last_commit_is(tmp_path, monkeypatch):
    path = notebook(tmp_path / "a.ipynb", {})
    env = {**os.environ, "GIT_COMMITTER_DATE": "2022-05-06T12:00:00Z", "HOME": str(tmp_path)}
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path)]
    for words in (["init", "-q"], ["add", "a.ipynb"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *words], env=env, check=True)
    assert own_date(path).text == "2022-05-06"


def test_without_either_the_error_says_to_give_one(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(LockError, match=r"no execution times.*--as-of 2023-10-01"):
        own_date(notebook(tmp_path / "a.ipynb", {}))
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.py").touch()
    with pytest.raises(LockError, match="give a date"):
        own_date(str(tmp_path / "a.py"))
