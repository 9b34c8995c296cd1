"""What the hosts of a cluster are asked for."""

import json

import pytest

from davos.engine.session_requirements import Entry
from davos.environments import search_path
from davos.environments.project import Project
from davos.frontends.cluster.payload import digest_of, payload_of, process_name
from davos.onion.validator import validate_text


@pytest.fixture
def project(fill, monkeypatch, tmp_path):
    """A project on the search path, with six 1.0."""
    import sys

    monkeypatch.setattr(sys, "path", list(sys.path))
    project = fill(Project.named("nb"), "dvtsix", "1.0+local")
    search_path.activate(project)
    yield project
    search_path.deactivate()


def entry(args, version="1.0", module="dvtsix", installer="pip"):
    onion = validate_text(installer, args)
    return Entry(
        onion.requirement.name or "dvtsix", version, onion.requirement, module, onion=onion
    )


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("dvtsix", "dvtsix==1.0"),
        ("dvtsix>=0.5,<2", "dvtsix==1.0"),
        ("dvtsix==1.*", "dvtsix==1.0"),
        ("dvtsix==1.0", "dvtsix==1.0"),
        ("dvtsix==1.0+local", "dvtsix==1.0+local"),
        ("dvtsix[a,b]>0", "'dvtsix[a,b]==1.0'"),
        ("--pre -v dvtsix", "--pre --verbose dvtsix==1.0"),
        ("--upgrade --force-reinstall -I dvtsix>0", "dvtsix==1.0"),
        (
            "--index-url https://me:secret@host/ dvtsix",
            "--index-url https://me:secret@host/ dvtsix==1.0",
        ),
        ("git+https://host/x@main#egg=dvtsix", "'git+https://host/x@main#egg=dvtsix'"),
        ("-e ./folder", "-e ./folder"),
        ("./folder", "./folder"),
    ],
)
def test_a_requirement_is_sent_with_the_sessions_version(project, written, sent):
    rows = payload_of(project, [entry(written, "1.0+local")], [])["requirements"]
    assert [row["args"] for row in rows] == [sent]
    assert validate_text("pip", rows[0]["args"]).requirement


def test_hashes_go_along(project):
    digest = f"sha256:{'0' * 64}"
    rows = payload_of(project, [entry(f"dvtsix==1.0 --hash={digest}")], [])["requirements"]
    assert validate_text("pip", rows[0]["args"]).options["hash"] == [digest]


def test_credentials_are_not_shown(project):
    url = "https://me:secret@host/dvtsix-1.0.tar.gz"
    (row,) = payload_of(project, [entry(f"dvtsix @ {url}")], [])["requirements"]
    assert "secret" in row["args"]
    assert "secret" not in row["shown"]


def test_a_smuggle_without_an_onion_is_sent_as_what_it_came_from(project):
    found = payload_of(project, [], ["dvtsix", "json", "dvt_no_distribution"])
    assert [row["args"] for row in found["requirements"]] == ["dvtsix==1.0"]


def test_the_parts_of_a_namespace_are_told_apart(project):
    found = payload_of(project, [entry("dvtsix", module="google.cloud.storage")], [])
    assert found["requirements"][0]["modules"] == ["google.cloud.storage"]


def test_what_else_the_project_holds_goes_along_by_its_version(project, fill):
    found = payload_of(project, [], [])
    assert found["versions"] == {"dvtsix": "1.0"}
    assert payload_of(project, [entry("dvtsix")], [])["versions"] == {}


def test_it_is_plain_data_and_tells_sessions_apart(project):
    found = payload_of(project, [entry("dvtsix")], [])
    assert json.loads(json.dumps(found)) == found
    assert found["session"] == process_name()
    assert digest_of(found) != digest_of({**found, "versions": {"a": "1"}})


@pytest.mark.parametrize("name", ["nb.ipynb", "a" * 199])
def test_the_project_on_the_hosts_has_a_valid_name(tmp_path, name):
    project = Project(tmp_path / name) if "." in name else Project(name)
    assert Project.named(payload_of(project, [], [])["project"])
