"""What the notebook asks for, beside what is installed and locked."""

from __future__ import annotations

import json

import nbformat

from davos.engine.requirements_report import report
from davos.onion.validator import validate_text

CELL = "smuggle packaging  # pip: packaging>=22\nsmuggle dvt  # pip: dvt==1.0"


WHEEL = {"url": "https://files.invalid/dvt-1.0-py3-none-any.whl", "hashes": {"sha256": "0" * 64}}


def write(path, metadata=None):
    cells = [nbformat.v4.new_code_cell(CELL)]
    path.write_text(
        json.dumps({**nbformat.v4.new_notebook(cells=cells), "metadata": metadata or {}})
    )
    return str(path)


def test_session_and_saved_notebook_are_one_table(tmp_path):
    import packaging

    asked = [validate_text("pip", "Packaging<99").requirement]
    found = report(asked, write(tmp_path / "a.ipynb"))
    assert found["lock"] is None
    assert found["problem"] == ""
    assert found["rows"] == [
        {"name": "dvt", "asked": "==1.0", "installed": "", "locked": ""},
        {
            "name": "packaging",
            "asked": "<99, >=22",
            "installed": packaging.__version__,
            "locked": "",
        },
    ]


def test_locked_versions_stand_beside_and_a_broken_lock_is_told(tmp_path):
    lock = {
        "lock-version": "1.0",
        "created-by": "test",
        "packages": [{"name": "dvt", "version": "1.0", "wheels": [WHEEL]}],
    }
    found = report([], write(tmp_path / "a.ipynb", {"davos": {"lock": lock}}))
    assert found["problem"] == ""
    assert found["lock"] == {"packages": 1, "as_of": None}
    assert [row["locked"] for row in found["rows"]] == ["1.0", ""]
    broken = report([], write(tmp_path / "b.ipynb", {"davos": {"lock": {"lock-version": 1}}}))
    assert broken["lock"] is None
    assert "lock" in broken["problem"]


def test_without_a_notebook_the_session_alone_is_shown():
    assert report([], None) == {"rows": [], "lock": None, "problem": ""}
