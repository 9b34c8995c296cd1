"""All projects: found, got, looked at, pruned."""

import os
import sys
import time

import pytest

import davos
from davos.environments import project_collection, search_path
from davos.environments.folder_size import human_size
from davos.environments.project import NOTEBOOK_FILE, AbstractProject, Project
from davos.environments.project_collection import prunable, survey
from davos.exceptions import DavosProjectError


@pytest.fixture(autouse=True)
def _restored(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(Project, "made", [])
    yield
    search_path.deactivate()


@pytest.fixture
def notebook(tmp_path):
    path = tmp_path / "there.ipynb"
    path.write_text("")
    return path


@pytest.fixture
def three(fill, notebook):
    """A named project, one with a notebook, and one whose notebook is gone."""
    return [fill(Project(name)) for name in ("named", notebook, "/x/gone.ipynb")]


def test_all_projects_are_listed_anew_each_time(three):
    assert davos.all_projects == sorted(three)
    three[0].remove(yes=True)
    assert davos.all_projects == sorted(three[1:])
    assert {type(project) for project in davos.all_projects} == {Project, AbstractProject}


def test_what_is_no_project_is_not_listed(davos_home, tmp_path):
    assert davos.all_projects == []
    folder = davos_home / "projects"
    folder.mkdir()
    (folder / "file").write_text("")
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    (folder / ".davos-trash-x").mkdir()
    assert davos.all_projects == []


def test_get_project_finds_by_name_and_by_path(three, notebook, monkeypatch):
    monkeypatch.chdir(notebook.parent)
    assert davos.get_project("named") == three[0]
    assert davos.get_project("there.ipynb") == davos.get_project(notebook) == three[1]
    assert davos.get_project("nope") is None
    with pytest.raises(DavosProjectError):
        davos.get_project("")


def test_a_project_can_be_made_and_leaves_no_folder(davos_home):
    made = davos.get_project("new", create=True)
    assert davos.get_project("new") == made
    assert davos.all_projects == [made]
    assert not list(davos_home.iterdir())
    made.remove(yes=True)
    assert davos.get_project("new") is None


def test_a_user_may_say_the_folders_name(three):
    gone = three[2]
    assert project_collection.existing_project(gone.folder) == gone
    assert project_collection.existing_project("/x/gone.ipynb") == gone
    assert project_collection.existing_project("nope") is None


def test_prune_removes_what_has_no_notebook_and_what_is_empty(three, capsys):
    Project("empty").ensure()
    davos.prune_projects(yes=True)
    assert davos.all_projects == sorted(three[:2])
    assert capsys.readouterr().out.startswith("removed 2 projects, freed ")


def test_prune_asks_for_each(three, fill, monkeypatch, capsys):
    fill(Project("/x/also.ipynb"))
    asked = []

    def answer(question):
        asked.append(question)
        return "y" if "gone.ipynb" in question else ""

    monkeypatch.setattr("davos.asking._can_ask", lambda: True)
    monkeypatch.setattr("builtins.input", answer)
    davos.prune_projects()
    assert len(asked) == 2
    assert all("notebook is gone" in question for question in asked)
    assert Project("/x/also.ipynb").exists
    assert not three[2].exists


def test_prune_never_asks_in_vain(three, monkeypatch):
    monkeypatch.setitem(davos.config._values, "noninteractive", True)
    with pytest.raises(DavosProjectError, match="yes=True"):
        davos.prune_projects()
    monkeypatch.setitem(davos.config._values, "noninteractive", False)
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(DavosProjectError, match="yes=True"):
        davos.prune_projects()
    assert three[2].exists


def test_prune_works_without_a_project_and_says_nothing_when_told_so(monkeypatch, capsys):
    monkeypatch.setitem(davos.config._values, "suppress_stdout", True)
    davos.prune_projects(yes=True)
    assert capsys.readouterr().out == ""


def test_the_active_project_and_one_in_use_are_kept(three, fill, capsys):
    active = fill(Project("/x/active.ipynb"))
    search_path.activate(active)
    with three[2].lock():
        davos.prune_projects(yes=True)
    assert active.exists
    assert three[2].exists
    assert "kept: project '/x/gone.ipynb' is being changed" in capsys.readouterr().out


def test_with_a_time_those_not_used_since_go_too(three):
    os.utime(three[0].project_dir / NOTEBOOK_FILE, (1, 1))
    now = time.time()
    assert [project.name for project, _ in prunable(three)] == ["/x/gone.ipynb"]
    reasons = {project.name: reason for project, reason in prunable(three, now - 1000)}
    assert set(reasons) == {"named", "/x/gone.ipynb"}
    assert reasons["named"] == "not used since 1970-01-01"


def test_a_notebook_that_cannot_be_looked_at_is_not_gone(fill, notebook, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "no")

    monkeypatch.setattr("pathlib.Path.lstat", refuse)
    assert type(Project(notebook)) is Project


def test_a_survey_tells_sizes_versions_and_what_is_wrong(fill, davos_home):
    project = fill(Project("/x/gone.ipynb"), text="#" * 10_000)
    other = project.prefix / "lib" / "python3.1" / "site-packages" / "attr-2.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Name: attr\nVersion: 2\n")
    found = survey(project)
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert {held.python: held.packages[0].name for held in found.holdings} == {
        "3.1": "attr",
        running: "six",
    }
    base = next(held.base for held in found.holdings if held.python == running)
    assert base.prefix == sys.prefix
    assert 10_000 < found.size < 20_000
    assert time.time() - found.last_used < 60
    assert found.notes == ("notebook is gone",)


def test_a_survey_of_damaged_projects(davos_home, tmp_path):
    folder = davos_home / "projects"
    (folder / "half").mkdir(parents=True)
    (folder / "half" / NOTEBOOK_FILE).write_text("{")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "___x___old").mkdir()
    notes = {project.name: survey(project).notes for project in davos.all_projects}
    assert notes == {
        "half": ("record is unreadable",),
        "linked": ("symbolic link",),
        "/x/old.ipynb": ("notebook is gone", "made by davos 0.2"),
    }
    assert all(survey(project).size < 10 for project in davos.all_projects)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_550, "1.6 kB"),
        (12_300, "12 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (5_000_000_000, "5.0 GB"),
        (7e15, "7000 TB"),
    ],
)
def test_sizes_are_for_humans(size, text):
    assert human_size(size) == text


def test_the_default_project_comes_back(monkeypatch):
    calls = []

    class Session:
        def start(self):
            calls.append("start")

    monkeypatch.setattr(davos, "_session", Session())
    davos.use_default_project()
    assert calls == ["start"]
    assert {"all_projects", "get_project", "prune_projects"} <= set(dir(davos))
