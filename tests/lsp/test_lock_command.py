"""Locks in editors: the locked version in hover, and the command that makes a lock."""

import json

import pytest

pytestmark = pytest.mark.slow  # a server for each test

LOCK = """[tool.davos]
requirements = ["six==1.16.0"]
[[packages]]
name = "six"
version = "1.16.0"
"""


def hover(client, uri, line, character):
    return client.ask("hover", uri, line, character)["contents"]["value"]


def shown(client):
    """The next message that the user sees."""
    found = client.wait_for(lambda message: message.get("method") == "window/showMessage")
    return found["params"]["message"]


def ask_to_lock(client, *uris):
    params = {"command": "davos.lock", "arguments": list(uris)}
    client.send({"id": "lock", "method": "workspace/executeCommand", "params": params})


def test_hover_tells_the_locked_version(client, tmp_path):
    (tmp_path / "pylock.a.toml").write_text(LOCK)
    text = "smuggle six  # pip: six==1.16.0\nsmuggle six  # pip: six\nsmuggle b  # pip: b\n"
    uri = client.open(text, (tmp_path / "a.py").as_uri())
    assert "\n\nlocked: `1.16.0`" in hover(client, uri, 0, 20)
    assert "is not what was locked" not in hover(client, uri, 0, 20)
    assert "locked: `1.16.0`, and this onion comment is not what was locked" in hover(
        client, uri, 1, 20
    )
    assert "not in the lock" in hover(client, uri, 2, 18)


def test_hover_tells_the_locked_build_of_a_package_of_conda(client, tmp_path):
    packages = '[[tool.davos.conda]]\nname = "pytorch"\nversion = "2.1"\nbuild = "py311_0"\n'
    (tmp_path / "pylock.a.toml").write_text(f"[tool.davos]\nrequirements = []\n{packages}")
    text = "smuggle torch  # conda: pytorch\nsmuggle torch  # pip: torch\n"
    uri = client.open(text, (tmp_path / "a.py").as_uri())
    assert "locked: `2.1 py311_0`, and" in hover(client, uri, 0, 26)
    assert "locked: `2.1 py311_0 of conda`, and" in hover(client, uri, 1, 24)


def test_a_notebook_has_its_lock_from_the_file(client, tmp_path):
    lock = {"packages": [{"name": "six", "version": "1.16.0"}]}
    path = tmp_path / "nb.ipynb"
    path.write_text(json.dumps({"cells": [], "metadata": {"davos": {"lock": lock}}, "nbformat": 4}))
    (uri,) = client.open_notebook(["smuggle six  # pip: six"], path.as_uri())
    assert "locked: `1.16.0`" in hover(client, uri, 0, 20)


def test_a_lock_out_of_date_can_be_renewed_by_the_command(client, tmp_path):
    path = tmp_path / "a.py"
    path.write_text("smuggle b  # pip: b\n")
    (tmp_path / "pylock.a.toml").write_text(LOCK)
    uri = client.open("smuggle b  # pip: b\n", path.as_uri())
    assert "DAV310" in client.codes(uri)
    place = {"line": 0, "character": 18}
    actions = client.ask(
        "codeAction", uri, range={"start": place, "end": place}, context={"diagnostics": []}
    )
    commands = [one["command"] for one in actions if one.get("command")]
    assert commands[0]["command"] == "davos.lock"
    assert commands[0]["arguments"] == [uri]


def test_the_command_locks_the_file_and_checks_it_again(client, tmp_path):
    path = tmp_path / "a.py"
    path.write_text("smuggle os\n")
    uri = client.open("smuggle os\n", path.as_uri())
    client.published(uri)
    ask_to_lock(client, uri)
    assert shown(client) == f"{path}: there is nothing to lock"
    client.published(uri)
    assert client.end() == 0


def test_what_is_not_saved_or_not_open_is_not_locked(client, tmp_path):
    path = tmp_path / "a.py"
    path.write_text("smuggle six\n")
    uri = client.open("smuggle os\n", path.as_uri())
    ask_to_lock(client, uri)
    assert shown(client) == "save a.py first: davos locks the file"
    ask_to_lock(client, "file:///elsewhere.py")
    assert shown(client) == "file:///elsewhere.py is not open"
    assert not (tmp_path / "pylock.a.toml").exists()


def test_the_command_without_its_argument_is_refused(client):
    for arguments in ({"arguments": []}, {}, {"arguments": [1, 2]}):
        params = {"command": "davos.lock", **arguments}
        assert "error" in client.answer("workspace/executeCommand", params)
    assert client.end() == 0
