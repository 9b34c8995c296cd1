"""The server through a whole session: order, broken messages, the end."""

import json
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.slow  # a server for each test

SMUGGLE = "smuggle numpy as np  # pip: numpy==1.23.1 --nope\n"


def test_a_session_ends_with_status_0(client):
    assert client.end() == 0


def test_an_end_while_a_check_is_due(client):
    uri = client.open(SMUGGLE)
    client.published(uri)
    client.edit(uri, (0, 0), (0, 0), "x = 1\n")
    assert client.end() == 0
    assert not client.errors


def test_an_exit_without_shutdown_while_a_check_is_due(client):
    client.open(SMUGGLE)
    client.notify("exit")
    assert client.process.wait(30) == 1


def test_exit_without_shutdown_is_status_1(client):
    client.notify("exit")
    assert client.process.wait(30) == 1


def test_a_client_that_is_gone_is_status_1(client):
    client.process.stdin.close()
    assert client.process.wait(30) == 1


def test_an_exit_before_initialize(start):
    client = start()
    client.notify("exit")
    assert client.process.wait(30) == 1


def test_capabilities(start):
    result = start().initialize()
    found = result["capabilities"]
    assert result["serverInfo"]["name"] == "davos"
    assert found["positionEncoding"] == "utf-16"
    assert found["textDocumentSync"]["openClose"]
    assert found["textDocumentSync"]["change"] == 2
    assert found["notebookDocumentSync"]["notebookSelector"]
    assert "source.fixAll.davos" in found["codeActionProvider"]["codeActionKinds"]
    assert found["semanticTokensProvider"]["legend"]["tokenTypes"][0] == "keyword"
    for name in ("hoverProvider", "completionProvider", "documentSymbolProvider"):
        assert found[name]


def test_a_request_before_initialize_is_refused(start):
    client = start()
    params = {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 0}}
    assert client.answer("textDocument/hover", params)["error"]["code"] == -32002
    client.open(SMUGGLE)  # dropped
    client.initialize()
    assert client.end() == 0


def test_initialize_only_once(client):
    params = {"processId": None, "rootUri": None, "capabilities": {}}
    assert client.answer("initialize", params)["error"]["code"] == -32600
    assert client.end() == 0


def test_nothing_but_exit_after_shutdown(client):
    client.request("shutdown")
    assert client.answer("shutdown")["error"]["code"] == -32600
    client.notify("exit")
    assert client.process.wait(30) == 0


def test_an_unknown_request_is_refused_and_an_unknown_notification_ignored(client):
    assert client.answer("davos/nonsense", {})["error"]["code"] == -32601
    client.notify("davos/nonsense", {})
    client.notify("$/cancelRequest", {"id": 99})
    assert client.end() == 0


BROKEN = {
    "no JSON": (b"{", -32700),
    "no text": (b"\xff\xfe", -32700),
    "a number": (b"1", -32600),
    "a list": (b"[]", -32600),
    "no version": (b'{"id": 7, "method": "shutdown"}', -32600),
    "another version": (b'{"jsonrpc": "1.0", "id": 7, "method": "shutdown"}', -32600),
    "deep": (b"[" * 100_000, -32700),
}


def test_broken_messages_are_answered_and_the_session_goes_on(client):
    for name, (body, code) in BROKEN.items():
        client.body(body)
        answer = client.wait_for(lambda message: "error" in message)
        assert answer["error"]["code"] == code, name
    client.open(SMUGGLE)
    assert "DAV101" in client.codes("file:///nowhere/a.py")
    assert client.end() == 0


def test_wrong_parameters_are_answered_under_their_number(client):
    for params in [None, {}, [], "x", {"textDocument": 1}, {"textDocument": {"uri": None}}]:
        answer = client.answer("textDocument/hover", params)
        assert answer["error"]["code"] == -32602, params
    assert client.end() == 0


def test_wrong_parameters_of_a_notification_are_logged(client):
    client.notify("textDocument/didOpen", {"textDocument": 5})
    client.wait_for(lambda message: message.get("method") == "window/logMessage")
    assert client.end() == 0


HEADS = [
    b"Content-Length: none\r\n\r\n",
    b"Content-Length: -5\r\n\r\n",
    b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    b"Content-Length: 0\r\n\r\n",
    b"nonsense\r\n\r\n",
    b"\x00\xff\x00\n\n",
]


def test_broken_heads_are_passed_over(client):
    for head in HEADS:
        client.raw(head)
        assert client.answer("davos/nonsense")["error"]["code"] == -32601, head
    assert client.end() == 0


def test_heads_in_another_spelling(client):
    body = json.dumps({"jsonrpc": "2.0", "id": "x", "method": "shutdown"}).encode()
    head = b"content-type: application/json\r\nCONTENT-LENGTH:%d\r\n\r\n" % len(body)
    client.raw(head + body)
    assert client.wait_for(lambda message: message.get("id") == "x")["result"] is None


def test_a_message_cut_off_in_the_middle(client):
    client.raw(b'Content-Length: 5000\r\n\r\n{"jsonrpc"')
    client.process.stdin.close()
    assert client.process.wait(30) == 1


def test_documents_that_are_not_open(client):
    uri = "file:///nowhere/closed.py"
    assert client.ask("hover", uri, 0, 0) is None
    assert client.ask("completion", uri, 0, 0)["items"] == []
    assert client.ask("documentSymbol", uri) == []
    assert client.ask("semanticTokens/full", uri)["data"] == []
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    assert client.ask("codeAction", uri, range=place, context={"diagnostics": []}) == []
    client.edit(uri, (0, 0), (0, 0), "x")
    client.wait_for(lambda message: message.get("method") == "window/logMessage")
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.notify(
        "notebookDocument/didChange", {"notebookDocument": {"uri": "x", "version": 1}, "change": {}}
    )
    client.wait_for(lambda message: message.get("method") == "window/logMessage")
    assert client.end() == 0


def test_what_python_refuses_is_no_failure(client):
    texts = ["\0smuggle a", "smuggle a\n\ud800", "(" * 10_000 + "\nsmuggle a", "smuggle", "from"]
    for number, text in enumerate(texts):
        uri = client.open(text, f"file:///nowhere/{number}.py")
        client.published(uri)
        client.ask("hover", uri, 0, 0)
        client.ask("completion", uri, 0, 1)
    assert client.end() == 0


def test_a_huge_file_answers_while_it_is_typed_in(client):
    text = "x = 1\n" * 20_000 + SMUGGLE
    uri = client.open(text)
    assert "DAV101" in client.codes(uri)
    started = time.monotonic()
    for number in range(20):
        client.edit(uri, (0, 0), (0, 0), "y", number + 2)
    assert client.ask("hover", uri, 20_000, 2)["contents"]
    assert "DAV101" in client.codes(uri)
    assert time.monotonic() - started < 20


def test_without_the_extra_one_clear_error():
    code = (
        "import sys; sys.modules['pygls'] = None\n"
        "from davos.cli.main import main; sys.exit(main(['lsp']))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert found.returncode == 2
    assert found.stderr.count("\n") == 1
    assert "'davos[lsp]>=0.3'" in found.stderr
    assert found.stdout == ""


def test_wrong_usage_is_status_2():
    found = subprocess.run(
        [sys.executable, "-m", "davos", "lsp", "--nope"], capture_output=True, check=False
    )
    assert found.returncode == 2
