"""jupyter-lsp finds the language server, and a notebook's findings come through it."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

pytest.importorskip("pygls", reason="needs the extra lsp")
manager = pytest.importorskip("jupyter_lsp.manager", reason="needs jupyter-lsp (with jupyterlab)")
handlers = pytest.importorskip("jupyter_lsp.handlers")

PATIENCE = 120
INITIALIZE = {"capabilities": {}, "processId": None, "rootUri": None, "workspaceFolders": None}
# As jupyterlab-lsp opens a notebook: its code cells, one below the other, as one document.
TEXT = "import davos\n\n\nsmuggle six  # pip: six --no-such-option\n"
OPENED = {"uri": "file:///nb.ipynb", "languageId": "python", "version": 1, "text": TEXT}


def test_the_specification_is_found_and_valid():
    servers = manager.LanguageServerManager()
    servers.init_language_servers()
    found = servers.language_servers["davos"]
    assert found["argv"] == [sys.executable, "-m", "davos", "lsp"]
    assert found["languages"] == ["python"]


def test_there_is_none_without_pygls(monkeypatch):
    from davos.lsp import jupyter_spec

    monkeypatch.setattr(jupyter_spec, "find_spec", lambda name: None)
    assert jupyter_spec.servers(None) == {}


class Handler(handlers.LanguageServerWebSocketHandler):
    """A front end's web socket, without the web."""

    language_server = "davos"

    def __init__(self):
        self.received = asyncio.Queue()
        self.write_message = self.received.put_nowait


async def converse():
    """The messages of the server up to its first findings, through a session of jupyter-lsp."""
    servers = manager.LanguageServerManager()
    servers.initialize()
    handler = Handler()
    servers.subscribe(handler)
    process = servers.sessions["davos"].process

    async def send(**message):
        await servers.on_client_message(json.dumps({"jsonrpc": "2.0", **message}), handler)

    async def receive(is_wanted):
        while True:
            message = json.loads(await asyncio.wait_for(handler.received.get(), PATIENCE))
            if is_wanted(message):
                return message

    try:
        await send(id=0, method="initialize", params=INITIALIZE)
        await receive(lambda message: message.get("id") == 0)
        await send(method="initialized", params={})
        await send(method="textDocument/didOpen", params={"textDocument": OPENED})
        return await receive(lambda it: it.get("method") == "textDocument/publishDiagnostics")
    finally:
        servers.unsubscribe(handler)
        process.wait(PATIENCE)


@pytest.mark.slow
def test_a_session_of_jupyter_lsp_gives_the_findings():
    (found,) = asyncio.run(converse())["params"]["diagnostics"]
    assert found["code"] == "DAV101"
    assert found["range"]["start"] == {"line": 3, "character": 24}
