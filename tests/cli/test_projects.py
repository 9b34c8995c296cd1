"""`davos projects`: what is printed, what is deleted, and the exit status."""

import json
import os
import sys

import packaging
import pytest

from davos.environments.project import NOTEBOOK_FILE, Project

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def there(fill):
    return fill(Project("there"))


@pytest.fixture
def gone(fill):
    return fill(Project("/x/gone.ipynb"), "attr", "2.0")


@pytest.fixture
def answer(monkeypatch):
    def give(text):
        monkeypatch.setattr("davos.asking._can_ask", lambda: True)
        monkeypatch.setattr("builtins.input", lambda question: text)

    return give


@pytest.mark.parametrize("arguments", [(), ("list",)])
def test_the_list_has_a_line_for_each(davos, there, gone, arguments):
    status, out, err = davos("projects", *arguments)
    head, *lines = out.splitlines()
    assert (status, err) == (0, "")
    assert head.split() == ["PROJECT", "PACKAGES", "SIZE", "PYTHON", "LAST", "USE"]
    assert [line.split()[0] for line in lines] == ["/x/gone.ipynb", "there"]
    assert lines[0].endswith("notebook is gone")
    assert f"  {VERSION}  " in lines[1]


def test_no_projects(davos):
    assert davos("projects") == (0, "no projects\n", "")
    assert json.loads(davos("projects", "--json")[1]) == {"schema": 1, "projects": []}


@pytest.mark.parametrize(
    "arguments", [("--json",), ("list", "--json"), ("--json", "list"), ("show", "there", "--json")]
)
def test_json(davos, there, arguments):
    status, out, _ = davos("projects", *arguments)
    (facts,) = json.loads(out)["projects"]
    assert status == 0
    assert facts["size"] > 0
    assert facts.pop("last_used").endswith("+00:00")
    assert {key: facts[key] for key in facts if key != "size"} == {
        "name": "there",
        "notebook": None,
        "notebook_exists": None,
        "project_dir": str(there.project_dir),
        "notes": [],
        "conda_packages": [],
        "pythons": [
            {
                "version": VERSION,
                "base": sys.prefix,
                "base_exists": True,
                "packages": [{"name": "six", "version": "1.0"}],
            }
        ],
    }


def test_show_freeze_and_path(davos, gone):
    status, out, _ = davos("projects", "show", "/x/gone.ipynb")
    assert status == 0
    assert "notebook: /x/gone.ipynb\n" in out
    assert f"Python {VERSION}, over {sys.prefix}:\n  attr 2.0\n" in out
    assert davos("projects", "freeze", gone.folder) == (0, "attr==2.0\n", "")
    assert davos("projects", "path", gone.name) == (0, f"{gone.project_dir}\n", "")


def test_a_page_says_whether_the_lock_is_installed(davos, write, fill):
    channel = "https://h/c"
    entry = {"name": "lib", "version": "2", "build": "h_0", "subdir": "noarch", "channel": channel}
    entry |= {"url": f"{channel}/noarch/lib-2-h_0.conda", "sha256": "a" * 64}
    lock = {"lock-version": "1.0", "created-by": "davos", "packages": []}
    lock["tool"] = {"davos": {"conda": [entry]}}
    path = write("nb.ipynb", ["smuggle lib  # conda: lib"])
    assert "lock:" not in davos("projects", "show", str(path))[1]
    found = json.loads(path.read_text())
    found["metadata"]["davos"] = {"lock": lock}
    path.write_text(json.dumps(found))
    project = Project.for_notebook(path)
    fill(project, "dvtown")
    shown = davos("projects", "show", str(path))[1]
    assert "lock:     nb.ipynb: 1 package, not installed: lib 2 h_0\n" in shown
    record = project.prefix / "conda-meta" / "lib-2-h_0.json"
    record.parent.mkdir()
    record.write_text(json.dumps({**entry, "files": []}))
    shown = davos("projects", "show", str(path))[1]
    assert "lock:     nb.ipynb: 1 package, all installed\n" in shown
    lock["tool"]["davos"]["conda"][0]["url"] = "file:///etc/passwd"
    path.write_text(json.dumps(found))
    assert "tool.davos.conda[0].url: file:///etc" in davos("projects", "show", str(path))[1]


def test_freeze_lists_what_the_notebook_uses_of_the_environment_below(davos, write, fill):
    cells = ["smuggle packaging  # pip: packaging>=20", "smuggle x  # pip: not-there"]
    path = write("nb.ipynb", cells)
    fill(Project.for_notebook(path), "dvtown")
    status, out, _ = davos("projects", "freeze", str(path))
    assert (status, out) == (0, f"dvtown==1.0\npackaging=={packaging.__version__}\n")


