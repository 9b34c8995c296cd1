"""A client of the language server: it speaks JSON-RPC over the server's stdin and stdout."""

import contextlib
import itertools
import json
import os
import queue
import subprocess
import sys
import threading

import pytest

pytest.importorskip("pygls", reason="the language server is an extra: davos[lsp]")

TIMEOUT = 30


class Client:
    """One server process. Messages are plain dictionaries."""

    def __init__(self, folder, env=None):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "davos", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, **(env or {})},
        )
        self.numbers = itertools.count(1)
        self.messages = queue.Queue()
        self.diagnostics = {}
        self.log = []
        self.errors = []
        self.threads = [
            threading.Thread(target=self.read, daemon=True),
            threading.Thread(target=self.read_errors, daemon=True),
        ]
        for thread in self.threads:
            thread.start()

    # ---- reading ----

    def read(self):
        stream = self.process.stdout
        while True:
            length = None
            while (line := stream.readline()) not in {b"\r\n", b""}:
                name, _, value = line.partition(b":")
                if name == b"Content-Length":
                    length = int(value)
            if length is None:
                self.messages.put(None)
                return
            self.messages.put(json.loads(stream.read(length)))

    def read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line.decode())

    def next(self):
        """The next message; None at the end. Notifications are kept on the way."""
        message = self.messages.get(timeout=TIMEOUT)
        if message is not None and message.get("method") == "window/logMessage":
            self.log.append(message["params"]["message"])
        if message is not None and message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.diagnostics[params["uri"]] = params["diagnostics"]
        return message

    def wait_for(self, condition):
        while True:
            message = self.next()
            assert message is not None, "".join(self.errors)
            if condition(message):
                return message

    def published(self, uri):
        """The next diagnostics that are published for a URI."""
        found = self.wait_for(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
            )
        )
        return found["params"]["diagnostics"]

    def codes(self, uri):
        return [one["code"] for one in self.published(uri)]

    # ---- writing ----

    def raw(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def body(self, body):
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def send(self, message):
        self.body(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def notify(self, method, params=None):
        self.send(
            {"method": method, "params": params} if params is not None else {"method": method}
        )

    def answer(self, method, params=None):
        """The whole answer to a request."""
        number = next(self.numbers)
        message = {"id": number, "method": method}
        self.send(message if params is None else {**message, "params": params})
        return self.wait_for(lambda message: message.get("id") == number)

    def request(self, method, params=None):
        answer = self.answer(method, params)
        assert "error" not in answer, answer
        return answer.get("result")

    def ask(self, feature, uri, line=None, character=None, **more):
        """A request about a text document."""
        params = {"textDocument": {"uri": uri}, **more}
        if line is not None:
            params["position"] = {"line": line, "character": character}
        return self.request(f"textDocument/{feature}", params)

    # ---- the life of a session ----

    def initialize(self, encodings=None, **capabilities):
        capabilities.setdefault("notebookDocument", {"synchronization": {}})
        if encodings:
            capabilities["general"] = {"positionEncodings": encodings}
        params = {"processId": None, "rootUri": None, "capabilities": capabilities}
        result = self.request("initialize", params)
        self.notify("initialized", {})
        return result

    def open(self, text, uri="file:///nowhere/a.py"):
        item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def edit(self, uri, start, end, text, version=2):
        ends = [{"line": line, "character": character} for line, character in (start, end)]
        change = {"range": {"start": ends[0], "end": ends[1]}, "text": text}
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]},
        )

    def open_notebook(self, sources, uri="file:///nowhere/nb.ipynb"):
        """Open a notebook; a source of None is a Markdown cell. The URIs of the cells."""
        uris = [
            f"{uri.replace('file', 'vscode-notebook-cell', 1)}#{n}" for n in range(len(sources))
        ]
        cells = [
            {"kind": 1 if source is None else 2, "document": cell}
            for cell, source in zip(uris, sources)
        ]
        items = [
            {"uri": cell, "languageId": "python", "version": 1, "text": source}
            for cell, source in zip(uris, sources)
            if source is not None
        ]
        notebook = {"uri": uri, "notebookType": "jupyter-notebook", "version": 1, "cells": cells}
        params = {"notebookDocument": notebook, "cellTextDocuments": items}
        self.notify("notebookDocument/didOpen", params)
        return uris

    def change_notebook(self, cells, uri="file:///nowhere/nb.ipynb", version=2):
        params = {"notebookDocument": {"uri": uri, "version": version}, "change": {"cells": cells}}
        self.notify("notebookDocument/didChange", params)

    def end(self):
        """Shut down and exit; the exit status."""
        self.request("shutdown")
        self.notify("exit")
        return self.process.wait(TIMEOUT)

    def close(self):
        self.process.kill()
        self.process.wait()
        for thread in self.threads:
            thread.join(TIMEOUT)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(BrokenPipeError):
                stream.close()


@pytest.fixture
def start(tmp_path):
    """Starts servers that are not initialized."""
    clients = []

    def start(**env):
        clients.append(Client(tmp_path, env))
        return clients[-1]

    yield start
    for client in clients:
        client.close()


@pytest.fixture
def client(start):
    """A client of an initialized server of its own."""
    client = start()
    client.initialize()
    return client


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A client of a server that the tests of a module share: each opens a URI of its own."""
    client = Client(tmp_path_factory.mktemp("lsp"))
    client.initialize(
        workspace={"workspaceEdit": {"documentChanges": True}},
        textDocument={"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}},
    )
    yield client
    assert client.end() == 0
    assert not client.log
    client.close()


@pytest.fixture
def uri(request):
    """A URI that no other test uses."""
    return f"file:///nowhere/{abs(hash(request.node.name))}/a.py"
