"""Projects: names, folders, the overlay's files, the lock."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from davos.distributions import index
from davos.environments.project import NOTEBOOK_FILE, Project, home_folder
from davos.exceptions import DavosProjectError


@pytest.mark.parametrize("name", ["plain", "with space", "élan", "a.b", ".hidden", "x" * 200])
def test_a_plain_name_is_its_folder(name, davos_home):
    assert Project(name).project_dir == davos_home / "projects" / name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        (".", "another folder"),
        ("..", "another folder"),
        ("-rf", "dash"),
        ("a\\b", "separator"),
        ("a\nb", "control"),
        ("a\0b", "control"),
        ("\udcff", "half"),
        (" a", "white space"),
        ("x" * 201, "200"),
        ("a.ipynb-0123456789abcdef", "notebook"),
        ("A.IPYNB-0123456789ABCDEF", "notebook"),
    ],
)
def test_a_bad_name_is_refused_with_the_reason(name, reason):
    with pytest.raises(DavosProjectError, match=reason):
        Project(name)


def test_named_takes_no_path():
    with pytest.raises(DavosProjectError, match="separator"):
        Project.named("../../etc")


def test_what_looks_like_a_path_is_a_notebook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WHERE", str(tmp_path))
    spellings = ["a.ipynb", "./a.ipynb", "~/a.ipynb", "$WHERE/a.ipynb", tmp_path / "a.ipynb"]
    assert len({Project(spelling) for spelling in spellings}) == 1
    assert Project("a.ipynb").notebook == tmp_path / "a.ipynb"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a/b___c.ipynb", "/a/b/c.ipynb"),
        ("/a/b.ipynb", "/a/B.ipynb"),
        ("/a/x y.ipynb", "/a/x_y.ipynb"),
        ("/a/" + "n" * 240 + "1.ipynb", "/a/" + "n" * 240 + "2.ipynb"),
        ("/a/é.ipynb", "/a/e\u0301.ipynb"),
        ("/a/b.py", "/a/b.ipynb"),
    ],
)
def test_two_paths_never_share_a_folder(one, other):
    first, second = Project(one), Project(other)
    assert first.folder != second.folder
    assert len(os.fsencode(first.folder)) < 120


def test_the_folder_shows_the_notebook():
    assert Project("/x/My talk (2).ipynb").folder.startswith("My_talk_2.ipynb-")
    assert Project("/x/....ipynb").folder.startswith("notebook.ipynb-")


def test_home_is_davos_home_or_a_folder_in_the_users(monkeypatch, tmp_path):
    monkeypatch.delenv("DAVOS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home_folder() == tmp_path / ".davos"


def test_a_project_leaves_no_folder_before_the_first_install(davos_home):
    project = Project("quiet")
    assert project.installed_packages == []
    assert project.freeze() == ""
    assert not project.exists
    assert not list(davos_home.iterdir())


def test_the_overlay_sees_project_and_base_but_is_its_own_prefix(tmp_path):
    folder = tmp_path / "base" / "site-packages"
    folder.mkdir(parents=True)
    (folder / "onlybase.py").write_text("")
    project = Project("two words")
    project.ensure([str(folder)])
    (project.site_packages_dir / "onlyproject.py").write_text("")
    code = "import sys, onlybase, onlyproject; print(sys.prefix, sys.base_prefix, sys.version_info[:3])"
    output = subprocess.check_output([project.python, "-c", code], text=True)
    assert output.strip() == f"{project.prefix} {sys.base_prefix} {sys.version_info[:3]}"


def test_ensure_changes_nothing_the_second_time():
    project = Project("/x/a.ipynb")
    project.ensure()
    files = [path for path in project.project_dir.rglob("*") if not path.is_symlink()]
    before = {path: path.stat().st_mtime_ns for path in files}
    project.ensure()
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert json.loads((project.project_dir / NOTEBOOK_FILE).read_text())["notebook"] == "/x/a.ipynb"


def test_ensure_repairs_what_another_python_left():
    project = Project("old")
    project.ensure()
    (project.prefix / "bin" / "python").unlink()
    (project.prefix / "bin" / "python").symlink_to("/nowhere/python3.7")
    (project.prefix / "pyvenv.cfg").write_text("home = /nowhere\n")
    project.ensure()
    assert subprocess.check_output([project.python, "-c", "print(1)"]) == b"1\n"


def test_the_active_projects_own_entries_are_not_its_base():
    project = Project("self")
    project.ensure()
    project.ensure([str(project.site_packages_dir), str(project.prefix / "src" / "x"), *sys.path])
    text = (project.site_packages_dir / index.BASE_PTH).read_text()
    assert str(project.prefix) not in text


def test_pitfall_1_a_project_that_a_base_path_starts_with_is_refused(davos_home):
    lookalike = davos_home / "projects" / "foo-env" / "lib" / "site-packages"
    lookalike.mkdir(parents=True)
    with pytest.raises(DavosProjectError, match="another name"):
        Project("foo").ensure([str(lookalike)])
    assert not Project("foo").exists


def test_a_home_that_cannot_be_written_is_named(davos_home, monkeypatch):
    (davos_home / "projects").write_text("a file in the way")
    with pytest.raises(DavosProjectError, match=str(davos_home / "projects" / "x")):
        Project("x").ensure()
    (davos_home / "locks").write_text("")
    with (
        pytest.raises(DavosProjectError, match=str(davos_home / "locks")),
        Project("x").lock(),
    ):
        pass


def test_an_empty_project_is_discarded_and_a_used_one_is_not():
    project = Project("maybe")
    project.ensure()
    project.discard_if_empty()
    assert not project.exists
    project.ensure()
    (project.site_packages_dir / "x.py").write_text("")
    project.discard_if_empty()
    assert project.exists


def test_projects_compare_by_folder_and_sort_by_name():
    assert Project("a") == Project("a") != Project("b")
    assert min(Project("b"), Project("a")).name == "a"
    assert repr(Project("a")) == "Project('a')"
    assert repr(Project("/x/a.ipynb")) == "AbstractProject('/x/a.ipynb')"
    assert Project("a") != "a"


def test_a_waiter_is_told_who_holds_the_lock():
    project, told, order = Project("busy"), [], []
    waiting = threading.Event()

    def wait():
        with project.lock(lambda holder: (told.append(holder), waiting.set())):
            order.append("second")

    with project.lock():
        thread = threading.Thread(target=wait)
        thread.start()
        assert waiting.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
    assert told == [f"process {os.getpid()} (busy)"]


def test_a_child_with_the_descriptor_keeps_the_lock():
    """FACTS 11: killing the holder must not free the lock while its pip runs."""
    project, told = Project("orphan"), []
    with project.lock() as descriptor:
        code = "import sys; sys.stdin.read()"
        child = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, pass_fds=[descriptor]
        )
    threading.Timer(0.3, child.stdin.close).start()
    with project.lock(told.append):
        assert child.wait(5) == 0
    assert told


def test_the_lock_is_not_in_the_project():
    project = Project("x")
    with project.lock():
        assert not project.exists
    assert Path(project.home, "locks").is_dir()
