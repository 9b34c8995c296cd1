"""`davos run`: a real kernel, its outputs, what it leaves behind."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
BOTH = pytest.mark.usefixtures("pip_backend")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A DAVOS_HOME and an IPython folder of the test's own."""
    monkeypatch.setenv("DAVOS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    return tmp_path


@pytest.fixture
def run(home):
    """Run `davos run` as its own process, in another folder than the notebook's."""

    def start(*arguments, **options):
        command = [sys.executable, "-m", "davos", "run", *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=home, timeout=120, check=False, **options
        )

    return start


def outputs(path):
    cells = json.loads(path.read_text())["cells"]
    return ["".join(output.get("text", [])) for cell in cells for output in cell.get("outputs", [])]


def test_the_kernel_is_this_python_in_the_notebooks_folder(run, write):
    code = (
        "import os, sys\nprint(sys.executable, os.getcwd(), os.environ['JPY_SESSION_NAME'])\n1 + 1"
    )
    path = write("folder/a.ipynb", [None, code])
    before = path.read_bytes()
    done = run("folder/a.ipynb")
    assert done.stdout == f"{sys.executable} {path.parent} {path}\n2\n"
    assert (done.returncode, done.stderr) == (0, "")
    assert path.read_bytes() == before


def test_it_is_said_where_davos_is_not_imported_yet(run, write):
    write("a.ipynb", ["import davos\nsmuggle json"])
    assert run("a.ipynb").stderr.endswith(
        "davos: cell 1 failed\n"
        "davos: cell 1, row 2: smuggle is available only after the cell that imports davos\n"
    )


def test_an_error_ends_the_run_with_its_traceback(run, write):
    write("a.ipynb", ["print(1)", "1/0", "print(3)"])
    done = run("a.ipynb")
    assert (done.returncode, done.stdout) == (1, "1\n")
    assert "ZeroDivisionError: division by zero" in done.stderr
    assert done.stderr.endswith("davos: cell 2 failed\n")
    assert "\x1b" not in done.stderr


def test_allow_errors_goes_on(run, write):
    write("a.ipynb", ["1/0", "print(3)"])
    done = run("a.ipynb", "--allow-errors")
    assert (done.returncode, done.stdout) == (0, "3\n")
    assert "ZeroDivisionError" in done.stderr


def test_outputs_are_written_where_asked(run, write, home):
    path = write("a.ipynb", ["print('out')"])
    assert run("--output", "b.ipynb", "a.ipynb").returncode == 0
    assert (outputs(path), outputs(home / "b.ipynb")) == ([], ["out\n"])
    assert run("a.ipynb", "--inplace").returncode == 0
    assert outputs(path) == ["out\n"]
    assert sorted(file.name for file in home.glob("*.ipynb")) == ["a.ipynb", "b.ipynb"]


def test_an_output_that_cannot_be_written_is_told_before_the_run(run, write):
    write("a.ipynb", ["print(1)"])
    done = run("--output", "nowhere/b.ipynb", "a.ipynb")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "davos: nowhere/b.ipynb: cannot be written\n"


@pytest.mark.parametrize(
    ("code", "arguments", "message"),
    [
        ("import time; time.sleep(60)", ["--timeout", "1"], "cell 1 exceeded the timeout"),
        ("import os; os._exit(3)", [], "cell 1 ended its kernel"),
    ],
)
def test_a_cell_that_does_not_end_well_is_told(run, write, code, arguments, message):
    write("a.ipynb", [code])
    done = run("a.ipynb", *arguments)
    assert done.returncode == 1
    assert f"davos: {message}\n" in done.stderr


@pytest.mark.parametrize("name", ["a.ipynb", "a.py"])
def test_outputs_come_while_running_and_an_interrupt_ends_it(write, home, name):
    code = "import time\nprint('started', flush=True)\ntime.sleep(60)"
    write(name, [code] if name.endswith("ipynb") else code)
    command = [sys.executable, "-m", "davos", "run", name]
    started = time.monotonic()
    with subprocess.Popen(
        command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout.readline() == b"started\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    assert time.monotonic() - started < 50


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            json.dumps({"cells": [], "metadata": {"kernelspec": {"language": "R"}}}),
            "not a Python notebook",
        ),
        ("[]", "not a notebook: its JSON is not an object"),
        (
            json.dumps({"cells": [], "metadata": {}, "nbformat": 5, "nbformat_minor": 0}),
            "not a notebook: Unsupported nbformat version 5",
        ),
        (
            json.dumps({"cells": [], "metadata": {}, "nbformat": "4", "nbformat_minor": 4}),
            "not a notebook: Unsupported nbformat version 4",
        ),
        (
            json.dumps({"cells": [], "metadata": {}, "nbformat": [4]}),
            "not a notebook: unhashable type: 'list'",
        ),
        (
            json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": "4"}),
            "not a notebook: AssertionError()",
        ),
        (
            json.dumps({"worksheets": [{}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}),
            "not a notebook: The notebook is invalid and is missing an expected key: cells",
        ),
    ],
)
def test_what_is_no_python_notebook_is_not_run(run, write, content, message):
    write("a.ipynb", content)
    done = run("a.ipynb")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"davos: a.ipynb: {message}\n")


