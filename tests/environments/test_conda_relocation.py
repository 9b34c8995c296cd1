"""Renaming a project with conda packages in whose files its path stands."""

import hashlib
import json
import os

import pytest
from conda_environment import write_conda_package

from davos.distributions.conda_packages import find_conda_package
from davos.environments.conda_relocation import files, in_binary, in_text
from davos.environments.project import Project
from davos.exceptions import DavosProjectError

TEXTS = {
    "a path": (b"p = /h/old/x\n", b"p = /h/newer/x\n"),
    "the prefix alone": (b"/h/old", b"/h/newer"),
    "several": (b"/h/old:/h/old/x", b"/h/newer:/h/newer/x"),
    "before an option": (b"-L/h/old/lib", b"-L/h/newer/lib"),
    "another name that starts alike": (b"/h/older/x /h/old-2", b"/h/older/x /h/old-2"),
}


@pytest.mark.parametrize(("text", "wanted"), TEXTS.values(), ids=TEXTS)
def test_the_path_in_a_text_is_replaced_once(text, wanted):
    once = in_text(text, b"/h/old", b"/h/newer")
    assert once == wanted
    assert in_text(once, b"/h/old", b"/h/newer") == once


def test_a_name_that_continues_the_old_one_is_written_once():
    for new in (b"/h/old two", b"/h/old.2", b"/h/old2"):
        once = in_text(b"x=/h/old/y", b"/h/old", new)
        assert once == b"x=" + new + b"/y"
        assert in_text(once, b"/h/old", new) == once


BINARIES = {
    "shorter": (b"a\0/h/old/x\0b", b"/h/n", b"a\0/h/n/x\0\0\0b"),
    "longer, with padding": (b"/h/old/x\0\0\0b", b"/h/newer", b"/h/newer/x\0b"),
    "two in one string": (b"/h/old:/h/old\0\0\0\0\0b", b"/h/newer", b"/h/newer:/h/newer\0b"),
    "without padding": (b"/h/old/x\0b", b"/h/newer", b"/h/old/x\0b"),
    "without an end": (b"\0/h/old/x", b"/h/n", b"\0/h/old/x"),
}


@pytest.mark.parametrize(("data", "new", "wanted"), BINARIES.values(), ids=BINARIES)
def test_a_binary_file_keeps_its_length(data, new, wanted):
    assert in_binary(data, b"/h/old", new) == wanted
    assert len(wanted) == len(data)


def paths_data(prefix, contents, placeholder, modes):
    """The rows of a record for files that hold the prefix."""
    rows = [
        {
            "_path": path,
            "path_type": "hardlink",
            "sha256_in_prefix": hashlib.sha256(contents[path]).hexdigest(),
            "prefix_placeholder": placeholder,
            "file_mode": mode,
        }
        for path, mode in modes.items()
    ]
    return {"paths_version": 1, "paths": rows}


@pytest.fixture
def geo(tmp_path, monkeypatch):
    """How to make a project with a package whose placeholder has some length more than its path."""
    monkeypatch.setenv("DAVOS_HOME", str(tmp_path))

    def make(spare):
        project = Project("old")
        project.ensure()
        prefix = os.fsencode(project.project_dir)
        placeholder = "/" + "p" * (len(prefix) + spare - 1)
        contents = {
            "share/geo.txt": b"data = " + prefix + b"/share\n",
            "lib/libgeo.so": b"\x7fELF\0" + prefix + b"/share\0" + b"\0" * spare + b"end\0",
            "bin/geo": b"#!" + prefix + b"/bin/python\nhome = '" + prefix + b"'\n",
        }
        modes = {"share/geo.txt": "text", "lib/libgeo.so": "binary", "bin/geo": "text"}
        rows = paths_data(prefix, contents, placeholder, modes)
        link = {"source": f"{project.project_dir}/cache/geo", "type": 1}
        write_conda_package(project.project_dir, "geo", "1", contents, paths_data=rows, link=link)
        (project.project_dir / "bin/geo").chmod(0o755)
        return project

    return make


