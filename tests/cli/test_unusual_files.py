"""What is no file is an error at once, or is passed over where folders are walked."""

import os
import signal
import socket
import subprocess
import sys

import pytest

TIMEOUT = 30  # seconds: a wait would last for ever
COMMANDS = [
    ("check",),
    ("parse",),
    ("compile",),
    ("convert", "--check"),
    ("run",),
    ("check", "--config"),
]


def run(folder, *arguments, **options):
    """A command in a process of its own, which may be killed if it waits."""
    command = [sys.executable, "-m", "davos", *arguments]
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run(
        command, cwd=folder, timeout=TIMEOUT, capture_output=True, text=True, check=False, **options
    )


@pytest.fixture(autouse=True)
def never_waiting():
    """End the tests if one waits."""
    signal.alarm(TIMEOUT)
    yield
    signal.alarm(0)


@pytest.fixture
def unusual(davos, tmp_path, monkeypatch):
    """A folder with a named pipe, a socket and links to devices, folders and themselves."""
    folder = tmp_path / "folder"
    folder.mkdir()
    os.mkfifo(folder / "pipe.py")
    os.mkfifo(folder / "pipe.ipynb")
    os.mkfifo(folder / ".gitignore")
    (folder / "zero.py").symlink_to("/dev/zero")
    (folder / "loop.py").symlink_to("loop.py")
    (folder / "up").symlink_to("..")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.py")
        yield folder


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pipe.py", "not a file, but a named pipe"),
        ("pipe.ipynb", "not a file, but a named pipe"),
        ("zero.py", "not a file, but a device"),
        ("/dev/zero", "not a file, but a device"),
        ("socket.py", "not a file, but a socket"),
        ("loop.py", "Too many levels of symbolic links"),
    ],
)
def test_one_that_is_named_is_an_error(unusual, davos, command, name, reason):
    if command == ("run",) and name.endswith(".ipynb"):
        pytest.importorskip("nbclient")
    status, _, err = davos(*command, name)
    assert status == 2
    assert reason in err


@pytest.mark.parametrize("command", [("check",), ("parse",), ("convert", "--check")], ids=" ".join)
def test_in_a_folder_they_are_passed_over(unusual, davos, command):
    (unusual / "a.py").write_text("smuggle six  # pip: six=1\n")
    status, out, err = davos(*command, ".")
    assert status in {0, 1}
    assert not any(name in out + err for name in ("pipe", "zero", "loop", "socket"))


def test_a_file_or_pipe_that_the_shell_opened_is_read(tmp_path):
    source = tmp_path / "a.py"
    source.write_text("smuggle six  # pip: six=1\n")
    with source.open() as file:
        assert "DAV103" in run(tmp_path, "check", "/dev/stdin", stdin=file).stdout
    done = run(tmp_path, "check", "/dev/stdin", stdin=None, input=source.read_text())
    assert "DAV103" in done.stdout


def test_a_device_as_standard_input_under_a_name_is_an_error(tmp_path):
    with open("/dev/zero", "rb") as zero:
        done = run(tmp_path, "check", "/dev/stdin", stdin=zero)
    assert done.returncode == 2
    assert "not a file, but a device" in done.stderr


def test_a_file_that_fills_the_memory_is_an_error(davos, tmp_path):
    with (tmp_path / "a.py").open("wb") as file:
        file.truncate(1 << 40)
    assert davos("check", "a.py") == (2, "", "davos: a.py: larger than a gigabyte\n")
