"""Running a command: live lines, merged output, and a clean end."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from davos import subprocesses
from davos.subprocesses import run

SLEEPER = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(60)
"""


def python(code):
    return [sys.executable, "-u", "-c", code]


def is_alive(pid):
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
        return status.rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_output_and_errors_are_merged_in_order():
    code = "import sys; print('a'); print('b', file=sys.stderr); print('é\\udcff'.encode('utf-8', 'surrogateescape'))"
    done = run(python(code), os.environ)
    assert (done.returncode, done.output.splitlines()[:2]) == (0, ["a", "b"])


def test_bytes_that_are_no_utf_8_are_replaced():
    done = run(python(r"import os; os.write(1, b'\xff\r1\r2\n')"), os.environ)
    assert done.output == "\ufffd\n1\n2\n"


def test_lines_come_as_they_are_written():
    times = []
    run(
        python("import time; print(1); time.sleep(0.5); print(2)"),
        os.environ,
        on_output=lambda line: times.append((line, time.monotonic())),
    )
    assert [line for line, _ in times] == ["1", "2"]
    assert times[1][1] - times[0][1] > 0.3


def test_the_input_is_made_while_the_command_starts():
    code = "import sys; print('started', flush=True); print(len(sys.stdin.read()))"
    told = []
    done = run(python(code), os.environ, on_output=told.append, given=lambda: b"x" * 200_000)
    assert (done.returncode, told) == (0, ["started", "200000"])


def test_a_command_that_does_not_read_its_input_tells_how_it_ended():
    code = "import os, sys; os.close(0); print('gone'); os._exit(3)"
    done = run(python(code), os.environ, given=lambda: time.sleep(0.5) or b"x" * 200_000)
    assert (done.returncode, done.output) == (3, "gone\n")


def test_without_an_input_the_command_is_ended(tmp_path):
    def given():
        raise ValueError("no input")

    file = tmp_path / "read"
    code = f"import sys; sys.stdin.read(); open({str(file)!r}, 'w')"
    with pytest.raises(ValueError, match="no input"):
        run(python(code), os.environ, given=given)
    assert not file.exists()


def test_no_shell_and_no_input():
    done = run(
        [*python("import sys; print(sys.argv[1], sys.stdin.read())"), "$(touch x);`y`"], os.environ
    )
    assert done.output == "$(touch x);`y` \n"


def test_the_status_and_the_environment_are_given():
    done = run(python("import os, sys; print(os.environ.get('HOME')); sys.exit(7)"), {"A": "1"})
    assert done.returncode == 7
    with pytest.raises(OSError, match="nothing"):
        run(["/nothing/there"], {})


ON_TERMINALS_TOO = pytest.mark.parametrize("terminal", [False, True])


@ON_TERMINALS_TOO
def test_an_error_in_the_callback_ends_the_child_and_its_children(terminal):
    seen = []

    def fail(line):
        seen.extend(map(int, line.split()))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        run(python(SLEEPER), os.environ, on_output=fail, terminal=terminal)
    assert len(seen) == 2
    time.sleep(0.2)
    assert not any(is_alive(pid) for pid in seen)


@ON_TERMINALS_TOO
def test_an_interrupt_ends_the_child_and_its_children(terminal):
    seen = []
    timer = threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        run(
            python(SLEEPER),
            os.environ,
            on_output=lambda line: seen.extend(map(int, line.split())),
            terminal=terminal,
        )
    time.sleep(0.2)
    assert len(seen) == 2
    assert not any(is_alive(pid) for pid in seen)


@pytest.fixture
def windows_reader(monkeypatch):
    """Have output read as on Windows."""
    monkeypatch.setitem(subprocesses._CHUNKS, os.name, subprocesses._read_by_thread)


def test_output_is_read_by_a_thread_where_pipes_cannot_be_waited_for(windows_reader):
    lines = []
    done = run(python("print('a'); print('b', end='')"), os.environ, on_output=lines.append)
    assert (done.returncode, done.output, lines) == (0, "a\nb", ["a", "b"])
    assert run(python("pass"), os.environ).output == ""


def test_what_the_child_started_does_not_keep_such_a_reader(windows_reader):
    code = (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\nprint('done')"
    )
    began = time.monotonic()
    assert run(python(code), os.environ).output == "done\n"
    assert time.monotonic() - began < 50


class FakeWindows:
    """What `subprocess` and `msvcrt` have on Windows only."""

    def __init__(self):
        self.inheritable = []

    def get_osfhandle(self, descriptor):
        return 1000 + descriptor

    def STARTUPINFO(self, lpAttributeList):
        return lpAttributeList

    def set_handle_inheritable(self, handle, inheritable):
        self.inheritable.append((handle, inheritable))


def test_on_windows_a_child_inherits_the_handles_and_leads_a_group(monkeypatch):
    fake = FakeWindows()
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    monkeypatch.setattr(subprocess, "STARTUPINFO", fake.STARTUPINFO, raising=False)
    monkeypatch.setattr(os, "set_handle_inheritable", fake.set_handle_inheritable, raising=False)
    options = subprocesses._options((3, 5), "nt")
    assert options == {"creationflags": 0x200, "startupinfo": {"handle_list": [1003, 1005]}}
    assert fake.inheritable == [(1003, True), (1005, True)]
    posix = subprocesses._options((3,), "posix")
    assert posix == {"pass_fds": (3,), "start_new_session": True}


def test_time_is_told_while_nothing_is_written():
    """The child writes once it was told of: else the test would never end."""
    receive, send = os.pipe()
    ticks = []

    def tick():
        ticks.append(1)
        if len(ticks) == 3:
            os.write(send, b"x")

    waiting = python(f"import os; print('a'); os.read({receive}, 1); print('b')")
    done = run(waiting, os.environ, on_tick=tick, pass_fds=[receive])
    os.close(receive)
    os.close(send)
    assert done.output == "a\nb\n"
    assert len(ticks) >= 3
