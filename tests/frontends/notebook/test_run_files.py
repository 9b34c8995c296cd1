"""`%run`, `%load` and their kind with files that smuggle, beside what they do without davos."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("IPython")
pytestmark = pytest.mark.slow
BOTH = pytest.mark.usefixtures("pip_backend")

RUNS = {
    "a file": ("%run s.py a\nprint(loads('1'), '__file__' in globals())", "s.py ['a']\n1 False\n"),
    "in the namespace": ("here = 5\n%run -i uses.py", "5 {}\n"),
    "a module": ("%run -m pkg.mod b\nprint(loads('2'))", "mod.py ['b']\n2\n"),
    "timed": ("%run -t -N2 quiet.py", None),
    "profiled": ("%run -p quiet.py", None),
    "not main": ("%run -n s.py", ""),
    "notebook": ("%run other.ipynb\nprint(other.__name__)", "colorsys\n"),
    "a coded file": ("%run coded.py\nprint(ascii(e))", "'\\xe9'\n"),
}
SCRIPT = (
    "from json smuggle loads\nimport os, sys\n"
    "if __name__ == '__main__':\n    print(os.path.basename(sys.argv[0]), sys.argv[1:])\n"
)


@pytest.fixture
def kernel(start_kernel, tmp_path):
    """A kernel beside files that smuggle."""
    (tmp_path / "s.py").write_text(SCRIPT)
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "mod.py").write_text(f"from .near smuggle x\n{SCRIPT}")
    (tmp_path / "pkg" / "near.py").write_text("smuggle colorsys\nx = 1\n")
    (tmp_path / "uses.py").write_text("from json smuggle loads as l\nprint(here, l('{}'))\n")
    (tmp_path / "quiet.py").write_text("smuggle json\njson.loads('1')\n")
    (tmp_path / "fails.py").write_text("from json smuggle (\n  loads,\n)\n1 / 0\n")
    (tmp_path / "faulty.py").write_text("x = 1\nfrom json smuggle\n")
    (tmp_path / "missing.py").write_text("\nsmuggle dvt_nosuch  # pip: dvt_nosuch==1\n")
    (tmp_path / "coded.py").write_bytes(b"# coding: latin-1\nsmuggle json\ne = '\xe9'\n")
    cell = (
        '{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "id": "a",'
        ' "source": ["smuggle colorsys as other"]}'
    )
    text = f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'
    (tmp_path / "other.ipynb").write_text(text)
    kernel = start_kernel(tmp_path / "nb.ipynb", env={"PIP_NO_INDEX": "1"})
    kernel.run("import davos")
    return kernel


def test_files_that_smuggle_run_as_any_other(kernel):
    for what, (cell, expected) in RUNS.items():
        shown = kernel.run(cell)
        assert expected is None or shown == expected, what
    shown = kernel.run(
        "compiled = get_ipython().compile\n%run s.py\nprint(get_ipython().compile is compiled)"
    )
    assert shown == "s.py []\nTrue\n"


@BOTH
def test_an_error_in_such_a_file_is_shown_at_its_own_line(kernel, tmp_path):
    shown = kernel.run("%run fails.py", allow_error=True)
    assert "----> 4 1 / 0" in shown
    assert "run_files" not in shown
    shown = kernel.run("%run faulty.py", allow_error=True)
    assert f'{tmp_path / "faulty.py"}", line 2' in shown
    assert "expected one or more names after 'smuggle'" in shown
    shown = kernel.run("%run missing.py", allow_error=True)
    assert f"{tmp_path / 'missing.py'}, line 2" in shown
    assert "InstallerError" in shown
    assert kernel.run("%run s.py") == "s.py []\n", "the session goes on"


def test_without_davos_such_a_file_is_a_syntax_error(kernel):
    assert "SyntaxError" in kernel.run("davos.deactivate()\n%run s.py", allow_error=True)
    assert "NameError" in kernel.run("smuggle", allow_error=True)


def test_a_loaded_file_is_a_cell(kernel):
    kernel.run("get_ipython().set_next_input = lambda text, replace=False: print(text)")
    shown = kernel.run("%load quiet.py")
    assert "smuggle json" in shown
    assert kernel.run(f"{shown}\nprint(json.__name__)") == "json\n"


def test_a_debugger_stops_in_such_a_file(kernel):
    answers = "import builtins\ntyped = iter('ncq')\nbuiltins.input = lambda _: next(typed)\n"
    shown = kernel.run(answers + "%run -d -b2 quiet.py", allow_error=True)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "quiet.py(2)<module>()" in shown
    assert "json.loads('1')" in shown
