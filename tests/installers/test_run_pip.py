import subprocess
import sys
from pathlib import Path

import pytest

from davos.installers import run_pip

SCRIPT = Path(run_pip.__file__)


@pytest.fixture
def run(tmp_path):
    def run(code, *arguments, script=SCRIPT, target=None, **more):
        """Run a pip whose script is `code`, in an empty folder."""
        target = target or tmp_path / "runner.py"
        Path(target).write_text(code)
        return subprocess.run(
            [sys.executable, script, target, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            **more,
        )

    return run


@pytest.mark.parametrize(
    ("ending", "status", "error"),
    [
        ("", 0, ""),
        ("sys.exit()", 0, ""),
        ("sys.exit(0)", 0, ""),
        ("sys.exit(2)", 2, ""),
        ("sys.exit(False)", 0, ""),
        ("sys.exit(-1)", 255, ""),
        ("sys.exit('no such option')", 1, "no such option\n"),
        ("raise ValueError('broken')", 1, "ValueError: broken\n"),
    ],
)
def test_the_status_and_the_error_are_those_of_pip(run, ending, status, error):
    done = run(f"import sys\nprint('out', end='')\n{ending}")
    assert (done.returncode, done.stdout) == (status, "out")
    assert done.stderr.endswith(error)
    assert bool(done.stderr) == bool(error)


def test_an_interrupt_ends_it_as_python_does(run):
    assert run("import os; os.kill(os.getpid(), 2); input()").returncode == -2


def test_what_pip_left_to_the_end_still_happens(run):
    done = run(
        "import atexit, sys, threading, time\n"
        "atexit.register(print, 'registered')\n"
        "go_on = threading.Event()\n"
        "def work():\n"
        "    go_on.wait()\n"
        "    time.sleep(0.05)\n"
        "    print('worked')\n"
        "threading.Thread(target=work).start()\n"
        "threading.Thread(target=time.sleep, args=[600], daemon=True).start()\n"
        "sys.stderr.write('no line end')\n"
        "go_on.set()\n"
        "sys.exit(3)"
    )
    assert (done.returncode, done.stdout) == (3, "worked\nregistered\n")
    assert done.stderr == "no line end"


def test_idle_workers_of_a_pool_are_sent_home(run):
    """A `sitecustomize`, a tracing agent or a keyring may have left them."""
    done = run(
        "import sys\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "ThreadPoolExecutor(2).submit(print, 'worked')\n"
        "sys.exit(4)",
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (4, "worked\n")


def test_pip_gets_its_arguments_and_is_the_main_module(run):
    code = "import sys, __main__; print(__name__, sys.argv[1:], __main__.__name__)"
    assert run(code, "install", "a b").stdout == "__main__ ['install', 'a b'] __main__\n"


def test_a_folder_or_a_zip_is_run_as_python_runs_it(run, tmp_path):
    folder = tmp_path / "pip.whl" / "pip"
    folder.mkdir(parents=True)
    done = run("print(__name__)", script=SCRIPT, target=folder / "__main__.py")
    assert done.stdout == "__main__\n"
    command = [sys.executable, SCRIPT, folder]
    assert subprocess.run(command, capture_output=True, check=False).stdout == b"__main__\n"


@pytest.mark.parametrize("linked", [False, True])
def test_neither_davos_nor_the_current_folder_is_looked_into(run, tmp_path, linked):
    """Where davos is reached by a link, the interpreter puts the link's target on the path."""
    script = SCRIPT
    if linked:
        (tmp_path / "link").symlink_to(SCRIPT.parent)
        script = tmp_path / "link" / SCRIPT.name
    (tmp_path / "process.py").write_text("print('hijacked')")
    code = "import importlib.util, sys; print(importlib.util.find_spec('process'), sys.path)"
    done = run(code, script=script)
    found, _, path = done.stdout.partition(" ")
    assert found == "None"
    assert str(SCRIPT.parent) not in path


def test_the_module_is_the_interpreters_pip(tmp_path):
    (tmp_path / "pip.py").write_text("print('hijacked')")
    command = [sys.executable, SCRIPT, "pip", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.startswith("pip ")
