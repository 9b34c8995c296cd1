"""DAV310 and DAV311: documents whose lock is out of date or missing."""

import json

import pytest

from davos.documents.reader import read_document
from davos.lint.checker import check_document
from davos.lint.settings import Settings, SettingsError, read

RULES = ("DAV310", "DAV311")


def lock(*requirements):
    return {"packages": [], "tool": {"davos": {"requirements": list(requirements)}}}


def notebook(source, held):
    metadata = {} if held is None else {"davos": {"lock": held}}
    cells = [{"cell_type": "code", "metadata": {}, "source": source}]
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4}).encode()


def found(data, name="a.ipynb", *, require=False):
    settings = Settings(select=RULES, require_lock=require)
    return [
        (one.code, one.location.row, one.location.column, one.message)
        for one in check_document(read_document(data, name), settings)
    ]


SIX = "import davos\nsmuggle six  # pip: six==1 -v"


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (lock("six==1"), []),
        (lock(), [("DAV310", 2, 21, "'six==1' is not what was locked")]),
        (
            lock("six==1", "b"),
            [("DAV310", 2, 9, "the lock holds 'b', which is not asked for any more")],
        ),
        ({"packages": []}, []),  # another program made it
        ({"tool": []}, []),
        ("text", []),
        (None, []),
    ],
)
def test_an_onion_comment_that_was_not_locked_is_found(held, expected):
    assert found(notebook(SIX, held)) == expected


def test_a_package_of_conda_has_to_be_in_the_lock_with_its_channels():
    source = "smuggle x  # conda: x -c a"
    held = lock("conda: x --channel=a")
    message = "'conda: x --channel=a' is not in the lock, which holds no such package of conda"
    assert [one[3] for one in found(notebook(source, held))] == [message]
    held["tool"]["davos"]["conda"] = [{"name": "x", "version": "1", "build": "0"}]
    assert found(notebook(source, held)) == []
    second, first = found(notebook("smuggle x  # conda: x -c b", held))
    assert first[3] == "'conda: x --channel=b' is not what was locked"
    assert "which is not asked for any more" in second[3]


def test_the_lock_of_a_script_is_the_file_beside_it(tmp_path):
    name = str(tmp_path / "a.py")
    assert found(SIX.encode(), name) == []
    (tmp_path / "pylock.a.toml").write_text("[tool.davos]\nrequirements = ['six==2']\n")
    assert [one[:2] for one in found(SIX.encode(), name)] == [("DAV310", 2), ("DAV310", 2)]
    (tmp_path / "pylock.a.toml").write_text("[")
    assert found(SIX.encode(), name) == []


@pytest.mark.parametrize(
    ("source", "count"),
    [(SIX, 1), ("import davos", 0), ("smuggle os", 0), ("smuggle six  # conda: six", 1)],
)
def test_a_missing_lock_is_found_where_the_settings_ask_for_one(source, count):
    assert [one[0] for one in found(notebook(source, None), require=True)] == ["DAV311"] * count
    assert found(notebook(source, None)) == []
    assert found(notebook(SIX, lock("six==1")), require=True) == []
    assert [one[0] for one in found(notebook(SIX, "text"), require=True)] == ["DAV311"]


def test_pyproject_says_whether_a_lock_is_asked_for(tmp_path):
    file = tmp_path / "pyproject.toml"
    for text, expected in (("", False), ("require-lock = true", True)):
        file.write_text(f"[tool.davos.check]\n{text}\n")
        assert read(file).require_lock is expected
        assert read(file).overridden(("DAV3",), (), ()).require_lock is expected
    file.write_text('[tool.davos.check]\nrequire-lock = "yes"\n')
    with pytest.raises(SettingsError, match="'require-lock' must be true or false"):
        read(file)
