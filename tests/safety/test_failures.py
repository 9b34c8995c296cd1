"""Whatever goes wrong in an install: a clear error, the old state, a living kernel."""

from __future__ import annotations

import os
import re
import resource
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sessions import contents

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("pip_backend")]

QUICK = "--timeout 1 --retries 0"


@contextmanager
def serving(answer):
    """An index on the loopback that answers each request with a function."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/simple"
    server.shutdown()
    server.server_close()


def send(status, body=b""):
    def answer(handler):
        handler.send_response(status)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def stall(_handler):
    time.sleep(30)


def send_half(handler):
    """A page, and then a wheel that breaks off."""
    if handler.path.endswith(".whl"):
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(b"PK\x03\x04")
    else:
        send(200, b'<a href="/dva-2.0-py3-none-any.whl">dva-2.0-py3-none-any.whl</a>')(handler)


@pytest.fixture
def fail(start_session, index, project_dir):
    """A function that installs `dva` 1.0, then fails to install an onion; the error's text."""
    index("dva", "1.0")
    index("dvb", "1.0")

    def attempt(onion, name="dva", before="", env=None):
        start_session("davos.smuggle('dva', args_str='dva==1.0')").result()
        old = contents(project_dir)
        code = f"""
davos.smuggle('dva', args_str='dva==1.0')
{before}
try:
    davos.smuggle({name!r}, args_str={onion!r})
except (davos.exceptions.DavosError, ImportError) as error:
    print(error)
else:
    print('no error')
davos.smuggle('dva', args_str='dva==1.0')  # the session goes on
"""
        text = start_session("import davos.exceptions\n" + code, env).result()
        assert contents(project_dir) == old
        leftovers = {path.name for path in project_dir.parent.iterdir()}
        assert leftovers == {"shared"}
        return text

    return attempt


def first_line(text):
    return text.partition("\n")[0]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (send(500), r"cannot be reached.*\W500"),
        (send(503), r"cannot be reached.*\W503"),
        (send(404), "No matching distribution found|dva was not found in the package registry"),
        (stall, "cannot be reached.*([Tt]imed out|didn't respond)"),
        (send_half, "corrupt or incomplete|cannot be reached"),
    ],
    ids=["500", "503", "404", "stall", "half"],
)
def test_an_index_that_fails(fail, answer, words, pip_backend):
    with serving(answer) as url:
        env = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": ""}
        text = fail(f"dva==2.0 --index-url {url} {QUICK}", env=env)
    assert first_line(text).startswith(f"{pip_backend} could not install dva==2.0 (")
    assert re.search(words, first_line(text)), text


def test_an_index_that_is_not_there(fail):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
        env = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": ""}
        text = fail(f"dva==2.0 --index-url {url} {QUICK}", env=env)
    assert re.search(r"dva==2\.0 .*cannot be reached.* said: ", first_line(text)), text
    assert "refused" in text


def test_a_corrupt_wheel(fail, index):
    wheel = index("dva", "2.0")
    wheel.write_bytes(wheel.read_bytes()[:-200])
    line = first_line(fail("dva==2.0"))
    assert re.search(r"dva==2\.0 .*(corrupt|damaged)", line), line


def test_a_wheel_whose_content_is_corrupt(fail, index):
    """The archive opens, but a file's checksum is wrong: pip notices while it unpacks."""
    wheel = index("dva", "2.0", {"dva.py": "v = 1234567890\n", "dva2.py": ""})
    wheel.write_bytes(wheel.read_bytes().replace(b"1234567890", b"1234567891", 1))
    line = first_line(fail("dva==2.0"))
    assert re.search(r"dva==2\.0 .*(corrupt|damaged)", line), line


def test_a_wrong_hash(fail, index):
    index("dva", "2.0")
    line = first_line(fail(f"dva==2.0 --hash=sha256:{'0' * 64}"))
    assert re.search(r"dva==2\.0 .*do not trust it", line), line


@contextmanager
def mounted(folder):
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a small file system")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_full_disk(fail, index, davos_home):
    index("dva", "2.0", {"dva.py": "", "dvadata.bin": "x" * 5_000_000})
    with mounted(davos_home):
        line = first_line(fail("dva==2.0"))
    assert re.search(r"dva==2\.0 .*The disk is full", line), line


def test_a_file_that_may_not_grow(fail, index):
    """As a quota does: each file may have 1 MB."""
    index("dva", "2.0", {"dva.py": "", "dvadata.bin": "x" * 3_000_000})
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({1 << 20}, {1 << 20}))"
    line = first_line(fail("dva==2.0", before=limit))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    assert re.search(r"dva==2\.0 .*File too large", line), line


def test_a_home_that_cannot_be_written(start_session, index, tmp_path):
    """A file where the home should be fails for root, too, whom no permission stops."""
    index("dva", "1.0")
    (tmp_path / "home").write_text("")
    code = """
import davos.exceptions
try:
    davos.smuggle('dva', args_str='dva==1.0')
except davos.exceptions.DavosProjectError as error:
    print(error)
"""
    home = tmp_path / "home" / "davos"
    text = start_session(code, {"DAVOS_HOME": str(home)}).result()
    assert text.startswith(f"cannot write to {home}/locks: ")


INTERRUPTED = """
import os, signal, threading, time
from davos import subprocesses
real, started = subprocesses._start, []
def start(*args):
    started.append(real(*args))
    return started[-1]
subprocesses._start = start
folder = davos.config.project.project_dir.parent
def staged(pattern):
    place = '.davos-staging-*/environment/lib/*/site-packages/davoslarge/'
    return list(folder.glob(place + pattern))
def interrupt():
    while not (started and ({moment})):
        time.sleep(0.005)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
try:
    davos.smuggle('davoslarge', args_str='davoslarge==2.0')
except KeyboardInterrupt:
    print('interrupted', started[0].poll() is not None)
"""


@pytest.mark.parametrize(
    "moment",
    ["True", "staged('*')", "staged('part0/m*_2.py')"],
    ids=["at once", "first file staged", "many files staged"],
)
def test_an_interrupt_ends_the_installer_and_restores(
    start_session, write_large_wheel, project_dir, moment
):
    for version in ("1.0", "2.0"):
        write_large_wheel(version)
    start_session("davos.smuggle('davoslarge', args_str='davoslarge==1.0')").result()
    old = contents(project_dir)
    output = start_session(INTERRUPTED.format(moment=moment)).result()
    assert output == "interrupted True\n"
    assert contents(project_dir) == old


def test_an_interrupted_kernel_goes_on(kernel, index, davos_home):
    """Interrupted as a front end does, while pip waits for an index that never answers."""
    manager, client = kernel
    asked = threading.Event()

    def wait(_handler):
        asked.set()
        time.sleep(30)

    with serving(wait) as url:
        cell = f"import davos\n%env PIP_NO_INDEX=0\ndavos.smuggle('dva', args_str='dva -i {url}')"
        message = client.execute(cell)
        assert asked.wait(60)
        manager.interrupt_kernel()
        reply = reply_to(client, message)
    assert reply["ename"] == "KeyboardInterrupt"
    assert not list((davos_home / "projects").iterdir())
    index("dva", "1.0")
    message = client.execute("%env PIP_NO_INDEX=1\nsmuggle dva  # pip: dva==1.0")
    reply = reply_to(client, message)
    assert reply["status"] == "ok", reply


def reply_to(client, message):
    while True:
        reply = client.get_shell_msg(timeout=60)
        if reply["parent_header"].get("msg_id") == message:
            return reply["content"]
