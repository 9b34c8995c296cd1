"""What is published, for which document, and where in it."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

WRONG = "smuggle numpy as np  # pip: numpy==1.23.1 --nope\n"


def starts(diagnostics, code):
    return [
        (one["range"]["start"]["line"], one["range"]["start"]["character"])
        for one in diagnostics
        if one["code"] == code
    ]


def test_a_finding(shared, uri):
    shared.open(f"import davos\n\n{WRONG}", uri)
    (found,) = [one for one in shared.published(uri) if one["code"] == "DAV101"]
    assert found["source"] == "davos"
    assert found["severity"] == 1
    assert "--nope" in found["message"]
    page = unquote(urlsplit(found["codeDescription"]["href"]).path)
    assert Path(page).read_text(encoding="utf-8").startswith("# unknown-option (DAV101)")
    assert found["range"] == {
        "start": {"line": 2, "character": 42},
        "end": {"line": 2, "character": 48},
    }


def test_severities_and_tags(shared, uri):
    shared.open("import davos\n\nsmuggle json  # pip: json==1\n", uri)
    (found,) = [one for one in shared.published(uri) if one["code"] == "DAV203"]
    assert found["severity"] == 2
    assert found["tags"] == [1]


def test_typing_and_closing(shared, uri):
    shared.open("import davos\n\nsmuggle numpy  # pip: numpy==1.0 --nop\n", uri)
    assert "DAV101" in shared.codes(uri)
    shared.edit(uri, (2, 33), (2, 38), "--no-deps")
    assert "DAV101" not in shared.codes(uri)
    shared.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert shared.published(uri) == []


def test_the_whole_text_may_be_sent(shared, uri):
    shared.open("", uri)
    assert shared.published(uri) == []
    params = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": WRONG}]}
    shared.notify("textDocument/didChange", params)
    assert "DAV101" in shared.codes(uri)


def test_several_edits_in_one_message_follow_each_other(shared, uri):
    shared.open("a\r\nb\r\n", uri)
    shared.published(uri)
    at = {"line": 1, "character": 0}
    changes = [
        {"range": {"start": at, "end": {"line": 1, "character": 1}}, "text": ""},
        {"range": {"start": at, "end": at}, "text": "smuggle a as\r\n"},
    ]
    params = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": changes}
    shared.notify("textDocument/didChange", params)
    assert starts(shared.published(uri), "DAV001") == [(1, 12)]


# A text, and the word that must be found in it.
PLACES = {
    "astral": '"🐍🐍"; smuggle numpy  # pip: numpy --nope',
    "accents": '"äöü"; smuggle numpy  # pip: numpy --nope',
    "tab": "if 1:\n\tsmuggle numpy  # pip: numpy\t--nope",
    "CRLF": "x = 1\r\nsmuggle numpy  # pip: numpy --nope\r\n",
    "CR": "x = 1\rsmuggle numpy  # pip: numpy --nope\r",
    "form feed": "x = 1\n\fsmuggle numpy  # pip: numpy --nope",
    "line separator": '"\u2028\x85\x0b"; smuggle numpy  # pip: numpy --nope',
    "byte order mark": "\ufeffsmuggle numpy  # pip: numpy --nope",
    "encoding": "# coding: latin-1\n'é'; smuggle numpy  # pip: numpy --nope",
    "percent cells": "# %%\nx = 1\n# %%\nif 1:\n  smuggle numpy  # pip: numpy --nope",
    "lone surrogate": '"\udc80" # 🐍\nsmuggle numpy  # pip: numpy --nope',
}
UNITS = {
    "utf-8": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "utf-16": lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    "utf-32": len,
}


def place(text, word, units):
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    row = next(row for row, line in enumerate(lines) if word in line)
    return row, units(lines[row][: lines[row].index(word)])


@pytest.mark.parametrize("encoding", UNITS)
def test_positions(start, encoding):
    client = start()
    result = client.initialize(encodings=[encoding, "utf-16"])
    assert result["capabilities"]["positionEncoding"] == encoding
    for number, (name, text) in enumerate(PLACES.items()):
        uri = client.open(text, f"file:///nowhere/{number}.py")
        expected = place(text, "--nope", UNITS[encoding])
        assert starts(client.published(uri), "DAV101") == [expected], name
        assert client.ask("hover", uri, *expected)["range"]["start"] == {
            "line": expected[0],
            "character": expected[1],
        }, name
        # An edit in front of it moves it, and nothing is torn apart.
        client.edit(uri, expected, (expected[0], expected[1] + 6), "--🐍🐍 --nope")
        moved = (expected[0], expected[1] + UNITS[encoding]("--🐍🐍 "))
        found = [tuple(one["range"]["start"].values()) for one in client.published(uri)]
        assert expected in found or moved in found, name


def test_an_encoding_that_nobody_knows_is_utf16(start):
    result = start().initialize(encodings=["ebcdic"])
    assert result["capabilities"]["positionEncoding"] == "utf-16"


def test_positions_behind_the_end(shared, uri):
    shared.open("smuggle a\n", uri)
    shared.published(uri)
    shared.edit(uri, (0, 99), (7, 3), " as")
    assert starts(shared.published(uri), "DAV001") == [(0, 12)]


def test_a_configuration_counts(start, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.davos.check]\nselect = ['DAV101']\n")
    client = start()
    client.initialize()
    uri = client.open(WRONG, (tmp_path / "a.py").as_uri())
    assert client.codes(uri) == ["DAV101"]


def test_a_broken_configuration_is_logged_once(start, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.davos.check]\nselekt = []\n")
    client = start()
    client.initialize()
    for name in ("a.py", "b.py"):
        assert "DAV101" in client.codes(client.open(WRONG, (tmp_path / name).as_uri()))
    assert len([line for line in client.log if "selekt" in line]) == 1


def test_a_changed_configuration_counts_at_once(start, tmp_path):
    client = start()
    client.initialize(workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}})
    wanted = client.wait_for(lambda message: message.get("method") == "client/registerCapability")
    (registration,) = wanted["params"]["registrations"]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    client.send({"id": wanted["id"], "result": None})
    uri = client.open(WRONG, (tmp_path / "a.py").as_uri())
    assert client.codes(uri) == ["DAV101"]
    file = tmp_path / "pyproject.toml"
    file.write_text("[tool.davos.check]\nignore = ['DAV101']\n")
    client.notify(registration["method"], {"changes": [{"uri": file.as_uri(), "type": 1}]})
    assert client.codes(uri) == []
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    assert client.codes(uri) == []


def test_diagnostics_are_pulled_by_clients_that_can(start):
    client = start()
    client.initialize(textDocument={"diagnostic": {}})
    uri = client.open(WRONG)
    report = client.ask("diagnostic", uri)
    assert report["kind"] == "full"
    assert "DAV101" in [one["code"] for one in report["items"]]
    assert client.diagnostics == {}
    assert client.ask("diagnostic", "file:///nowhere/closed.py")["items"] == []
