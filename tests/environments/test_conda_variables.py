"""The variables that conda packages need, while their environment is active."""

import json
import os
import subprocess
import sys

import pytest
from conda_environment import write_conda_package

from davos.environments import activation, overlay, search_path
from davos.environments.activation import enter, environment_at, leave
from davos.environments.commit import commit
from davos.environments.conda_variables import Files, files_of, settings
from davos.environments.project import Project
from davos.environments.staging import staging

SCRIPT = 'export GDAL_DATA="${CONDA_PREFIX}/share/gdal"\n'


def put(prefix, path, text):
    place = prefix / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    return place


@pytest.fixture(autouse=True)
def put_back(monkeypatch):
    """Nothing stays active, and the variables are as before."""
    for name in ("GDAL_DATA", "PROJ_DATA", "CONDA_PREFIX", "MINE"):
        monkeypatch.delenv(name, raising=False)
    yield
    leave()


def found(prefix, environment=None):
    return settings(str(prefix), files_of(str(prefix)), environment or {})


def test_without_packages_that_need_any_nothing_is_set(tmp_path):
    write_conda_package(tmp_path, "a", "1", {"lib/a.so": ""})
    assert files_of(str(tmp_path)) == Files()
    assert found(tmp_path) == {}


def test_conda_reads_the_packages_variables_then_the_state_then_the_scripts(tmp_path):
    put(tmp_path, "etc/conda/env_vars.d/a.json", '{"A": "a", "B": "a", "C": "a"}')
    put(tmp_path, "etc/conda/env_vars.d/b.json", '{"B": "b", "C": "b"}')
    put(tmp_path, "conda-meta/state", json.dumps({"env_vars": {"C": "s", "D": "***unset***"}}))
    put(tmp_path, "etc/conda/activate.d/b.sh", "export E=${E}b")
    put(tmp_path, "etc/conda/activate.d/a.sh", 'export E="$C-a$D"')
    put(tmp_path, "etc/conda/activate.d/a.fish", "set -gx F 1")
    assert found(tmp_path, {"D": "1"}) == {
        "CONDA_PREFIX": str(tmp_path),
        "A": "a",
        "B": "b",
        "C": "s",
        "D": None,
        "E": "s-ab",
    }


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        (
            "etc/conda/activate.d/a.sh",
            "export X=1\necho x",
            "'echo x' is not understood, and davos",
        ),
        ("etc/conda/activate.d/a.sh", "export X=1 PATH=/evil", "it sets PATH"),
        ("etc/conda/activate.d/a.sh", "export CONDA_PREFIX=/evil", "it sets CONDA_PREFIX"),
        ("etc/conda/activate.d/a.sh", "export X=1\0", "is not understood"),
        ("etc/conda/activate.d/a.sh", "export X='a\0b'", "it sets X"),
        ("etc/conda/env_vars.d/a.json", "{", "it cannot be read"),
        ("etc/conda/env_vars.d/a.json", "[" * 100_000, "it cannot be read"),
        ("etc/conda/env_vars.d/a.json", "[]", "it does not hold names and texts"),
        ("etc/conda/env_vars.d/a.json", '{"X": 1}', "it does not hold names and texts"),
        ("etc/conda/env_vars.d/a.json", '{"X": "1", "virtual_env": "x"}', "it sets virtual_env"),
        ("etc/conda/env_vars.d/a.json", '{"X=Y": "1"}', "it sets X=Y"),
        ("etc/conda/env_vars.d/a.json", '{"": "1"}', "it sets no name"),
        ("etc/conda/env_vars.d/a.json", '{"X": "a\\u0000b"}', "it sets X"),
        ("conda-meta/state", "[]", "it does not hold names and texts"),
        ("conda-meta/state", '{"env_vars": 1}', "it does not hold names and texts"),
    ],
)
def test_of_a_file_that_is_not_understood_nothing_is_set(tmp_path, path, text, reason):
    place = put(tmp_path, path, text)
    put(tmp_path, "etc/conda/activate.d/z.sh", "export Z=1")
    with pytest.warns(RuntimeWarning) as caught:
        assert found(tmp_path) == {"CONDA_PREFIX": str(tmp_path), "Z": "1"}
    (warning,) = caught
    assert str(warning.message).startswith(f"nothing is set from {place}: ")
    assert reason in str(warning.message)


