"""Whatever comes in on standard input, `davos lsp` goes on, or ends with the stream."""

import json
import random

SMUGGLE = "smuggle six  # pip: six=1\n"
URI = "file:///nowhere/a.py"


def message(**content):
    return json.dumps({"jsonrpc": "2.0", **content}).encode()


def framed(body, length=None):
    return b"Content-Length: %d\r\n\r\n%s" % (len(body) if length is None else length, body)


def is_well(client):
    """Whether it still answers, and checks what is opened."""
    assert client.answer("davos/nonsense")["error"]["code"] == -32601
    client.open(SMUGGLE, URI)
    found = client.codes(URI)
    client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    return "DAV103" in found


NOTIFICATION = message(method="davos/nothing")
FRAMES = {
    "a length that is too short": framed(NOTIFICATION, 5),
    "no length": b"\r\n\r\n" + NOTIFICATION,
    "no head at all": NOTIFICATION,
    "a head of another kind": b"Content-Type: x\r\n\r\n" + NOTIFICATION,
    "a length beyond all memory": framed(NOTIFICATION, 999_999_999),
    "a length of many digits": framed(NOTIFICATION, 10**4000),
    "a length of nothing": framed(NOTIFICATION, 0),
    "a negative length": framed(NOTIFICATION, -1),
    "two lengths": b"Content-Length: 3\r\n" + framed(b"{}x"),
    "garbage": random.Random(1).randbytes(50_000),
    "garbage without line ends": b"\xff\x00" * 50_000,
    "a line that never ends, then a head": b"x" * 100_000,
    "not JSON": framed(b"{nonsense}"),
    "half a string": framed(b'{"jsonrpc": "2'),
    "not UTF-8": framed(b'{"jsonrpc": "\xff"}'),
    "UTF-16": framed(json.dumps({"jsonrpc": "2.0"}).encode("utf-16")),
    "NaN": framed(b'{"jsonrpc": "2.0", "id": NaN, "method": "davos/x"}'),
    "a number too long for int": framed(b"1" * 10_000),
    "a batch": framed(b"[%s]" % NOTIFICATION),
}


def test_the_server_goes_on_after_a_broken_frame(client):
    for name, frame in FRAMES.items():
        client.raw(frame)
        assert is_well(client), name
    assert client.end() == 0


def test_a_length_that_is_too_long_costs_the_messages_it_covers(client):
    client.raw(framed(NOTIFICATION, len(NOTIFICATION) + 100))
    for _ in range(3):
        client.notify("davos/nothing", {"filler": "x" * 100})
    assert is_well(client)
    assert client.end() == 0


def test_a_huge_length_allocates_nothing(client):
    status = f"/proc/{client.process.pid}/status"

    def size():
        with open(status) as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmPeak"))

    assert is_well(client)
    before = size()
    for length in (10**8 + 1, 999_999_999, 10**12):
        client.raw(framed(NOTIFICATION, length))
    assert is_well(client)
    assert size() - before < 200_000  # kB; another thread's heap is 64 MB


PARAMS = [
    None,
    [],
    {},
    {"textDocument": None},
    {"textDocument": {}},
    {"textDocument": {"uri": URI}},
    {"textDocument": {"uri": 5, "version": "x"}, "contentChanges": 5},
    {"textDocument": {"uri": "\ud800", "version": 1}, "contentChanges": [{"text": "\ud800"}]},
    {"notebookDocument": {"uri": URI, "version": 1}, "change": {"cells": {"structure": {}}}},
]
NOTIFICATIONS = [
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didClose",
    "notebookDocument/didOpen",
    "notebookDocument/didChange",
    "notebookDocument/didClose",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWatchedFiles",
    "$/cancelRequest",
    "$/setTrace",
    "$/progress",
    "initialized",
]


def test_notifications_with_missing_parameters(client):
    for method in NOTIFICATIONS:
        for params in PARAMS:
            client.notify(method, params)
    assert is_well(client)
    assert client.end() == 0


CONTENTS = [
    {"id": 99, "result": 1},
    {"id": 99, "error": {"code": 1, "message": "x"}},
    {"id": 99, "error": 5},
    {"id": [], "method": "davos/x"},
    {"id": {}, "method": "davos/x"},
    {"id": None, "method": "davos/x"},
    {"id": 1.5, "method": "davos/x"},
    {"id": True, "method": "davos/x"},
    {"id": 10**400, "method": "davos/x"},
    {"id": "\ud800", "method": "davos/\ud800"},
    {"method": 5},
    {"id": 7, "method": ["davos/x"]},
    {"id": 7, "method": {"a": 1}},
    {"id": 7},
    {},
]


def test_messages_that_are_no_requests(client):
    for content in CONTENTS:
        client.body(message(**content))
        assert is_well(client), content
    assert client.end() == 0


PLACES = [(10**9, 0), (0, 10**9), (2**31 - 1, 2**31 - 1), (-1, -1), (0, -5), (1, 0), (10**30, 0)]


def test_positions_outside_the_text(client):
    client.open(SMUGGLE, URI)
    for line, character in PLACES:
        place = {"line": line, "character": character}
        for feature in ("hover", "completion"):
            params = {"textDocument": {"uri": URI}, "position": place}
            client.answer(f"textDocument/{feature}", params)
        client.answer(
            "textDocument/codeAction",
            {
                "textDocument": {"uri": URI},
                "range": {"start": place, "end": {"line": 0, "character": 0}},
                "context": {"diagnostics": []},
            },
        )
        client.answer(
            "textDocument/semanticTokens/range",
            {"textDocument": {"uri": URI}, "range": {"start": place, "end": place}},
        )
        client.edit(URI, (line, character), (0, 0), "")
    assert is_well(client)
    assert client.end() == 0


def test_a_text_that_no_encoding_can_write(client):
    client.open("smuggle six  # pip: six=1 \ud800\n", URI)
    client.codes(URI)
    client.ask("hover", URI, 0, 20)
    client.ask("semanticTokens/full", URI)
    assert is_well(client)
    assert client.end() == 0
