"""What a process starts belongs to its project, and everything is put back."""

import multiprocessing.spawn
import ntpath
import os
import posixpath
import subprocess
import sys

import pytest

from davos.environments import activation as module
from davos.environments import lifecycle, overlay, search_path
from davos.environments.activation import (
    CHILD_IMPORTS,
    Environment,
    State,
    activation,
    environment_at,
    undone,
)
from davos.environments.project import Project

P = environment_at("/p", posixpath)
OURS = {"sys": P.python, "multiprocessing.spawn": P.python}
UNSET = {"PATH": None, "VIRTUAL_ENV": None, "PYTHONHOME": None, CHILD_IMPORTS: None}


def applied(state, changes):
    values = {change.name: change.after for change in changes}
    return State(*({name: values.get(name, old) for name, old in part.items()} for part in state))


@pytest.mark.parametrize(("path", "first"), [("/a", "/p/bin:/a"), ("/p/bin:/a", None)])
def test_of_the_kernels_own_environment_of_conda_the_scripts_come_first(path, first):
    now = State({"sys": "/p/bin/python"}, {**UNSET, "PATH": path})
    changes = activation(P._replace(of_conda=True), now, posixpath)
    assert [(one.name, one.after) for one in changes] == ([("PATH", first)] if first else [])


def test_where_things_are_on_each_system():
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert Environment("/p", f"/p/bin/python{version}", "/p/bin") == P
    assert environment_at(r"C:\p", ntpath) == Environment(
        r"C:\p", r"C:\p\Scripts\python.exe", r"C:\p\Scripts"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"PATH": "/a:/b"}, {"PATH": "/p/bin:/a:/b"}),
        ({"PATH": "/a:/p/bin"}, {"PATH": "/p/bin:/a:/p/bin"}),
        ({"PATH": "/p/bin:/a"}, {"PATH": "/p/bin:/a"}),
        ({"PATH": ""}, {"PATH": "/p/bin:"}),  # the current folder, to a system
        ({"PATH": None}, {"PATH": f"/p/bin:{posixpath.defpath}"}),
        ({"VIRTUAL_ENV": "/v"}, {"VIRTUAL_ENV": "/p"}),
        ({"VIRTUAL_ENV": "/p"}, {"VIRTUAL_ENV": "/p"}),
        ({"PYTHONHOME": "/usr"}, {"PYTHONHOME": None}),
    ],
)
@pytest.mark.parametrize(
    "executables",
    [{"sys": "/usr/bin/python3"}, {"sys": "", "multiprocessing.spawn": "/mine"}, OURS],
)
def test_an_activation_can_be_undone_to_the_last_value(executables, before, after):
    now = State(executables, {**UNSET, "PATH": "/bin", **before})
    changes = activation(P, now, posixpath)
    active = applied(now, changes)
    assert active.executables == dict.fromkeys(executables, P.python)
    ours = {"VIRTUAL_ENV": "/p", CHILD_IMPORTS: "1"}
    expected = {**UNSET, "PATH": "/p/bin:/bin", **ours, **after}
    assert active.variables == expected
    assert applied(active, undone(changes, P, active, posixpath)) == now


@pytest.mark.parametrize(
    ("meanwhile", "left"),
    [
        ({"PATH": "/new:/p/bin:/bin"}, {"PATH": "/new:/bin"}),
        ({"PATH": "/p/bin:/p/bin:/bin"}, {"PATH": "/p/bin:/bin"}),
        ({"PATH": "/mine"}, {"PATH": "/mine"}),
        ({"PATH": None}, {"PATH": None}),
        ({"VIRTUAL_ENV": "/mine"}, {"VIRTUAL_ENV": "/mine"}),
        ({"VIRTUAL_ENV": None}, {"VIRTUAL_ENV": None}),
        ({"PYTHONHOME": "/mine"}, {"PYTHONHOME": "/mine"}),
        ({"sys": "/mine"}, {"sys": "/mine"}),
        ({"multiprocessing.spawn": "/mine"}, {"multiprocessing.spawn": "/mine"}),
    ],
)
def test_what_the_user_changed_meanwhile_is_left_alone(meanwhile, left):
    executables = {"sys": "/usr/bin/python3", "multiprocessing.spawn": "/usr/bin/python3"}
    now = State(executables, {"PATH": "/bin", "VIRTUAL_ENV": "/v", "PYTHONHOME": "/usr"})
    changes = activation(P, now, posixpath)
    changed = State(
        *(
            {name: meanwhile.get(name, old) for name, old in part.items()}
            for part in applied(now, changes)
        )
    )
    found = applied(changed, undone(changes, P, changed, posixpath))
    expected = State(*({name: left.get(name, old) for name, old in part.items()} for part in now))
    assert found == expected


