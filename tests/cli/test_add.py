"""`davos add` and `davos remove`, with an index on the loopback."""

import json
import os

import pytest

from davos.installers.uv_command import find_uv

NEEDS_UV = pytest.mark.skipif(find_uv() is None, reason="needs uv")
BACKENDS = [pytest.param("uv", marks=NEEDS_UV), "pip"]


def sources(path):
    return ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_added_is_pinned_to_what_goes_with_the_rest(davos, write, package_index, backend):
    package_index.add("app", "1.0", requires=["lib<2"])
    package_index.add("lib", "1.0")
    package_index.add("lib", "2.0")
    path = write("a.ipynb", ["import davos", "smuggle app  # pip: app==1.0"])
    status, out, err = davos("add", "a.ipynb", "lib", "--resolver", backend)
    assert (status, err) == (0, "")
    assert out == "a.ipynb: added lib==1.0 (cell 2, row 2)\n"
    assert sources(path)[1] == "smuggle app  # pip: app==1.0\nsmuggle lib  # pip: lib==1.0"
    assert davos("remove", "a.ipynb", "app", "lib")[0] == 0
    assert sources(path) == ["import davos"]


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_the_module_is_what_the_package_holds(davos, write, package_index, monkeypatch, backend):
    if backend == "pip":
        monkeypatch.setattr("davos.resolution.added_packages.find_uv", lambda: None)
    package_index.add("odd-name", "1.0", files={"other/__init__.py": "", "tests/t.py": ""})
    path = write("a.py", "")
    assert davos("add", "a.py", "odd-name", "--resolver", backend)[0] == 0
    assert path.read_text() == "smuggle other  # pip: odd-name==1.0\n"


@pytest.mark.slow
@NEEDS_UV
def test_a_lock_is_renewed(davos, write, package_index):
    pytest.importorskip("packaging.pylock")
    package_index.add("one", "1.0")
    package_index.add("two", "1.0")
    path = write("a.ipynb", ["import davos", "smuggle one  # pip: one==1.0"])
    assert davos("lock", "a.ipynb")[0] == 0
    assert davos("add", "a.ipynb", "two")[1].endswith("its lock is up to date\n")
    assert davos("lock", "--check", "a.ipynb")[0] == 0
    locked = json.loads(path.read_text())["metadata"]["davos"]["lock"]["packages"]
    assert [one["name"] for one in locked] == ["one", "two"]
    davos("remove", "a.ipynb", "one")
    assert davos("lock", "--check", "a.ipynb")[0] == 0
    assert davos("remove", "a.ipynb", "two")[1].endswith("nothing is left to lock\n")
    assert "lock" not in json.loads(path.read_text())["metadata"].get("davos", {})


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_what_cannot_be_resolved_changes_nothing(davos, write, package_index, backend):
    package_index.add("app", "1.0", requires=["lib<2"])
    package_index.add("lib", "1.0")
    package_index.add("lib", "2.0")
    path = write("a.ipynb", ["import davos", "smuggle app  # pip: app==1.0"])
    before = path.read_bytes()
    for asked in ("nosuch", "lib>=2"):
        status, out, err = davos("add", "a.ipynb", "app", asked, "--resolver", backend)
        assert (status, out) == (1, "")
        assert asked.partition(">")[0] in err
    assert path.read_bytes() == before


def test_raw_writes_what_is_given(davos, write):
    path = write("a.py", "import os\n")
    assert davos("add", "--raw", "a.py", "pyyaml>=6 --pre") == (
        0,
        "a.py: added pyyaml>=6 (row 2)\n",
        "",
    )
    assert path.read_text() == "import os\nsmuggle yaml  # pip: pyyaml>=6 --pre\n"


def test_options_go_into_the_onion_comment(davos, write):
    path = write("a.py", "")
    url = "https://host.invalid/simple"
    assert davos("add", "--raw", "a.py", "my-tool", "--module", "a.b", "--index-url", url)[0] == 0
    (line,) = path.read_text().splitlines()
    assert line.startswith("smuggle a.b  # pip: my-tool --index-url")
    assert line.endswith(url)
    assert davos("check", "a.py", "--select", "DAV0,DAV1")[0] == 0


def test_a_repository_is_added_as_it_is_written(davos, write):
    path = write("a.py", "")
    assert davos("add", "--raw", "a.py", "six @ git+https://host.invalid/six@main")[0] == 0
    assert path.read_text() == "smuggle six  # pip: six @ git+https://host.invalid/six@main\n"


def test_diff_changes_nothing(davos, write):
    path = write("a.py", "smuggle six  # pip: six==1\n")
    for arguments in (
        ("add", "--raw", "--diff", "a.py", "six==2"),
        ("remove", "--diff", "a.py", "six"),
    ):
        status, out, _ = davos(*arguments)
        assert status == 1
        assert "-smuggle six  # pip: six==1\n" in out
    assert path.read_text() == "smuggle six  # pip: six==1\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-", "six"], "stdin cannot be changed"),
        (["folder", "six"], "folder is a folder: name one notebook or script"),
        (["a.py", "b.py"], "b.py is a document: change one document at a time"),
        (["six", "a.py"], "a.py is a document: it stands before the packages"),
        (["aa.py", "six"], "aa.py: no such file; did you mean a.py?"),
        (["broken.ipynb", "six"], "broken.ipynb: "),
        (["r.ipynb", "six"], "r.ipynb: its cells are not Python"),
    ],
)
@pytest.mark.parametrize("command", ["add", "remove"])
def test_a_wrong_document_is_told(davos, write, command, arguments, message):
    write("a.py", "smuggle six\n")
    write("b.py", "")
    write("folder/c.py", "")
    write("broken.ipynb", "{")
    kernel = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
    write(
        "r.ipynb", json.dumps({"cells": [], "metadata": kernel, "nbformat": 4, "nbformat_minor": 4})
    )
    status, out, err = davos(command, *arguments)
    assert (status, out) == (2, "")
    assert message in err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["six=="], 2, "'six==': 'six==' is not a valid requirement"),
        (["six --no-such"], 2, "--no-such"),
        (["six\nimport os"], 2, "six"),
        (["six", "attrs", "--module", "x"], 2, "--module is for one package"),
        (["six", "--module", "a-b"], 1, "'a-b' is not the name of a module"),
        (["six", "--module", "json"], 1, "json comes with Python or the kernel"),
        (["ipykernel"], 1, "ipykernel comes with Python or the kernel"),
        (["git+https://host.invalid/x"], 1, "NAME @ URL"),
    ],
)
def test_a_wrong_package_is_told(davos, write, arguments, status, message):
    path = write("a.py", "x = 1\n")
    found, out, err = davos("add", "--raw", "a.py", *arguments)
    assert (found, out) == (status, "")
    assert message in err
    assert path.read_text() == "x = 1\n"


def test_what_is_not_there_is_told_with_a_near_name(davos, write):
    path = write("a.py", "smuggle pandas, six\n")
    status, out, err = davos("remove", "a.py", "six", "pandsa")
    assert (status, out) == (1, "")
    assert err == "davos: a.py: no smuggle statement asks for pandsa; did you mean pandas?\n"
    assert path.read_text() == "smuggle pandas, six\n"


@pytest.mark.parametrize("command", [("add", "--raw"), ("remove",)])
def test_a_read_only_file_stays(davos, write, monkeypatch, command):
    path = write("a.py", "smuggle six\n")
    monkeypatch.setattr(os, "access", lambda *_: False)
    status, _, err = davos(*command, "a.py", "six")
    assert status == 2
    assert "a.py: it is read-only" in err
    assert path.read_text() == "smuggle six\n"