def test_freeze_of_another_version_of_python(davos, there):
    (there.prefix / "lib" / f"python{VERSION}").rename(there.prefix / "lib" / "python3.1")
    status, out, err = davos("projects", "freeze", "there")
    assert (status, out) == (0, "six==1.0\n")
    assert "for Python 3.1" in err
    assert davos("projects", "freeze", "there", "--python", "3.1")[:2] == (0, "six==1.0\n")
    status, out, err = davos("projects", "freeze", "there", "--python", "3.2")
    assert (status, out) == (2, "")
    assert "there is: 3.1" in err


@pytest.mark.parametrize("action", ["show", "freeze", "path", "remove"])
def test_a_name_that_is_no_project_gets_the_nearest(davos, there, action):
    status, out, err = davos("projects", action, "ther")
    assert (status, out) == (2, "")
    assert err == "davos: there is no project 'ther'; did you mean 'there'?\n"


@pytest.mark.parametrize("name", ["../x", "", "a\nb"])
def test_a_name_that_cannot_be_one_is_refused(davos, name):
    status, _, err = davos("projects", "show", name)
    assert status == 2
    assert err.startswith("davos: ")


@pytest.mark.parametrize(
    "arguments", [("frob",), ("prune", "--unused-for", "soon"), ("remove",), ("show",)]
)
def test_wrong_use_is_2(davos, arguments):
    assert davos("projects", *arguments)[0] == 2


def test_rename(davos, there, tmp_path):
    (tmp_path / "moved.ipynb").write_text("")
    status, out, _ = davos("projects", "rename", "there", "moved.ipynb")
    assert (status, out) == (0, f"renamed there to {tmp_path}/moved.ipynb\n")
    assert Project(tmp_path / "moved.ipynb").exists


def test_rename_to_a_taken_or_bad_name(davos, there, gone):
    assert davos("projects", "rename", "/x/gone.ipynb", "there")[0] == 1
    assert davos("projects", "rename", "/x/gone.ipynb", "a\\b")[0] == 2
    assert there.exists
    assert gone.exists


def test_remove_says_what_it_freed(davos, there, gone):
    status, out, err = davos("projects", "remove", "there", "/x/gone.ipynb", "there", "--yes")
    assert (status, err) == (0, "")
    assert out.startswith("removed 2 projects, freed ")
    assert not there.exists
    assert not gone.exists


@pytest.mark.parametrize(("text", "status"), [("y", 0), ("n", 1), ("", 1)])
def test_remove_asks_once(davos, there, answer, text, status):
    answer(text)
    found, _, err = davos("projects", "remove", "there")
    assert found == status
    assert "remove there (" in err
    assert there.exists is (status == 1)


@pytest.mark.parametrize("arguments", [("remove", "there"), ("prune", "--unused-for", "0h")])
def test_without_a_terminal_it_needs_yes(davos, there, monkeypatch, arguments):
    monkeypatch.setattr("sys.stdin", None)
    status, _, err = davos("projects", *arguments)
    assert status == 2
    assert "--yes" in err
    assert there.exists


def test_nothing_is_removed_if_one_name_is_wrong(davos, there):
    assert davos("projects", "remove", "there", "nope", "--yes")[0] == 2
    assert there.exists


def test_a_project_in_use_is_kept_and_the_others_go(davos, there, gone):
    with there.lock():
        status, out, err = davos("projects", "remove", "there", "/x/gone.ipynb", "--yes")
    assert status == 1
    assert "'there' is being changed by process" in err
    assert out.startswith("removed 1 project,")
    assert there.exists
    assert not gone.exists


def test_prune(davos, there, gone):
    status, out, _ = davos("projects", "prune", "--dry-run")
    assert status == 0
    assert out.startswith("would remove /x/gone.ipynb (")
    assert "its notebook is gone" in out
    assert gone.exists
    assert davos("projects", "prune", "--yes")[0] == 0
    assert not gone.exists
    assert there.exists
    assert davos("projects", "prune") == (0, "removed 0 projects, freed 0 B\n", "")


def test_prune_by_last_use(davos, there, gone):
    os.utime(there.project_dir / NOTEBOOK_FILE, (1, 1))
    out = davos("projects", "prune", "--unused-for", "90d", "--dry-run")[1]
    assert "would remove there (" in out
    assert "not used since 1970-01-01" in out
    facts = json.loads(davos("projects", "prune", "--unused-for", "90d", "--yes", "--json")[1])
    assert {project["name"] for project in facts["projects"]} == {"there", "/x/gone.ipynb"}
    assert not there.exists


def test_a_name_cannot_paint_the_terminal(davos, davos_home):
    (davos_home / "projects" / "a\x1b[31m").mkdir(parents=True)
    _, out, _ = davos("projects")
    assert "\x1b" not in out
    assert "a\\x1b[31m" in out
    assert davos("projects", "remove", "a\x1b[31m", "--yes")[0] == 0


def test_a_home_that_is_a_file(davos, davos_home):
    (davos_home / "projects").write_text("")
    assert davos("projects") == (0, "no projects\n", "")
