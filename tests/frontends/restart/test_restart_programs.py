"""Restarts in place under the programs that run whole notebooks, and with a real compiled package."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
import sys

import pytest

nbformat = pytest.importorskip("nbformat")
pytestmark = pytest.mark.slow
BOTH = pytest.mark.usefixtures("pip_backend")
IN_TURN = pytest.mark.usefixtures("backend_in_turn")

CELLS = [
    "import davos, sys\ndavos.project, davos.auto_rerun = 'restarting', True\nprint('once')",
    "smuggle dvtc  # pip: dvtc==1.0\nprint(dvtc.__version__)",
    "n = 1\nprint('loud', file=sys.stderr)\nn",
    "print('before')\nsmuggle dvtc  # pip: dvtc==2.0\nprint(dvtc.__version__, n)",
    "n += 1\n(n, dvtc.__version__)",
]
EXPECTED = [
    "once\n",
    "1.0\n",
    "loud\n1",
    "before\n2.0 1\n",
    "(2, '2.0')",
]
RUN_NBCLIENT = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=100).execute()
nbformat.write(notebook, sys.argv[2])
"""
PROGRAMS = {
    "nbclient": ["-c", RUN_NBCLIENT],
    "davos run": ["-m", "davos", "run"],
}


@pytest.fixture
def notebook(tmp_path):
    """A notebook file that smuggles two versions of a compiled package."""
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    path = tmp_path / "in.ipynb"
    nbformat.write(content, path)
    return path


@IN_TURN
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_whole_notebook_has_the_right_outputs(program, notebook, compiled, tmp_path):
    out = tmp_path / "out.ipynb"
    output = ["--output", out] if program == "davos run" else [out]
    environ = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), "HOME": str(tmp_path)}
    environ.pop("PYTEST_CURRENT_TEST")
    done = subprocess.run(
        [sys.executable, *PROGRAMS[program], notebook, *output],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        env=environ,
    )
    assert done.returncode == 0, done.stderr
    cells = [cell for cell in nbformat.read(str(out), 4).cells if cell.source in CELLS]
    assert [cell.execution_count for cell in cells] == [1, 2, 3, 4, 5]
    for cell, expected in zip(cells, EXPECTED):
        text = "".join(
            one.get("text") or one.get("data", {}).get("text/plain", "") for one in cell.outputs
        )
        note = "restarted the kernel and ran 3 cells again" in text
        assert note == ("2.0 1" in expected), text
        assert text.rpartition("project ")[0].count("\n") <= 1
        assert text.endswith(expected), text


def run_on_a_terminal(path, home):
    """What `davos run` writes to a terminal."""
    outer, inner = pty.openpty()
    environ = {**os.environ, "IPYTHONDIR": str(home / "ipython"), "HOME": str(home)}
    environ.pop("PYTEST_CURRENT_TEST")
    command = [sys.executable, "-m", "davos", "run", path]
    process = subprocess.Popen(command, stdout=inner, stderr=inner, stdin=inner, env=environ)
    os.close(inner)
    found = b""
    with contextlib.suppress(OSError):  # the end of a terminal
        while part := os.read(outer, 65536):
            found += part
    os.close(outer)
    process.wait(60)
    return found.decode().replace("\r\n", "\n")


# ECMA-48's EL, behind what rich shows of a line, and DEC's DECTCEM
ERASED = r"\r?\n?[^\n]*\x1b\[2K"
SHOWN_CURSOR, HIDDEN_CURSOR = "\x1b[?25h", "\x1b[?25l"
DYING = "import os\nif os.path.exists({0!r}): os._exit(3)\nopen({0!r}, 'w').close()\nos.system('echo echoed')"


@BOTH
def test_davos_run_moves_the_line_and_says_what_a_rerun_left_that_ended(
    notebook, compiled, tmp_path
):
    cell = DYING.format(str(tmp_path / "mark"))
    content = nbformat.read(str(notebook), 4)
    content.cells.insert(2, nbformat.v4.new_code_cell(cell))
    nbformat.write(content, notebook)
    died = run_on_a_terminal(notebook, tmp_path)
    assert died.count("echoed\n") == 1
    assert re.search(rf"{ERASED}restarting for dvtc 2.0: cell \d of 4, \d+ s\n", died)
    assert died.rindex(SHOWN_CURSOR) > died.rindex(HIDDEN_CURSOR)
    assert "The kernel ended while it ran [3] again for dvtc 2.0: nothing that was" in died
    content.cells[2] = nbformat.v4.new_code_cell("")
    nbformat.write(content, notebook)
    again = run_on_a_terminal(notebook, tmp_path)
    assert "The kernel ended" not in again
    note = "installed dvtc 2.0 \\(project restarting\\); restarted"
    assert re.search(rf"cell 2 of 3, \d+ s{ERASED}.*restarting for dvtc 2.0: cell 3 of 3", again)
    assert re.search(rf"{ERASED}{note}", again)


@IN_TURN
@pytest.mark.network
def test_numpy_is_replaced_in_a_cell(start_kernel, python, tmp_path):
    from front_end import FrontEnd

    if sys.version_info >= (3, 12):
        pytest.skip("numpy 1.24 has no wheels for this Python")
    front_end = FrontEnd(start_kernel(tmp_path / "nb.ipynb", python=python).client)
    shown = [
        answer.shown
        for answer in front_end.run_all(
            "import davos\ndavos.auto_rerun = True",
            "smuggle numpy as np  # pip: numpy==1.26.4\nprint(np.__version__)",
            "n = 1",
            "smuggle numpy as np  # pip: numpy==1.24.4\nprint(np.__version__, n)",
            "print(np.arange(3).sum(), np.__version__)",
        )
    ]
    assert shown[3].endswith("restarted the kernel and ran 3 cells again\n1.24.4 1\n")
    assert shown[4] == "3 1.24.4\n"


@BOTH
@pytest.mark.network
def test_numpy_is_usable_and_replaceable_after_an_import_of_it_failed(start_kernel, tmp_path):
    from front_end import FrontEnd

    if sys.version_info < (3, 11):
        pytest.skip("numpy 2.4 needs Python 3.11")
    front_end = FrontEnd(start_kernel(tmp_path / "nb.ipynb").client)
    front_end.run("import davos\ndavos.auto_rerun = True")
    failed = front_end.run("from numpy.no_such_part smuggle x  # pip: numpy==2.4.6")
    assert failed.reply["ename"] == "ModuleNotFoundError", failed.shown
    used = front_end.run("import numpy as np\nprint(np.arange(3).sum(), np.__version__)")
    assert used.shown == "3 2.4.6\n"
    again = front_end.run("smuggle numpy as np  # pip: numpy==2.4.5\nprint(np.__version__)")
    assert again.shown.endswith("again\n2.4.5\n")
