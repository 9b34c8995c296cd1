"""What a lock says about versions, read without validation."""

import json

import pytest

from davos.documents.document import Document
from davos.documents.locked_versions import locked_versions, stored_lock


def versions(packages):
    found = locked_versions(Document("a.ipynb", "notebook", (), lock={"packages": packages}))
    return found.versions


@pytest.mark.parametrize(
    ("packages", "expected"),
    [
        ([{"name": "Foo_a", "version": "1"}], {"foo-a": "1"}),
        ([{"name": "a", "version": "1"}, {"name": "a", "version": "2"}], {"a": "1 or 2"}),
        ([{"name": "a", "vcs": {}}], {"a": ""}),
        ([1, {"version": "1"}, {"name": 2}], {}),
        ("text", {}),
    ],
)
def test_versions_are_by_normalised_name(packages, expected):
    assert versions(packages) == expected


def test_packages_of_conda_have_their_builds():
    entries = [{"name": "Foo_a", "version": "1", "build": "py_0"}, {"name": "b"}, 1]
    lock = {"packages": [], "tool": {"davos": {"conda": entries}}}
    found = locked_versions(Document("a.ipynb", "notebook", (), lock=lock))
    assert found.of_conda == {"Foo_a": "1 py_0"}
    lock["tool"]["davos"]["conda"] = "text"
    assert locked_versions(Document("a.ipynb", "notebook", (), lock=lock)).of_conda == {}


def test_a_document_without_a_lock_says_nothing(tmp_path):
    assert locked_versions(Document("a.ipynb", "notebook", ())) is None
    assert locked_versions(Document(str(tmp_path / "a.py"), "script", ())) is None


def test_the_lock_of_an_open_notebook_is_that_of_its_file(tmp_path):
    path = tmp_path / "a.ipynb"
    assert stored_lock(str(path)) is None
    path.write_text("{")
    assert stored_lock(str(path)) is None
    path.write_text(json.dumps({"metadata": {"davos": {"lock": {"packages": []}}}}))
    assert stored_lock(str(path)) == {"packages": []}
