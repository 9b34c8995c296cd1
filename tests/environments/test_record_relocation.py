"""RECORD of what a renamed project holds."""

import json

import pytest
from distributions_on_disk import SITE, differs_from_record, write_distribution

from davos.distributions.index import find_distribution
from davos.environments import relocate
from davos.environments.installed_files import FILE, digest_of, record_digest
from davos.environments.project import Project

SHA = "a" * 64


@pytest.fixture
def old(tmp_path, monkeypatch):
    """A project with a distribution in whose files its path stands."""
    monkeypatch.setenv("DAVOS_HOME", str(tmp_path))
    project = Project("old")
    project.ensure()
    prefix = project.project_dir
    write_distribution(
        prefix,
        "e",
        "1",
        {
            "e.py": f"HERE = '{prefix}/share'\n",
            "../../../bin/e": f"#!{prefix}/bin/python\nprint()\n",
            "../../../bin/long": f"#!/bin/sh\n'''exec' \"{prefix}/bin/python\" \"$0\" \"$@\"\n' '''\n",
            "__editable__.e.pth": f"{prefix}/src/e\n",
            "e-1.dist-info/direct_url.json": f'{{"url": "file://{prefix}/src/e"}}',
        },
    )
    return project


def distribution(project):
    return find_distribution("e", [str(project.site_packages_dir)])


def test_the_files_of_a_renamed_project_are_as_recorded(old):
    old.rename("a new name")
    prefix = old.project_dir
    assert str(prefix) in (prefix / "bin/e").read_text()
    assert (prefix / SITE / "__editable__.e.pth").read_text() == f"{prefix}/src/e\n"
    assert differs_from_record(prefix) == []


@pytest.mark.parametrize("name", ["bin/e", f"{SITE}/e.py", f"{SITE}/__editable__.e.pth"])
def test_what_was_changed_before_still_differs(old, name):
    with (old.project_dir / name).open("a") as file:
        file.write("import os\n")
    old.rename("new")
    assert [path.rpartition("/")[2] for path in differs_from_record(old.project_dir)] == [
        name.rpartition("/")[2]
    ]


def test_what_is_known_of_the_installed_file_stays_known(old):
    noted = {"version": "1", "sha256": SHA, "record": record_digest(distribution(old))}
    (old.site_packages_dir.parent / FILE).write_text(json.dumps({"e": noted}))
    assert digest_of(distribution(old)) == SHA
    old.rename("new")
    assert digest_of(distribution(old)) == SHA


def test_a_rename_that_was_ended_in_between_is_completed(old):
    before = old.project_dir
    after = before.with_name("new")
    before.rename(after)
    relocate.files(before, after)
    assert len(differs_from_record(after)) == 4
    for _ in range(2):
        relocate.project(before, after)
        assert differs_from_record(after) == []
