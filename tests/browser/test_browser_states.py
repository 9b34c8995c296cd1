"""What a user sees while packages are installed, and what davos shows of itself."""

from __future__ import annotations

import re

import pytest
from slow_index import add_large, add_source

pytestmark = [
    pytest.mark.slow,
    pytest.mark.network,
    pytest.mark.parametrize("server", ["lab"], indirect=True),
    pytest.mark.parametrize("kernel_name", ["ipykernel7"], indirect=True),
]


def test_each_state_is_seen(open_notebook, slow_index, pictures, tmp_path):
    add_large(slow_index)
    add_source(slow_index, tmp_path / "go")
    options = f"--index-url={slow_index.url} --no-cache-dir"
    page = open_notebook(
        "import davos; davos.config.pip_backend = 'pip'",
        f"smuggle dvlarge  # pip: dvlarge==1.0 {options}",
        f"smuggle dvbuilt  # pip: dvbuilt==1.0 {options}",
        "davos.project",
        "davos.config",
        "import nump",
    )
    page.start_all()
    page.wait_for_output(1, "downloading dvlarge 1.0: ")
    pictures.of_page(page, "downloading", page.cell(1))
    slow_index.more.set()
    page.wait_for_output(2, "no wheel of dvbuilt 1.0 for Python ")
    pictures.of_page(page, "building", page.cell(2))
    assert page.output(1).startswith("installed dvlarge 1.0 (project ")
    (tmp_path / "go").touch()
    page.wait_until_idle()
    assert page.output(2).startswith("installed dvbuilt 1.0 (project ")
    for index, name in enumerate(("summary", "project", "config", "missing"), 2):
        pictures.of_page(page, name, page.cell(index), height=400 if name == "config" else None)
    assert re.match(r"Project\(.*\): 2 packages, [\d.]+ MB, no lock\n+package", page.output(3))
    assert "Leave a line that says what was installed." in page.output(4)
    assert "No module named 'nump'" in page.output(5)
    assert "davos: did you mean `smuggle numpy`?" in page.output(5)
    assert page.errors == []
