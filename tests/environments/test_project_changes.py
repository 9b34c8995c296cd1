"""Removing and renaming projects, and those that were laid over an environment that is gone."""

import importlib
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from davos import configuration
from davos.environments import lifecycle, project_record, relocated_contents, search_path, trash
from davos.environments.project import NOTEBOOK_FILE, AbstractProject, Project
from davos.exceptions import DavosProjectError
from davos.frontends.restart.carried_state import folder_in_use


@pytest.fixture(autouse=True)
def _restored(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    search_path.deactivate()


@pytest.fixture
def answer(monkeypatch):
    """Let the user be there, and answer."""

    def give(text):
        monkeypatch.setattr("davos.asking._can_ask", lambda: True)
        monkeypatch.setattr("builtins.input", lambda question: text)

    return give


def test_the_table_of_packages_is_escaped(fill):
    project = fill(Project("<b>"), "six", "1.0")
    html = project._repr_html_()
    plain = re.sub(" style=[^>]*", "", html)
    assert plain.endswith("<tr><th>six</th><td>1.0</td></tr></tbody></table>")
    assert "align: right" not in html
    assert "<b>" not in html
    assert "nothing installed" in Project("empty")._repr_html_()


@pytest.mark.parametrize(("text", "gone"), [("y", True), ("YES ", True), ("", False), ("n", False)])
def test_remove_asks(fill, answer, text, gone):
    answer(text)
    project = fill(Project("x"))
    project.remove()
    assert project.exists is not gone


def test_remove_without_anybody_to_ask_is_refused(fill, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    project = fill(Project("x"))
    with pytest.raises(DavosProjectError, match="yes=True"):
        project.remove()
    monkeypatch.setitem(configuration.config._values, "noninteractive", True)
    with pytest.raises(DavosProjectError, match="noninteractive"):
        project.remove()
    assert project.exists


@pytest.mark.parametrize("error", [EOFError, RuntimeError, NotImplementedError])
def test_a_front_end_that_takes_no_input_refuses(fill, monkeypatch, error):
    def ask(question):
        raise error

    monkeypatch.setattr("davos.asking._can_ask", lambda: True)
    monkeypatch.setattr("builtins.input", ask)
    with pytest.raises(DavosProjectError, match="yes=True"):
        fill(Project("x")).remove()


def test_remove_leaves_nothing_but_the_lock(fill, davos_home):
    fill(Project("x")).remove(yes=True)
    assert list((davos_home / "projects").iterdir()) == []
    Project("never made").remove(yes=True)


def test_the_active_project_can_be_removed_and_filled_again(fill):
    project = fill(Project("x"), "removed_thing")
    search_path.activate(project)
    import_module = importlib.import_module
    import_module("removed_thing")
    project.remove(yes=True)
    del sys.modules["removed_thing"]
    with pytest.raises(ImportError):
        import_module("removed_thing")
    fill(project, "removed_thing")
    search_path.refresh(project)
    assert import_module("removed_thing").x == 1
    del sys.modules["removed_thing"]


@pytest.mark.parametrize("change", ["remove", "rename"])
def test_a_project_that_somebody_installs_into_is_left_alone(fill, change):
    project = fill(Project("x"))
    with project.lock(), pytest.raises(DavosProjectError, match="being changed by process"):
        project.remove(yes=True) if change == "remove" else project.rename("y")
    assert project.installed_packages == [("six", "1.0")]


@pytest.mark.parametrize("change", ["remove", "rename"])
def test_a_project_whose_commit_was_killed_can_be_changed(fill, change, davos_home):
    project = fill(Project("x"))
    (davos_home / "projects" / ".davos-commit-x" / "environment").mkdir(parents=True)
    project.remove(yes=True) if change == "remove" else project.rename("y")
    assert not list((davos_home / "projects").glob(".davos-commit-*"))
    assert project.name == ("x" if change == "remove" else "y")


def test_a_link_is_removed_and_not_what_it_points_at(tmp_path, davos_home):
    outside = tmp_path / "outside"
    (outside / "lib").mkdir(parents=True)
    (outside / "precious").write_text("")
    (davos_home / "projects").mkdir()
    (davos_home / "projects" / "x").symlink_to(outside)
    Project("x").remove(yes=True)
    assert (outside / "precious").exists()
    assert not (davos_home / "projects" / "x").is_symlink()


def test_links_inside_a_project_are_not_followed(tmp_path, fill):
    (tmp_path / "precious").write_text("")
    project = fill(Project("x"))
    (project.prefix / "src").symlink_to(tmp_path)
    project.remove(yes=True)
    assert (tmp_path / "precious").exists()


def test_a_file_where_a_project_should_be_stays(davos_home):
    (davos_home / "projects").mkdir()
    (davos_home / "projects" / "x").write_text("mine")
    with pytest.raises(DavosProjectError, match="is a file"):
        Project("x").remove(yes=True)
    assert (davos_home / "projects" / "x").read_text() == "mine"


def test_a_read_only_folder_inside_is_removed(fill):
    project = fill(Project("x"))
    objects = project.prefix / "src" / "objects"
    objects.mkdir(parents=True)
    (objects / "pack").write_text("")
    objects.chmod(0o500)
    project.remove(yes=True)
    assert list(project.project_dir.parent.iterdir()) == []


def test_what_a_killed_removal_left_is_swept_later(davos_home, monkeypatch):
    leftover = davos_home / trash.PREFIX
    leftover.mkdir()
    trash.sweep(davos_home)
    assert leftover.exists()
    monkeypatch.setattr(trash, "_OLD", -1)
    trash.sweep(davos_home)
    assert not leftover.exists()


def test_a_folder_of_somebody_elses_is_not_taken_for_an_empty_project(davos_home):
    project = Project("x")
    project.ensure()
    (project.prefix / "thesis.txt").write_text("")
    project.discard_if_empty()
    assert project.exists


def test_rename_takes_the_packages_along(fill, tmp_path):
    notebook = tmp_path / "new.ipynb"
    project = fill(Project("/x/old.ipynb"))
    assert isinstance(project, AbstractProject)
    notebook.write_text("")
    project.rename(notebook)
    assert (type(project), project.name) == (Project, str(notebook))
    assert project == Project(notebook)
    assert project.installed_packages == [("six", "1.0")]
    assert not Project("/x/old.ipynb").exists
    facts = json.loads((project.project_dir / NOTEBOOK_FILE).read_text())
    assert (facts["notebook"], "moved_from" in facts) == (str(notebook), False)
    project.rename("plain")
    assert repr(project) == "Project('plain')"


def test_a_name_that_is_taken_is_refused(fill):
    one, other = fill(Project("one")), fill(Project("other"), "attr")
    with pytest.raises(DavosProjectError, match="'other' already"):
        one.rename("other")
    one.rename("one")
    assert one.installed_packages == [("six", "1.0")]
    assert other.installed_packages == [("attr", "1.0")]


REPLAYS = [("replaying", "two", True), ("answering", "two", True), ("replaying", "three", False)]


@pytest.mark.parametrize(("phase", "folder", "joined"), [*REPLAYS, ("done", "two", False)])
def test_a_rename_that_a_kernel_runs_again_finds_it_done(fill, monkeypatch, phase, folder, joined):
    one, two = fill(Project("one")), fill(Project("two"))
    state = {"rerun": {"folder": str(Project(folder).site_packages_dir)}}
    replay = SimpleNamespace(phase=phase, state=state)
    monkeypatch.setattr(lifecycle._Rerun, "folder", lambda: folder_in_use(replay))
    if joined:
        one.rename("two")
    else:
        with pytest.raises(DavosProjectError, match="there is a project 'two' already"):
            one.rename("two")
    assert (one == two) is joined
    assert Project("one").exists


def test_rename_to_a_bad_name_changes_nothing(fill):
    project = fill(Project("one"))
    with pytest.raises(DavosProjectError, match="no such file"):
        project.rename("../x")
    assert project.exists


@pytest.mark.parametrize("new", ["short", "with space", "n" * 150])
@pytest.mark.parametrize("old", ["old", "old one"])
def test_console_scripts_work_after_a_rename(fill, old, new):
    project = fill(Project(old))
    for name in ("plain", "long"):
        script = project.prefix / "bin" / name
        shebang = relocated_contents.shebang(str(project.python).encode())
        if name == "long":
            shebang = f"#!/bin/sh\n'''exec' \"{project.python}\" \"$0\" \"$@\"\n' '''\n".encode()
        script.write_bytes(shebang + b"import six, sys; print(six.x, sys.argv[1:])\n")
        script.chmod(0o755)
    project.rename(new)
    for name in ("plain", "long"):
        output = subprocess.check_output([project.prefix / "bin" / name, "a b"], text=True)
        assert output == "1 ['a b']\n"


def test_editable_installs_work_after_a_rename(fill):
    project = fill(Project("old"))
    source = project.prefix / "src" / "thing"
    source.mkdir(parents=True)
    (source / "thing_in_src.py").write_text("")
    (project.site_packages_dir / "thing.pth").write_text(f"{source}\n")
    url = project.site_packages_dir / "six-1.0.dist-info" / "direct_url.json"
    url.write_text(json.dumps({"url": source.as_uri(), "dir_info": {"editable": True}}))
    project.rename("new one")
    command = [project.python, "-c", "import thing_in_src; print(thing_in_src.__file__)"]
    output = subprocess.check_output(command, text=True)
    assert output.startswith(str(project.prefix))
    assert project.freeze() == f"-e {project.prefix}/src/thing"


def test_a_renamed_active_project_stays_active_with_what_is_loaded(fill):
    project = fill(Project("old"))
    package = project.site_packages_dir / "renamed_package"
    package.mkdir()
    for name in ("__init__", "later"):
        (package / f"{name}.py").write_text("")
    search_path.activate(Project("old"))
    loaded = importlib.import_module("renamed_package")
    project.rename("new")
    assert search_path.active_project().name == "new"
    assert str(project.site_packages_dir) in sys.path
    assert loaded.__file__.startswith(str(project.prefix))
    later = importlib.import_module("renamed_package.later")
    assert later.__file__.startswith(str(project.prefix))
    for name in ("renamed_package", "renamed_package.later"):
        del sys.modules[name]


@pytest.mark.parametrize("moved", [False, True])
def test_a_rename_that_was_killed_leaves_the_project_to_one_of_its_notebooks(
    fill, monkeypatch, moved
):
    project = fill(Project("/x/old.ipynb"))
    script = project.prefix / "bin" / "tool"
    script.write_text(f"#!{project.python}\n")
    old = project.folder

    def die(*_):
        raise KeyboardInterrupt

    target = "davos.environments.relocate.files" if moved else "pathlib.Path.rename"
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(target, die)
        project.rename("/x/new.ipynb")
    folder = Project("/x/new.ipynb").folder if moved else old
    found = Project.at(folder)
    assert found.name == ("/x/new.ipynb" if moved else "/x/old.ipynb")
    found.ensure()
    assert script.name in {path.name for path in (found.prefix / "bin").iterdir()}
    assert (found.prefix / "bin" / "tool").read_text() == f"#!{found.python}\n"
    assert project_record.read(found.project_dir).moved_from is None


def lose_base(project):
    """Let the project say that it was installed over an environment that is gone."""
    path = project.project_dir / NOTEBOOK_FILE
    facts = json.loads(path.read_text())
    for row in facts["bases"].values():
        row.update(prefix="/gone/venv", version="3.0.1")
    path.write_text(json.dumps(facts))


def test_a_project_over_a_base_that_is_gone_is_not_imported_from_and_starts_anew(fill):
    project = fill(Project("x"), "stale_thing")
    assert project.lost_base is None
    lose_base(project)
    with pytest.warns(RuntimeWarning, match="/gone/venv"):
        search_path.activate(project)
    assert str(project.site_packages_dir) not in sys.path
    with pytest.raises(ImportError):
        importlib.import_module("stale_thing")
    fill(project, "six")
    search_path.refresh(project)
    assert project.lost_base is None
    assert str(project.site_packages_dir) in sys.path
    assert project.installed_packages == [("six", "1.0")]


def test_what_another_version_of_python_left_stays_beside(fill):
    project = fill(Project("x"))
    other = project.prefix / "lib" / "python3.1" / "site-packages"
    other.mkdir(parents=True)
    (other / "old.py").write_text("")
    search_path.activate(project)
    project.ensure()
    assert str(other) not in sys.path
    assert (other / "old.py").exists()


def test_nothing_outside_is_dropped_with_a_lost_base(fill, tmp_path):
    project = fill(Project("x"))
    lose_base(project)
    (project.prefix / "lib").rename(tmp_path / "lib")
    (project.prefix / "lib").symlink_to(tmp_path / "lib")
    project.ensure()
    assert list((tmp_path / "lib").glob("*/site-packages/six.py"))


def test_activation_notes_the_use_and_makes_no_folder(fill, davos_home):
    search_path.activate(Project("never"))
    assert not Project("never").exists
    project = fill(Project("x"))
    path = project.project_dir / NOTEBOOK_FILE
    import os

    os.utime(path, (1, 1))
    search_path.activate(project)
    assert path.stat().st_mtime > 1
