"""Errors in cells show the line that the user wrote, also where a magic runs it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("IPython")

SHELL = """
import davos, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="NoColor")
shell.extension_manager.load_extension("davos")
for cell in {!r}:
    shell.run_cell(cell, store_history=True)
    print("=====")
"""
ONION = "smuggle six # pip: six=="
NO_NAME = "    from json smuggle nosuch\n                      ^^^^^^\nImportError: cannot"
# A cell, and what its error shows in this order.
CELLS = {
    "smuggle os\n  smuggle json": ["line 2\n    smuggle json\n    ^\nIndentationError"],
    "smuggle os; y = = 3": ["line 1\n    smuggle os; y = = 3\n                    ^\nSyntaxError"],
    "smuggle os; return": ["    smuggle os; return\n                ^\nSyntaxError"],
    f"%%time\nx = 1\n{ONION}": [f"line 3\n    {ONION}\n", "^^^^^\nOnionArgumentError"],
    f"x = 1\n%time {ONION}": [f"line 2\n    {ONION}\n", "^^^^^\nOnionArgumentError"],
    "%%time\nx = 1\nfrom json smuggle nosuch": [f"line 3\n{NO_NAME}"],
    "x = 1\n%time from json smuggle nosuch": [f"line 2\n{NO_NAME}"],
    "%%timeit -n1 -r1\nfrom json smuggle nosuch": [f"line 2\n{NO_NAME}"],
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What IPython prints of each cell, without the white space at the ends of lines."""
    home = str(tmp_path_factory.mktemp("home"))
    env = {"HOME": home, "IPYTHONDIR": os.path.join(home, "ipython"), "TERM": "dumb"}
    env["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
    done = subprocess.run(
        [sys.executable, "-c", SHELL.format(list(CELLS))],
        capture_output=True, text=True, timeout=60, check=False, env=env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = (line.rstrip() for line in done.stdout.splitlines())
    return dict(zip(CELLS, "\n".join(lines).split("=====\n")))


@pytest.mark.parametrize("cell", CELLS)
def test_an_error_shows_the_line_that_was_written(shown, cell):
    rest = shown[cell]
    for expected in CELLS[cell]:
        assert expected in rest
        rest = rest.partition(expected)[2]
    assert "smuggle(" not in shown[cell]
    assert len(shown[cell].splitlines()) < 12