def test_a_module_that_copied_the_interpreter_meanwhile_gets_the_one_from_before():
    now = State({"sys": "/usr/bin/python3"}, {**UNSET, "PATH": "/bin"})
    changes = activation(P, now, posixpath)
    later = State(OURS, applied(now, changes).variables)
    found = applied(later, undone(changes, P, later, posixpath))
    assert found.executables == dict.fromkeys(OURS, "/usr/bin/python3")


def test_path_is_compared_as_the_system_does():
    project = environment_at(r"C:\P", ntpath)
    now = State({"sys": "x"}, {**UNSET, "PATH": r"C:\a;C:\b"})
    changes = activation(project, now, ntpath)
    active = applied(now, changes)
    assert active.variables["PATH"] == r"C:\P\Scripts;C:\a;C:\b"
    later = State({"sys": "y"}, {**active.variables, "PATH": r"D:\;c:\p\scripts;C:\a;C:\b"})
    found = applied(later, undone(changes, project, later, ntpath))
    assert found.variables["PATH"] == r"D:\;C:\a;C:\b"


def state():
    names = ("PATH", "VIRTUAL_ENV", "PYTHONHOME", CHILD_IMPORTS)
    spawn = os.fsdecode(multiprocessing.spawn.get_executable())
    return sys.executable, spawn, [os.environ.get(name) for name in names], dict(os.environ)


@pytest.fixture(autouse=True)
def _restored():
    path, executable, environ = list(sys.path), sys.executable, dict(os.environ)
    yield
    search_path.deactivate()
    sys.path[:], sys.executable = path, executable
    os.environ.clear()
    os.environ.update(environ)


def python_of(project):
    return environment_at(str(project.prefix)).python


def test_a_project_is_activated_once_it_has_a_folder_and_while_it_is_the_active_one(fill):
    before = state()
    project, other = Project.named("p"), fill(Project.named("q"), "dvq")
    search_path.activate(project)
    assert state() == before
    fill(project, "dvp")
    search_path.refresh()
    assert sys.executable == os.fsdecode(multiprocessing.spawn.get_executable())
    assert sys.executable == python_of(project)
    assert os.environ["PATH"] == f"{project.prefix}/bin{os.pathsep}{before[2][0]}"
    assert os.environ["VIRTUAL_ENV"] == str(project.prefix)
    assert os.environ.get("PYTHONPATH") == before[3].get("PYTHONPATH")
    search_path.activate(other)
    assert sys.executable == python_of(other)
    assert str(project.prefix) not in os.environ["PATH"]
    search_path.deactivate()
    assert state() == before


def test_removing_and_renaming_the_active_project_is_followed(fill):
    before = state()
    project = fill(Project.named("p"), "dvp")
    search_path.activate(project)
    lifecycle.rename(project, "renamed")
    assert sys.executable == python_of(Project.named("renamed"))
    assert os.environ["VIRTUAL_ENV"] == str(Project.named("renamed").prefix)
    lifecycle.remove(project, yes=True)
    assert state() == before


def test_what_there_is_without_the_activation_is_known_meanwhile(fill):
    before = state()
    search_path.activate(fill(Project.named("p"), "dvp"))
    os.environ["VIRTUAL_ENV"] = "/mine"
    assert module.interpreter() == before[0]
    assert module.variables() == {**before[3], "VIRTUAL_ENV": "/mine"}


def test_a_second_look_does_not_change_what_the_user_set(fill):
    project = fill(Project.named("p"), "dvp")
    search_path.activate(project)
    sys.executable = "/mine"
    search_path.refresh()
    assert sys.executable == "/mine"


