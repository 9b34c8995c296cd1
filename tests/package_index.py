"""A package index on the loopback (PEP 503 and 691), with hashes and upload times."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

JSON = "application/vnd.pypi.simple.v1+json"
LONG_AGO = "2020-01-01T00:00:00Z"


class PackageIndex:
    """Files by project, served below `url`."""

    def __init__(self, folder, write_wheel):
        self.folder = folder
        self.write_wheel = write_wheel
        self.projects = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.server.daemon_threads = True
        self.host = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.url = f"{self.host}/simple"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, name, version, *, uploaded=LONG_AGO, **kwargs):
        """Put a wheel into the index; its path."""
        path = self.write_wheel(self.folder, name, version, **kwargs)
        return self.add_file(name, path, uploaded=uploaded)

    def add_file(self, name, path, *, uploaded=LONG_AGO):
        """Put a file of a project into the index; its path."""
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self.projects.setdefault(name, []).append(
            {
                "filename": path.name,
                "url": f"{self.host}/files/{path.name}",
                "hashes": {"sha256": digest},
                "size": path.stat().st_size,
                "upload-time": uploaded,
            }
        )
        return path

    def answer(self, path, accepted):
        """The type and the bytes for a path; None if there is no such page."""
        parts = path.strip("/").split("/")
        if parts[0] == "files":
            return "application/octet-stream", (self.folder / parts[1]).read_bytes()
        files = self.projects.get(parts[-1])
        if files is None:
            return None
        if JSON in accepted:
            page = {
                "meta": {"api-version": "1.1"},
                "name": parts[-1],
                "versions": sorted({file["filename"].split("-")[1] for file in files}),
                "files": files,
            }
            return JSON, json.dumps(page).encode()
        links = "".join(
            f'<a href="{file["url"]}#sha256={file["hashes"]["sha256"]}">{file["filename"]}</a>'
            for file in files
        )
        return "text/html", links.encode()


def handler(index):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer = index.answer(self.path, self.headers.get("Accept", ""))
            self.send_response(200 if answer else 404)
            kind, body = answer or ("text/plain", b"")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_args):
            pass

    return Handler


@pytest.fixture
def package_index(tmp_path, tmp_path_factory, monkeypatch, write_wheel):
    """An empty index that is the only one of pip and of uv."""
    folder = tmp_path / "index"
    folder.mkdir()
    index = PackageIndex(folder, write_wheel)
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)
    # one for all tests: uv looks at an interpreter once
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "uv-cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield index
    index.server.shutdown()
    index.server.server_close()
