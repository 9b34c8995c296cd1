"""Which conda environments are found, and what they are called."""

import os
import sys
from unittest import mock

import pytest

from davos.environments import conda_environments
from davos.environments.conda_environments import (
    can_install,
    environment_name,
    environments,
    is_environment,
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home folder without conda's files."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    (tmp_path / "home" / ".conda").mkdir(parents=True)
    return tmp_path / "home"


def conda(folder, *, root=False):
    """Make a conda environment; its path as text."""
    (folder / "conda-meta").mkdir(parents=True)
    (folder / "conda-meta" / "history").write_text("")
    if root:
        (folder / "condabin").mkdir()
    return str(folder)


def test_a_folder_is_an_environment_if_it_has_a_history(tmp_path):
    (tmp_path / "p" / "conda-meta").mkdir(parents=True)
    assert not is_environment(str(tmp_path / "p"))
    assert not is_environment(str(tmp_path / "no such folder"))
    assert is_environment(conda(tmp_path / "q"))


def test_without_conda_there_is_none(tmp_path):
    assert environment_name(str(tmp_path), {}) is None
    assert environments(str(tmp_path), {}) == {}


def test_the_installation_is_base_and_the_others_are_called_as_their_folder(tmp_path):
    root, lab = conda(tmp_path / "c", root=True), conda(tmp_path / "c" / "envs" / "lab")
    (tmp_path / "c" / "envs" / "empty").mkdir()
    for prefix, name in ((root, "base"), (lab, "lab")):
        assert environments(prefix, {}) == {"base": root, "lab": lab}
        assert environment_name(prefix, {}) == name


@pytest.mark.parametrize("variable", ["CONDA_EXE", "MAMBA_ROOT_PREFIX"])
def test_a_variable_tells_where_conda_is(tmp_path, variable):
    root = conda(tmp_path / "c")
    value = os.path.join(root, "bin", "conda") if variable == "CONDA_EXE" else root
    assert environments(str(tmp_path / "other"), {variable: value}) == {"base": root}


def test_conda_notes_the_environments_that_it_makes(tmp_path, home):
    one, other = conda(tmp_path / "a" / "one"), conda(tmp_path / "b" / "one")
    lines = ["# made by conda", one, "", f"{other}  ", str(tmp_path / "deleted")]
    (home / ".conda" / "environments.txt").write_text("\n".join(lines))
    assert environments(str(tmp_path), {}) == {"one": one, other: other}
    assert environment_name(other, {}) == other


@pytest.mark.parametrize(
    "text",
    [
        "envs_dirs:\n  - {place}\n",
        "channels:\n  - x\nenvs_dirs:   # mine\n\n# c\n- '{place}'  # here\nother:\n  - /y\n",
        'envs_dirs: ["{place}", /no/such]\n',
        "envs_path: [{place}]",
        "envs_dirs:\n  - $PLACE",
    ],
    ids=range(5),
)
def test_the_configuration_names_folders_of_environments(tmp_path, home, monkeypatch, text):
    monkeypatch.setenv("PLACE", str(tmp_path / "mine"))
    lab = conda(tmp_path / "mine" / "lab")
    (home / ".condarc").write_text(text.format(place=tmp_path / "mine"))
    assert environments(str(tmp_path), {}) == {"lab": lab}


@pytest.mark.parametrize("text", ["envs_dirs:", "envs_dirs: 3\n", "envs_dirs:\n  a: b\n", "\udcff"])
def test_a_configuration_that_says_nothing_else_is_no_error(tmp_path, home, text):
    (home / ".condarc").write_text(text, "utf-8", "surrogateescape")
    assert environments(str(tmp_path), {"CONDARC": str(home)}) == {}


def test_a_variable_names_folders_of_environments(tmp_path):
    lab = conda(tmp_path / "mine" / "lab")
    given = {"CONDA_ENVS_DIRS": os.pathsep.join([str(tmp_path / "mine"), "/no/such"])}
    assert environments(str(tmp_path), given) == {"lab": lab}


@mock.patch.dict(sys.modules)
def test_packages_can_be_installed_with_py_rattler_and_without_loading_it(monkeypatch):
    sys.modules.pop("rattler", None)  # which another test may have loaded
    monkeypatch.setattr(conda_environments, "find_spec", lambda name: name == "rattler" or None)
    monkeypatch.setattr(conda_environments.sys, "version_info", (3, 10, 0))
    assert can_install()
    monkeypatch.setattr(conda_environments.sys, "version_info", (3, 9, 20))
    assert not can_install()
    monkeypatch.undo()
    monkeypatch.setattr(conda_environments, "find_spec", lambda _: None)
    assert not can_install()
    assert "rattler" not in sys.modules
