"""What a kernel tells davos' extension of JupyterLab."""

from __future__ import annotations

import pytest

from davos.frontends.notebook.extension_state import ExtensionState, outdated


def cell(number, cell_id, skipped=False):
    return {"number": number, "code": "", "id": cell_id, "failed": False, "skipped": skipped}


@pytest.mark.parametrize(
    ("replayed", "later", "expected"),
    [
        ([], ["a"], []),
        ([cell(1, "a"), cell(2, "b")], [], ["a", "b"]),
        ([cell(1, "a"), cell(2, "b"), cell(3, "a")], ["b"], ["a"]),
        ([cell(1, "a", skipped=True), cell(2, None)], [None], []),
    ],
)
def test_outputs_are_outdated_until_their_cell_runs_after_the_rerun(replayed, later, expected):
    assert outdated(replayed, later) == expected


def test_the_state_is_handed_on_as_json():
    assert ExtensionState({"rows": []})._repr_json_() == {"rows": []}
