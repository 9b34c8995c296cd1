"""A project's conda packages in what is said of the project."""

import json

import pytest
from conda_environment import python_files, write_conda_package
from distributions_on_disk import write_distribution

from davos.cli.projects import main
from davos.environments.project import Project


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a library, a distribution of conda's and one of pip's."""
    monkeypatch.setenv("DAVOS_HOME", str(tmp_path))
    project = Project("geo")
    project.ensure()
    prefix = project.project_dir
    write_conda_package(prefix, "libgdal", "3.8.4", {"lib/libgdal.so": ""}, "h1_0")
    files = python_files(prefix, "torch", "2.1", {"torch.py": ""})
    write_conda_package(prefix, "pytorch", "2.1", files)
    write_conda_package(prefix, "torn", "1", {}).write_text("{")
    write_distribution(prefix, "six", "1.16.0", {"six.py": ""})
    return project


def test_a_library_counts_as_a_package(project):
    assert project.installed_packages == [("libgdal", "3.8.4"), ("six", "1.16.0"), ("torch", "2.1")]


def test_freeze_has_a_library_as_a_comment(project, capsys):
    lines = ["six==1.16.0", "torch==2.1", "# conda: libgdal=3.8.4=h1_0"]
    assert project.freeze().splitlines() == lines
    assert main(["freeze", "geo"]) == 0
    assert capsys.readouterr().out.splitlines() == lines


def test_show_names_it(project, capsys):
    main(["show", "geo"])
    assert "conda packages:\n  libgdal 3.8.4\n" in capsys.readouterr().out
    main(["show", "geo", "--json"])
    (found,) = json.loads(capsys.readouterr().out)["projects"]
    assert found["conda_packages"] == [{"name": "libgdal", "version": "3.8.4", "build": "h1_0"}]


def test_a_removed_project_takes_them_along(project):
    project.remove(yes=True)
    assert not project.project_dir.exists()
    assert project.installed_packages == []