def seen(project):
    return {
        str(path.relative_to(project.project_dir)): path.read_bytes()
        for path in project.project_dir.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


@pytest.mark.parametrize("name", ["o", "old2", "much-longer"])
def test_a_renamed_project_has_its_new_path_in_the_files_of_conda_packages(geo, name):
    project = geo(spare=8)
    before, old = seen(project), os.fsencode(project.project_dir)
    project.rename(name)
    new, after = os.fsencode(project.project_dir), seen(project)
    assert after["share/geo.txt"] == b"data = " + new + b"/share\n"
    assert b"\0" + new + b"/share\0" in after["lib/libgeo.so"]
    assert len(after["lib/libgeo.so"]) == len(before["lib/libgeo.so"])
    assert after["lib/libgeo.so"].endswith(b"\0end\0")
    assert after["bin/geo"] == b"#!" + new + b"/bin/python\nhome = '" + new + b"'\n"
    assert os.access(project.project_dir / "bin/geo", os.X_OK)
    record = find_conda_package("geo", [str(project.project_dir)])
    digests = {file.path: file.sha256 for file in record.installed_files}
    assert digests == {path: hashlib.sha256(after[path]).hexdigest() for path in digests}
    assert record.record["link"]["source"] == f"{project.project_dir}/cache/geo"
    files(project.project_dir.with_name(os.fsdecode(old).rpartition("/")[2]), project.project_dir)
    assert seen(project) == after


def noted(project):
    folder = project.site_packages_dir.parent
    return json.loads((folder / "davos-installed.json").read_text())["conda:geo"]["record"]


def test_a_renamed_project_still_tells_what_was_changed_in_it(geo):
    """The digests of its files and of its records, that is, which `davos verify` compares."""
    project = geo(spare=8)
    record = project.project_dir / "conda-meta" / "geo-1-0.json"
    digest = hashlib.sha256(record.read_bytes()).hexdigest()
    known = {"conda:geo": {"version": "1", "sha256": "", "record": digest}}
    file = project.site_packages_dir.parent / "davos-installed.json"
    file.write_text(json.dumps(known))
    changed = project.project_dir / "share" / "geo.txt"
    changed.write_bytes(changed.read_bytes() + b"more")
    before = find_conda_package("geo", [str(project.project_dir)]).installed_files
    project.rename("newer")
    after = find_conda_package("geo", [str(project.project_dir)]).installed_files
    stale = [one.path for one in after if one in before]
    assert stale == ["share/geo.txt"]
    record = project.project_dir / "conda-meta" / "geo-1-0.json"
    assert noted(project) == hashlib.sha256(record.read_bytes()).hexdigest()
    record.write_text(record.read_text() + " ")
    known = noted(project)
    project.rename("other")
    assert noted(project) == known


def test_a_name_for_which_a_binary_file_has_no_room_is_refused(geo):
    project = geo(spare=2)
    before = seen(project)
    with pytest.raises(DavosProjectError, match=r"lib/libgeo.so of the conda package geo 1 has"):
        project.rename("longer")
    assert project.name == "old"
    assert seen(project) == before
    assert not Project("longer").exists
    project.rename("older")
    assert project.name == "older"


def test_files_outside_the_project_are_left_alone(geo, tmp_path):
    project = geo(spare=8)
    text = f"{project.project_dir}/x"
    for name in ("outside", "linked"):
        (tmp_path / name).write_text(text)
    (project.project_dir / "share/link").symlink_to(tmp_path / "linked")
    row = {"prefix_placeholder": "/" + "p" * 300, "file_mode": "text"}
    rows = [{**row, "_path": path} for path in ("../../outside", "share/link", "gone")]
    data = {"paths_version": 1, "paths": [*rows, "no row", {"_path": 1}]}
    write_conda_package(project.project_dir, "bad", "1", paths_data=data)
    (project.project_dir / "conda-meta/torn-1-0.json").write_text("{")
    project.rename("new")
    assert (tmp_path / "outside").read_text() == text
    assert (tmp_path / "linked").read_text() == text


def test_a_rename_that_was_killed_is_completed(geo, monkeypatch):
    project = geo(spare=8)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("davos.environments.conda_relocation._write", _die)
        project.rename("new")
    found = Project("new")
    found.ensure()
    new = os.fsencode(found.project_dir)
    assert seen(found)["share/geo.txt"] == b"data = " + new + b"/share\n"
    record = json.loads((found.project_dir / "conda-meta/geo-1-0.json").read_text())
    assert record["link"]["source"].startswith(str(found.project_dir))


def _die(*_):
    raise KeyboardInterrupt
