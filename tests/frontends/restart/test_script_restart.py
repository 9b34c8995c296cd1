"""A script that `davos run` runs starts again where a compiled package cannot be replaced."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
BOTH = pytest.mark.usefixtures("pip_backend")
IN_TURN = pytest.mark.usefixtures("backend_in_turn")

TOP = "import davos, os, sys\ndavos.auto_rerun = True\n"
SWITCH = """\
smuggle dvtc  # pip: dvtc==1.0
print("first", dvtc.__version__, flush=True)
os.chdir("/")
os.environ["CHANGED"] = "yes"
smuggle dvtc  # pip: dvtc==2.0
print("then", dvtc.__version__, sys.argv[1:], "DAVOS_RERUN" in os.environ)
"""


@pytest.fixture
def run(compiled, tmp_path):
    """A function that runs a script with davos; what it printed, its errors and its status."""

    def run(text, *args, **kwargs):
        (tmp_path / "script.py").write_text(text)
        environ = {**os.environ, "COVERAGE": ""}
        return subprocess.run(
            [sys.executable, "-m", "davos", "run", "script.py", *args],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            **{"stdin": subprocess.DEVNULL, **kwargs},
        )

    return run


@BOTH
def test_it_starts_again_and_the_new_version_wins(run):
    done = run(TOP + SWITCH, "a", "b c")
    assert done.stdout.splitlines() == [
        "first 1.0",
        "first 2.0",
        "then 2.0 ['a', 'b c'] False",
    ]
    assert (done.returncode, done.stderr.count("started the script again")) == (0, 1)


@BOTH
def test_folder_and_environment_are_those_of_the_first_start(run, tmp_path):
    first = "print(os.getcwd(), os.environ.get('CHANGED'))\n"
    done = run(TOP + first + SWITCH)
    assert [line for line in done.stdout.splitlines() if line.startswith("/")] == [
        f"{tmp_path} None",
        f"{tmp_path} None",
    ]


@BOTH
def test_its_children_are_ended(run, tmp_path):
    child = (
        "import subprocess\n"
        "if not os.path.exists('pid'):\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)\n"
        "    open('pid', 'w').write(str(child.pid))\n"
    )
    assert run(TOP + child + SWITCH).returncode == 0
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@BOTH
def test_three_versions_one_after_the_other(run):
    more = 'smuggle dvtc  # pip: dvtc==1.0\nprint("last", dvtc.__version__)\n'
    done = run(TOP + SWITCH + more)
    assert (done.stdout.splitlines()[-1], done.returncode) == ("last 1.0", 0)


@BOTH
def test_a_loop_that_would_start_it_for_ever_is_an_error(run):
    loop = (
        "for _ in range(2):\n"
        "    smuggle dvtc  # pip: dvtc==1.0\n"
        "    smuggle dvtc  # pip: dvtc==2.0\n"
    )
    done = run(TOP + loop)
    assert done.returncode == 1
    assert "Restarting does not help: 'dvtc==" in done.stderr.splitlines()[-1]


@BOTH
def test_without_auto_rerun_and_without_a_terminal_it_is_an_error(run):
    done = run("import davos, os, sys\n" + SWITCH)
    assert (done.stdout, done.returncode) == ("first 1.0\n", 1)
    assert "set davos.config.auto_rerun = True" in done.stderr


@IN_TURN
@pytest.mark.parametrize(
    ("answer", "last", "asked"),
    [
        ("y", "then 2.0", "Run the script again"),
        ("n", "then 1.0", "the previously loaded version stays active"),
    ],
)
def test_on_a_terminal_the_user_is_asked(run, answer, last, asked):
    ours, theirs = os.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        done = run("import davos, os, sys\n" + SWITCH, stdin=theirs)
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.stdout.splitlines()[-1].partition(" []")[0].endswith(last)
    assert asked in done.stdout + done.stderr


@BOTH
def test_a_thread_cannot_restart_it(run):
    thread = (
        "import threading\n"
        "def f():\n"
        "    try:\n"
        "        davos.smuggle('dvtc', args_str='dvtc==2.0')\n"
        "    except davos.exceptions.SmugglerError as error:\n"
        "        print(error)\n"
        "smuggle dvtc  # pip: dvtc==1.0\n"
        "one = threading.Thread(target=f)\n"
        "one.start()\n"
        "one.join()\n"
    )
    done = run("import davos.exceptions\n" + TOP + thread)
    assert "does not run in the main thread" in done.stdout, done.stderr


READS = {
    "a line": "print(sys.stdin.readline().strip(), flush=True)\n",
    "input()": "print(input(), flush=True)\n",
    "all text": "print(sys.stdin.read().split()[0], flush=True)\n",
    "all bytes": "print(sys.stdin.buffer.read().split()[0].decode(), flush=True)\n",
    "raw bytes": "print(sys.stdin.buffer.raw.read(3).decode(), flush=True)\n",
    "a loop": "print([line.strip() for line in sys.stdin][0], flush=True)\n",
    "fileinput": "import fileinput\nprint(next(fileinput.input()).strip(), flush=True)\n",
}


def piped(data):
    """The end of a pipe from which data can be read."""
    theirs, ours = os.pipe()
    os.write(ours, data)
    os.close(ours)
    return theirs


@IN_TURN
@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_what_was_read_from_a_pipe_is_not_lost_without_a_word(run, read):
    stdin = piped(b"one\ntwo\n")
    done = run(TOP + read + SWITCH, stdin=stdin)
    os.close(stdin)
    assert (done.stdout, done.returncode) == ("one\nfirst 1.0\n", 1), done.stderr
    assert "what the script has read from its standard input cannot be read again" in done.stderr


@IN_TURN
@pytest.mark.parametrize(
    ("data", "first", "last"), [(b"one\n", "", "one\n"), (b"", "sys.stdin.read()\n", "")]
)
def test_a_pipe_that_gave_nothing_yet_is_no_obstacle(run, data, first, last):
    stdin = piped(data)
    done = run(TOP + first + SWITCH + "print(sys.stdin.read(), end='')\n", stdin=stdin)
    os.close(stdin)
    assert done.stdout == f"first 1.0\nfirst 2.0\nthen 2.0 [] False\n{last}", done.stderr


@IN_TURN
@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_a_file_is_read_again_from_where_the_script_began(run, tmp_path, read):
    (tmp_path / "input").write_bytes(b"zero\none\ntwo\n")
    with (tmp_path / "input").open("rb", buffering=0) as stdin:
        stdin.seek(5)
        done = run(TOP + read + SWITCH, stdin=stdin)
    assert done.stdout == "one\nfirst 1.0\none\nfirst 2.0\nthen 2.0 [] False\n", done.stderr


def test_standard_input_looks_as_ever(tmp_path):
    (tmp_path / "s.py").write_text(
        "import sys\n"
        "s = sys.stdin\n"
        "print(s, s.name, s.mode, s.buffer.name, s.buffer.mode, s.fileno(), s.encoding, s.errors)\n"
        "print(s.line_buffering, s.newlines, s is sys.__stdin__, s.isatty(), s.seekable())\n"
        "print(ascii(s.readline()), ascii(s.read()))\n"
    )
    ways = ([], ["-m", "davos", "run"])
    shown = {
        subprocess.run(
            [sys.executable, *way, "s.py"],
            cwd=tmp_path,
            input=b"a\r\nb\rc\xff\n",
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8:surrogateescape"},
        ).stdout
        for way in ways
    }
    assert len(shown) == 1, shown


def test_the_preview_says_so(run):
    done = run(TOP + "print(davos.preview())\n")
    assert done.stdout == "A restart runs the script again from its start.\n"


CAPTURE = "import tempfile\nfile = tempfile.TemporaryFile()\nkept = os.dup(2)\nos.dup2(file.fileno(), {})\n"


@IN_TURN
@pytest.mark.parametrize("descriptor", [1, 2])
def test_a_program_that_captures_its_output_is_not_started_again(run, descriptor):
    text = (
        f"{TOP}{CAPTURE.format(descriptor)}import davos.exceptions\n"
        "smuggle dvtc  # pip: dvtc==1.0\n"
        "try:\n    smuggle dvtc  # pip: dvtc==2.0\n"
        "except davos.exceptions.SmugglerError as error:\n    os.write(kept, str(error).encode())\n"
    )
    done = run(text)
    assert "captures its output (as pytest does), which would be lost" in done.stderr
    assert done.returncode == 0