def test_the_projects_python_sees_project_and_base_and_another_one_does_not(fill):
    project = fill(Project.named("p"), "dvp")
    search_path.activate(project)
    code = (
        "import importlib.util as u, sys; "
        "print(*(bool(u.find_spec(n)) for n in ('dvp', 'pytest')), sys.prefix)"
    )
    ask = ["-c", code]
    found = {
        python: subprocess.run([python, *ask], capture_output=True, text=True, check=True).stdout
        for python in (sys.executable, "python", "python3", module.interpreter())
    }
    own = f"True True {project.prefix}\n"
    assert found == {
        sys.executable: own,
        "python": own,
        "python3": own,
        module.interpreter(): f"False True {sys.prefix}\n",
    }


def test_a_project_that_was_laid_over_another_environment_is_put_right_first(fill):
    project = fill(Project.named("p"), "dvp")
    overlay.write(project.prefix / "pyvenv.cfg", "home = /gone\n")
    (project.prefix / "bin" / "python").unlink()
    search_path.activate(project)
    done = subprocess.run(["python", "-c", "import dvp, pytest"], check=False)
    assert done.returncode == 0


def test_a_project_that_is_being_changed_is_not_put_right_and_not_used_for_children(fill):
    before = state()
    project = fill(Project.named("p"), "dvp")
    overlay.write(project.prefix / "pyvenv.cfg", "home = /gone\n")
    with project.lock():
        search_path.activate(project)
        assert state() == before
    search_path.refresh()
    assert sys.executable == python_of(project)


@pytest.mark.parametrize("name", ["pip", "pip3", f"pip3.{sys.version_info[1]}"])
def test_pip_of_the_project_runs_the_visible_pip_for_it(fill, name):
    project = fill(Project.named("p"), "dvp")
    lifecycle.rename(project, "a b")
    search_path.activate(project)
    done = subprocess.run([name, "--version"], capture_output=True, text=True, check=True)
    assert f"{sys.prefix}/" in done.stdout
    listed = subprocess.run([name, "list"], capture_output=True, text=True, check=True)
    assert "dvp" in listed.stdout


def test_scripts_of_a_pip_that_is_installed_in_the_project_are_kept(fill):
    project = fill(Project.named("p"), "dvp")
    (project.prefix / "bin" / "pip").write_text("its own")
    (project.prefix / "bin" / "pip3").unlink()
    project.ensure()
    assert (project.prefix / "bin" / "pip").read_text() == "its own"
    assert (project.prefix / "bin" / "pip3").is_file()


def test_a_project_with_nothing_but_what_davos_writes_is_empty():
    project = Project.named("p")
    project.ensure()
    assert (project.prefix / "bin" / "pip").is_file()
    assert project.is_empty
    (project.prefix / "bin" / "pip").write_text("another")
    assert not project.is_empty


def test_a_process_in_the_projects_python_keeps_the_record_of_what_is_below(fill):
    project = fill(Project.named("p"), "dvp")
    record = (project.prefix / "davos-project.json").read_text()
    texts = [path.read_text() for path in project.prefix.glob("*.cfg")]
    code = (
        "import sys; from davos.environments.project import Project; "
        "from davos.environments import search_path; before = sys.executable; "
        "search_path.activate(Project('p')); Project('p').ensure(); "
        "assert sys.executable == before"
    )
    subprocess.run([python_of(project), "-c", code], check=True)
    assert (project.prefix / "davos-project.json").read_text() == record
    assert [path.read_text() for path in project.prefix.glob("*.cfg")] == texts


def test_a_project_used_in_the_python_of_another_one_is_laid_over_that_one(fill):
    below, project = fill(Project.named("p"), "dvp"), Project.named("q")
    code = (
        "import sys; from davos.environments.project import Project; "
        "from davos.environments import search_path; path = list(sys.path); "
        "Project('q').ensure(); search_path.activate(Project('q')); import dvp; "
        "search_path.deactivate(); assert sys.path == path; "
        "search_path.activate(Project('p')); search_path.deactivate(); assert sys.path == path"
    )
    subprocess.run([python_of(below), "-c", code], check=True)
    pth = (project.site_packages_dir / "zzz_davos_base.pth").read_text()
    assert pth.startswith(f"import site; site.addsitedir({str(below.site_packages_dir)!r}, ")
    search_path.activate(project)  # and is put over this environment again
    assert "projects/p/" not in (project.site_packages_dir / "zzz_davos_base.pth").read_text()
