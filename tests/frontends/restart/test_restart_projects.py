"""A restart in place for the packages of another project."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

OTHER = "davos.project = 'other'\nsmuggle dvts  # pip: dvts==1.0\nsmuggle dvtc  # pip: dvtc==2.0"


@pytest.fixture
def pure(index):
    """A package without compiled modules, in two versions."""
    for number in ("1.0", "2.0"):
        index("dvts", number, {"dvts.py": f"__version__ = {number!r}\n"})


@pytest.mark.usefixtures("pure")
def test_a_rerun_that_failed_leaves_nothing_of_the_other_project(front_end):
    front_end.run("assert dvtc.__version__ == '1.0'")
    front_end.run("import sys; before = list(sys.path)")
    failed = front_end.run(OTHER)
    assert failed.reply["ename"] == "AssertionError"
    found = front_end.run("smuggle dvts  # pip: dvts==2.0\nprint(dvts.__version__, dvts.__file__)")
    assert "installed dvts 2.0 (project quickstart)\n2.0 " in found.shown
    assert "other" not in front_end.run("import sys; print(sys.path)").shown
    told = front_end.run("davos.preview()").shown
    assert "runs 5 cells (not [4], [5], which the last rerun did not reach) again" in told


@pytest.mark.usefixtures("pure")
def test_a_cell_that_renames_the_project_runs_again(front_end):
    front_end.run("smuggle dvts  # pip: dvts==1.0")
    front_end.run("davos.project.rename('kept')")
    for number in ("2.0", "3.0"):
        code = f"smuggle dvtc  # pip: dvtc=={number}"
        again = front_end.run(f"{code}\nprint(dvts.__version__, davos.project)")
        assert f"installed dvtc {number} (project kept)" in again.shown
        assert again.shown.endswith("1.0 Project('kept')\n")
    packages = front_end.run("print(davos.project.installed_packages)")
    assert packages.shown == "[('dvtc', '3.0'), ('dvts', '1.0')]\n"
    refused = front_end.run("davos.Project('dvt').rename('kept')")
    assert "there is a project 'kept' already" in refused.shown


@pytest.mark.usefixtures("pure")
def test_a_cell_that_renames_the_project_and_then_restarts_runs_again(front_end):
    again = front_end.run(
        "davos.project.rename('kept')\nsmuggle dvtc  # pip: dvtc==2.0\ndvtc.__version__"
    )
    assert again.shown.endswith("ran 2 cells again\n'2.0'\n")


@pytest.mark.usefixtures("pure")
def test_the_other_project_stays_in_use_once_it_is_reached(front_end):
    again = front_end.run(f"{OTHER}\nprint(dvts.__version__, dvtc.__version__)")
    assert again.shown.endswith("ran 2 cells again\n1.0 2.0\n")
    paths = front_end.run("import sys; print([path for path in sys.path if 'other' in path])")
    assert paths.shown.count("other") == 1
    front_end.run("davos.project = 'third'")
    assert "other" not in front_end.run("print(sys.path)").shown
