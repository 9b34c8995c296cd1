"""An index behind a password: it works as with pip, and nobody sees the password."""

from __future__ import annotations

import base64
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("pip_backend")]

SECRET = "hunter2"


@contextmanager
def private_index(wheel: Path):
    """An index on the loopback with one wheel, for one user."""
    wanted = "Basic " + base64.b64encode(f"me:{SECRET}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            allowed = self.headers.get("Authorization") == wanted
            page = f'<a href="/{wheel.name}">{wheel.name}</a>'.encode()
            body = wheel.read_bytes() if self.path.endswith(".whl") else page
            self.send_response(200 if allowed else 401)
            if not allowed:
                self.send_header("WWW-Authenticate", "Basic realm=x")
                body = b""
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # what uv asks for first

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def smuggle(start_session, monkeypatch):
    """A function that smuggles `dvp` in a session, and returns all that it says and keeps."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)

    def run(onion, *, fails=False):
        code = (
            "davos.config.suppress_stdout = False\n"
            f"davos.smuggle('dvp', args_str={onion!r})\n"
            "print(davos.config, davos.config._repr_html_(), davos.config.smuggled)\n"
            "print(davos.config.project.freeze())"
        )
        return str(start_session(code).result(fails=fails))

    return run


@pytest.mark.parametrize("how", ["-v -i {}/simple dvp", "dvp @ {}/dvp-1.0-py3-none-any.whl"])
def test_credentials_work_and_are_masked(smuggle, write_wheel, tmp_path, project_dir, how):
    wheel = Path(write_wheel(tmp_path, "dvp", "1.0"))
    with private_index(wheel) as host:
        said = smuggle(how.format(f"http://me:{SECRET}@{host}"))
        assert f"http://me:****@{host}" in said
        assert "installed dvp 1.0" in said
        assert SECRET not in said
        assert "installed dvp 1.0" not in smuggle(how.format(f"http://me:{SECRET}@{host}"))
    kept = [file.read_bytes() for file in project_dir.rglob("*") if file.is_file()]
    assert not any(SECRET.encode() in one for one in kept)


def test_wrong_credentials_are_masked_in_the_error(smuggle, write_wheel, tmp_path):
    wheel = Path(write_wheel(tmp_path, "dvp", "1.0"))
    with private_index(wheel) as host:
        said = smuggle(f"dvp @ http://me:not{SECRET}@{host}/{wheel.name}", fails=True)
        assert "InstallerError" in said
        assert SECRET not in said.partition("InstallerError: ")[2]