@pytest.mark.parametrize("minor", [4, 5])
def test_metadata_that_is_missing_does_no_harm(run, write, minor):
    code = {"cell_type": "code", "source": "print(1)", "outputs": [], "execution_count": None}
    cells = [code, {"cell_type": "markdown", "source": "text"}]
    if minor >= 5:
        cells = [{**cell, "id": cell["cell_type"]} for cell in cells]
    write("a.ipynb", json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": minor}))
    done = run("a.ipynb", "--output", "b.ipynb")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


def test_a_kernel_that_does_not_start_says_why(run, write):
    write("a.ipynb", ["1"])
    write("ipykernel_launcher.py", "raise SystemExit('no kernel today')")
    done = run("a.ipynb")
    assert done.returncode == 1
    assert "davos: the kernel ended; it said:\n" in done.stderr
    assert "no kernel today" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_loads_no_grammars_that_notebooks_do_not_need(home, write):
    write("a.ipynb", "[]")
    code = "import sys\nfrom davos.cli.main import main\nmain(['run', 'a.ipynb'])\n"
    code += "print('nbformat' in sys.modules, 'rfc3987_syntax' in sys.modules)"
    shown = subprocess.check_output([sys.executable, "-c", code], cwd=home, text=True)
    assert shown == "True False\n"


def test_a_notebook_needs_the_extra(davos, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    status, _, err = davos("run", "a.ipynb")
    assert (status, err) == (
        2,
        "davos: running a notebook needs nbclient: pip install 'davos[run]>=0.3'\n",
    )


def test_a_script_gets_its_arguments_and_its_folder(run, write):
    path = write(
        "folder/a.py", "import sys\nprint(sys.argv[1:], sys.path[0], __name__, __file__)\n"
    )
    done = run("folder/a.py", "--inplace", "x")
    assert done.stdout == f"['--inplace', 'x'] {path.parent} __main__ {path}\n"
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("code", "status", "message"),
    [
        ("import sys; sys.exit(7)", 7, ""),
        ("import sys; sys.exit('bye')", 1, "bye\n"),
        ("smuggle os as", 1, "DavosParserError: expected a name after 'as'\n"),
        ("x = = 1", 1, "SyntaxError: invalid syntax\n"),
        (b"x = '\xff'", 1, ""),
    ],
)
def test_a_script_ends_as_python_would_end_it(run, write, code, status, message):
    write("a.py", code)
    done = run("a.py")
    assert done.returncode == status
    assert done.stderr.endswith(message)


def test_a_traceback_starts_in_the_script(run, write):
    path = write("a.py", "smuggle os\n\n\ndef f():\n    1/0\n\n\nf()\n")
    done = run("a.py")
    assert done.returncode == 1
    lines = [line.strip() for line in done.stderr.splitlines()]
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1] == f'File "{path}", line 8, in <module>'
    assert f'File "{path}", line 5, in f' in lines


@BOTH
@pytest.mark.network
def test_the_quickstart_installs_and_loads_what_it_asks_for(run):
    cases = Path(__file__).parent.parent / "cases"
    done = run(cases / "quickstart.ipynb")
    assert done.returncode == 0, done.stderr
    assert "installed six 1.15.0 (project quickstart)" in done.stdout
    assert "hello from six 1.15.0" in done.stdout
    assert "loaded six 1.15.0 from " in done.stdout


@BOTH
def test_a_locked_run_takes_what_the_lock_holds_and_nothing_else(run, index, locked_notebook):
    index("dvtother", "1.0")
    cells = ["import davos\nsmuggle dvtlocked\nprint(dvtlocked.__version__)"]
    cells += ["smuggle dvtother  # pip: dvtother"]
    locked_notebook(index("dvtlocked", "1.0"), cells=["import davos", *cells])
    done = run("--locked", "locked.ipynb")
    assert (done.returncode, "\n1.0\n" in done.stdout) == (1, True)
    message = "dvtother does not fit the lock of locked.ipynb: the lock does not hold it"
    assert f"LockError: {message}; nothing was installed" in done.stderr
    assert done.stderr.endswith("davos: cell 3 failed\n")


def test_a_script_keeps_to_its_lock_too(run, write):
    write("s.py", "smuggle json\nsmuggle dvtother  # pip: dvtother\n")
    write("pylock.s.toml", 'lock-version = "1.0"\ncreated-by = "test"\npackages = []\n')
    done = run("--locked", "s.py")
    assert done.returncode == 1
    assert "LockError: dvtother does not fit the lock of s.py" in done.stderr


@pytest.mark.parametrize("name", ["a.ipynb", "s.py"])
def test_a_locked_run_needs_a_lock(run, write, name):
    write("a.ipynb", ["print(1)"])
    write("s.py", "print(1)")
    done = run("--locked", name)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"davos: {name}: it has no lock; `davos lock {name}` makes one\n"


def test_a_script_that_lacks_a_package_is_told_what_would_install_it(davos, write):
    write("s.py", "import dvt_pandas\n")
    status, _, err = davos("run", "s.py")
    assert status == 1
    advice = "`smuggle dvt_pandas` would install it, if the package index has one of that name"
    assert f"No module named 'dvt_pandas'\ndavos: {advice}\n" in err