def test_a_file_that_is_none_is_passed_over(tmp_path):
    (tmp_path / "etc/conda/activate.d").mkdir(parents=True)
    os.mkfifo(tmp_path / "etc/conda/activate.d/a.sh")
    with pytest.warns(RuntimeWarning, match="it cannot be read"):
        assert found(tmp_path) == {"CONDA_PREFIX": str(tmp_path)}


def test_what_is_set_is_taken_back_exactly(tmp_path, monkeypatch):
    monkeypatch.setenv("PROJ_DATA", "/old")
    put(tmp_path, "etc/conda/activate.d/a.sh", f"{SCRIPT}export PROJ_DATA=/new\nunset MINE")
    monkeypatch.setenv("MINE", "1")
    before = dict(os.environ)
    enter(environment_at(str(tmp_path)))
    assert os.environ["GDAL_DATA"] == f"{tmp_path}/share/gdal"
    assert os.environ["PROJ_DATA"] == "/new"
    assert os.environ["CONDA_PREFIX"] == str(tmp_path)
    assert "MINE" not in os.environ
    assert activation.variables() == before
    leave()
    assert dict(os.environ) == before


def test_what_the_user_changed_meanwhile_is_left_alone(tmp_path):
    put(tmp_path, "etc/conda/activate.d/a.sh", f"{SCRIPT}export PROJ_DATA=/new")
    enter(environment_at(str(tmp_path)))
    os.environ["GDAL_DATA"] = "/mine"
    enter(environment_at(str(tmp_path)))
    assert os.environ["GDAL_DATA"] == "/mine"
    leave()
    assert os.environ.pop("GDAL_DATA") == "/mine"
    assert "PROJ_DATA" not in os.environ


def test_other_packages_set_other_variables(tmp_path):
    script = put(tmp_path, "etc/conda/activate.d/a.sh", SCRIPT)
    enter(environment_at(str(tmp_path)))
    os.environ["VIRTUAL_ENV"] = "/mine"
    script.unlink()
    put(tmp_path, "etc/conda/activate.d/b.sh", "export PROJ_DATA=/new")
    enter(environment_at(str(tmp_path)))
    assert "GDAL_DATA" not in os.environ
    assert os.environ["PROJ_DATA"] == "/new"
    assert os.environ.pop("VIRTUAL_ENV") == "/mine"
    (tmp_path / "etc/conda/activate.d/b.sh").unlink()
    enter(environment_at(str(tmp_path)))
    assert "PROJ_DATA" not in os.environ
    assert "CONDA_PREFIX" not in os.environ


def test_a_warning_is_given_once(tmp_path, recwarn):
    put(tmp_path, "etc/conda/activate.d/a.sh", "echo x")
    enter(environment_at(str(tmp_path)))
    enter(environment_at(str(tmp_path)))
    assert len(recwarn) == 1


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("DAVOS_HOME", str(tmp_path))
    found = Project("geo")
    found.ensure()
    yield found
    search_path.deactivate()


def test_a_commit_sets_the_variables_and_what_is_started_sees_them(project):
    search_path.activate(project)
    assert "GDAL_DATA" not in os.environ
    with staging(project.project_dir) as made:
        write_conda_package(made.prefix, "a", "1", {"etc/conda/activate.d/a.sh": SCRIPT})
        commit(made)
    search_path.refresh()
    wanted = f"{project.project_dir}/share/gdal"
    assert os.environ["GDAL_DATA"] == wanted
    code = "import os; print(os.environ['GDAL_DATA'])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert said.stdout.strip() == wanted
    search_path.deactivate()
    assert "GDAL_DATA" not in os.environ
    search_path.activate(project)  # as the next session does
    assert os.environ["GDAL_DATA"] == wanted
    other = Project("other")
    overlay.ensure(other.project_dir, [], [])
    search_path.activate(other)
    assert "GDAL_DATA" not in os.environ
