"""Names of projects: what a name means, what is refused, and the folders of davos 0.2.3."""

import json
import re
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from davos.environments import project_names
from davos.environments.project import NOTEBOOK_FILE, AbstractProject, Project
from davos.exceptions import DavosProjectError


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("a/b", "no such file"),
        ("../x", "no such file"),
        ("/tmp", "folder"),
        ("~", "folder"),
        ("$NOT_SET_AT_ALL/a", r"variable \$NOT_SET_AT_ALL"),
        ("/a\0.ipynb", "zero byte"),
        (Path(""), "folder"),
    ],
)
def test_a_path_that_no_notebook_can_have_is_refused_with_the_reason(path, reason):
    with pytest.raises(DavosProjectError, match=reason):
        Project(path)


@pytest.mark.parametrize("name", [None, 3, b"x", ["a"]])
def test_what_is_neither_text_nor_a_path_is_a_type_error(name):
    with pytest.raises(TypeError, match=r"must be a str or a pathlib\.Path"):
        Project(name)


@pytest.mark.parametrize(("name", "reason"), [("a:b", "PATH"), (".davos-trash-1", "deletes")])
def test_a_name_that_would_break_the_environment_is_refused(name, reason):
    with pytest.raises(DavosProjectError, match=reason):
        Project(name)


def test_a_script_without_a_suffix_can_have_a_project_if_it_is_there(tmp_path):
    script = tmp_path / "tool"
    script.write_text("")
    assert Project(str(script)).notebook == script


def test_a_very_long_path_has_a_project(davos_home):
    project = Project("/" + "/".join(["d" * 250] * 20) + "/n.ipynb")
    project.ensure()
    assert Project.at(project.folder).name == project.name


def test_a_project_whose_notebook_is_gone_is_abstract(tmp_path):
    notebook = tmp_path / "a.ipynb"
    assert isinstance(Project(notebook), AbstractProject)
    notebook.write_text("")
    assert type(Project(notebook)) is Project
    assert isinstance(Project(notebook / "below.ipynb"), AbstractProject)


def test_a_home_with_spaces_and_accents(monkeypatch, tmp_path, fill):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DAVOS_HOME", "~/mé home")
    project = fill(Project("x"))
    assert project.project_dir == tmp_path / "mé home" / "projects" / "x"
    assert project.freeze() == "six==1.0"


@pytest.mark.parametrize(
    ("files", "folder", "found"),
    [
        ([], "home___me___nb", ["home/me/nb.ipynb"]),
        (["a/b___c.ipynb"], "a___b___c", ["a/b___c.ipynb"]),
        (["a/b/c.ipynb"], "a___b___c", ["a/b/c.ipynb"]),
        (["a/b/c.ipynb", "a/b___c.ipynb"], "a___b___c", ["a/b/c.ipynb", "a/b___c.ipynb"]),
        (["a_/b.ipynb"], "a____b", ["a_/b.ipynb"]),
        (["a/_b.ipynb"], "a____b", ["a/_b.ipynb"]),
        (["x y/é.ipynb"], "x y___é", ["x y/é.ipynb"]),
    ],
)
def test_a_folder_name_of_0_2_3_tells_its_notebooks(tmp_path, files, folder, found):
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("")
    prefix = str(tmp_path).replace("/", "___")
    notebooks = project_names.legacy_notebooks(f"{prefix}___{folder}")
    assert sorted(notebooks) == sorted(tmp_path / file for file in found)


@pytest.mark.parametrize("folder", ["plain", "a___b", "___", "______", ""])
def test_a_plain_name_is_no_folder_name_of_0_2_3(folder):
    assert project_names.legacy_notebooks(folder) == []


def old_project(notebook, davos_home):
    folder = davos_home / "projects" / project_names.legacy_folder(notebook)
    (folder / "lib").mkdir(parents=True)
    return folder


def test_a_notebook_goes_on_with_its_project_of_0_2_3(tmp_path, davos_home, fill):
    notebook = tmp_path / "nb.ipynb"
    notebook.write_text("")
    folder = old_project(notebook, davos_home)
    assert Project(notebook).project_dir == folder
    assert Project(folder.name).name == str(notebook)
    assert fill(Project(notebook)).installed_packages == [("six", "1.0")]
    assert json.loads((folder / NOTEBOOK_FILE).read_text())["notebook"] == str(notebook)


def test_two_notebooks_do_not_share_an_old_folder(tmp_path, davos_home):
    one, other = tmp_path / "b___c.ipynb", tmp_path / "b" / "c.ipynb"
    (tmp_path / "b").mkdir()
    one.write_text("")
    folder = old_project(one, davos_home)
    assert Project(one).project_dir == folder
    assert Project(other).project_dir != folder
    other.write_text("")
    assert folder not in {Project(one).project_dir, Project(other).project_dir}
    record = {"name": str(one), "notebook": str(one)}
    (folder / NOTEBOOK_FILE).write_text(json.dumps(record))
    assert Project(one).project_dir == folder != Project(other).project_dir


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"name": 3}',
        "[" * 100_000,
        '{"name": "x", "notebook": "/other.ipynb"}',
        '{"name": "../../etc", "notebook": ["a"], "bases": {"python3.11": 3}}',
        '{"name": "a", "bases": {"python3.11": {"prefix": "\\u0000", "version": "3"}}}',
    ],
)
def test_a_record_that_makes_no_sense_gives_the_folder_no_other_name(davos_home, text):
    folder = davos_home / "projects" / "a.ipynb-0123456789abcdef"
    folder.mkdir(parents=True)
    (folder / NOTEBOOK_FILE).write_text(text)
    project = Project.at(folder.name)
    assert (project.name, project.notebook, project.project_dir) == (folder.name, None, folder)
    assert project.lost_base is None


def test_a_script_beside_needs_no_separator(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Project("tool.py").notebook == tmp_path / "tool.py"


WINDOWS = [
    ("mine", None),
    ("con", "a device"),
    ("NUL.txt", "a device"),
    ("com1", "a device"),
    ("LPT\u00b9", "a device"),
    ("console", None),
    ("com10", None),
    ("a?", r"'\?'"),
    ('a"b', "'\"'"),
    ("a.", "a dot"),
    ("a.b", None),
    ("", "empty"),
]


@pytest.mark.parametrize(("name", "reason"), WINDOWS)
def test_what_windows_cannot_name_a_folder_is_refused_there(name, reason):
    found = project_names._objection(name, "nt")
    assert (found is None) if reason is None else re.search(reason, found)
    assert name == "" or project_names._objection(name, "posix") is None


def test_one_file_of_windows_has_one_folder_however_its_path_is_written():
    folders = {
        project_names.notebook_folder(PureWindowsPath(path)).partition("-")[2]
        for path in (r"C:\Work\Nb.ipynb", "c:/work/nb.ipynb")
    }
    assert len(folders) == 1
    posix = {project_names.notebook_folder(PurePosixPath(p)) for p in ("/W/a.ipynb", "/w/a.ipynb")}
    assert len(posix) == 2
