"""A script that `davos run` runs starts again where a compiled package cannot be replaced."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

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


def test_it_starts_again_and_the_new_version_wins(run):
    done = run(TOP + SWITCH, "a", "b c")
    assert done.stdout.splitlines() == [
        "first 1.0",
        "first 2.0",
        "then 2.0 ['a', 'b c'] False",
    ]
    assert (done.returncode, done.stderr.count("started the script again")) == (0, 1)


def test_folder_and_environment_are_those_of_the_first_start(run, tmp_path):
    first = "print(os.getcwd(), os.environ.get('CHANGED'))\n"
    done = run(TOP + first + SWITCH)
    assert [line for line in done.stdout.splitlines() if line.startswith("/")] == [
        f"{tmp_path} None",
        f"{tmp_path} None",
    ]


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


def test_three_versions_one_after_the_other(run):
    more = 'smuggle dvtc  # pip: dvtc==1.0\nprint("last", dvtc.__version__)\n'
    done = run(TOP + SWITCH + more)
    assert (done.stdout.splitlines()[-1], done.returncode) == ("last 1.0", 0)


def test_a_loop_that_would_start_it_for_ever_is_an_error(run):
    loop = (
        "for _ in range(2):\n"
        "    smuggle dvtc  # pip: dvtc==1.0\n"
        "    smuggle dvtc  # pip: dvtc==2.0\n"
    )
    done = run(TOP + loop)
    assert done.returncode == 1
    assert "Restarting does not help: 'dvtc==" in done.stderr.splitlines()[-1]


def test_without_auto_rerun_and_without_a_terminal_it_is_an_error(run):
    done = run("import davos, os, sys\n" + SWITCH)
    assert (done.stdout, done.returncode) == ("first 1.0\n", 1)
    assert "set davos.config.auto_rerun = True" in done.stderr


@pytest.mark.parametrize(
    ("answer", "last", "asked"),
    [("y", "then 2.0", "Run the script again"), ("n", "then 1.0", "only partly reloaded")],
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


def test_the_preview_says_so(run):
    done = run(TOP + "print(davos.preview())\n")
    assert done.stdout == "A restart runs the script again from its start.\n"
