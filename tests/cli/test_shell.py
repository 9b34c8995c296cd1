"""`davos shell`, as a user types in a terminal."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time

import pytest

pytest.importorskip("IPython")

PLAIN = ["--simple-prompt", "--no-banner", "--no-confirm-exit", "--HistoryManager.enabled=False"]


@pytest.fixture
def run(tmp_path):
    """A function that runs `davos shell` without a terminal; its process when it is done."""

    def call(*args):
        command = [sys.executable, "-m", "davos", "shell", *args]
        environ = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), "TERM": "dumb"}
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return call


class Terminal:
    """A user's side of a pseudo-terminal."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.seen = ""

    def type(self, line):
        os.write(self.descriptor, f"{line}\n".encode())

    def wait_for(self, text, seconds=60):
        """Read until a text has come since the last one that was waited for."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            assert time.monotonic() < end, self.seen
            if select.select([self.descriptor], [], [], 1)[0]:
                try:
                    self.seen += os.read(self.descriptor, 4096).decode("utf-8", "replace")
                except OSError:  # Linux: the other side is closed
                    assert text in self.seen, self.seen
        found, _, self.seen = self.seen.partition(text)
        return found


@pytest.fixture
def terminal(tmp_path):
    """A terminal in which `davos shell` runs."""
    ours, theirs = os.openpty()
    environ = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), "TERM": "dumb"}
    process = subprocess.Popen(
        [sys.executable, "-m", "davos", "shell", "--", *PLAIN],
        cwd=tmp_path,
        env=environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    yield Terminal(ours), process
    process.kill()
    process.wait()
    os.close(ours)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_a_user_smuggles_in_the_terminal(terminal, tmp_path):
    screen, process = terminal
    (tmp_path / "near.py").write_text("from json smuggle loads\n")
    screen.wait_for("In [1]:")
    screen.type("smuggle colorsys as c")
    screen.wait_for("In [2]:")
    screen.type("import near; print(c.__name__, near.loads('[7]'), davos.project.name)")
    screen.wait_for("NameError")
    screen.type("import davos; print(c.__name__, near.loads('[7]'), davos.project.name)")
    screen.wait_for("colorsys [7] ipython-shell")
    screen.type("from json smuggle")
    screen.wait_for("expected one or more names after 'smuggle'")
    screen.type("exit")
    assert process.wait(timeout=60) == 0


@pytest.mark.slow
def test_arguments_behind_the_dashes_are_ipythons(run, tmp_path):
    done = run("--", "-c", "smuggle json; print(json.loads('3'))")
    assert (done.stdout, done.returncode) == ("3\n", 0), done.stderr
    (tmp_path / "s.py").write_text("smuggle json\nimport sys; print(sys.argv[1:])\n")
    assert run("--", "s.py", "a", "b").stdout == "['a', 'b']\n"
    assert run("--", "-c", "1 / 0").returncode == 1
    assert "--simple-prompt" in run("--", "--help-all").stdout


@pytest.mark.parametrize("words", [["--no-banner"], ["s.py"], ["-i", "--", "s.py"]])
def test_arguments_without_the_dashes_are_wrong_use(run, words):
    done = run(*words)
    assert done.returncode == 2
    assert "usage: davos shell [-- IPYTHON_ARG...]" in done.stderr
