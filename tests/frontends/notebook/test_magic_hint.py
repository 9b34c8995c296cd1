"""A magic above the statement that smuggles what it needs: one line says so, else there is none."""

from __future__ import annotations

import json

import pytest

from davos.frontends.notebook.magic_hint import hint


class UsageError(Exception):
    """Named as IPython's."""


def run_line_magic(magic_name, line, error):
    raise error


def run_cell_magic(magic_name, line, error):
    raise error


def ended(error, call, row=1):
    """An error as IPython has it: of a cell whose row calls a magic (`%name line`)."""
    marks = "%%" if call.startswith("%%") else "%"
    name, _, line = call[len(marks) :].partition(" ")
    run = run_cell_magic if marks == "%%" else run_line_magic
    code = compile("\n" * (row - 1) + "run(name, line, error)", "<cell>", "exec")
    try:
        run_code(code, {"run": run, "name": name, "line": line, "error": error})
    except Exception as raised:  # noqa: BLE001 - what IPython hands on
        # Without the frame of this function, as IPython's begin with run_code.
        return raised.with_traceback(raised.__traceback__.tb_next)


def run_code(code, names):
    exec(code, names)


def missing(name):
    return ModuleNotFoundError(f"No module named {name!r}", name=name)


def notebook(path, *cells):
    made = [
        {"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": 1}
        for cell in cells
    ]
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    return str(path)


PLOT = "smuggle matplotlib.pyplot as plt  # pip: matplotlib==3.8.4"
RUN = "run it after the statement that brings it"
BIG = "google.cloud.bigquery"
BELOW = [
    (
        "matplotlib",
        f"%matplotlib inline\n\n{PLOT}",
        f"davos: %matplotlib inline needs matplotlib: {RUN} (row 3): {PLOT}",
    ),
    ("matplotlib", f"%pylab\n{PLOT}", f"davos: %pylab needs matplotlib: {RUN} (row 2): {PLOT}"),
    (
        "matplotlib",
        "%matplotlib inline\nsmuggle seaborn as sns",
        f"davos: %matplotlib inline needs matplotlib: {RUN} (row 2): smuggle seaborn as sns",
    ),
    (
        "sql",
        "%load_ext sql\nsmuggle os, sql",
        f"davos: %load_ext sql needs sql: {RUN} (row 2): smuggle os, sql",
    ),
    (
        "google",
        f"%load_ext {BIG}\nfrom google.cloud smuggle bigquery",
        f"davos: %load_ext {BIG} needs {BIG}: {RUN} (row 2): from google.cloud smuggle bigquery",
    ),
]


@pytest.mark.parametrize(("name", "cell", "told"), BELOW)
def test_the_statement_below_that_brings_the_module_is_named(name, cell, told):
    assert hint(ended(missing(name), cell.splitlines()[0]), cell, None) == told


def test_a_magic_that_is_not_known_lacks_its_module(tmp_path):
    error = ended(UsageError("Cell magic `%%cython` not found."), "%%cython -a")
    path = notebook(tmp_path / "n.ipynb", "smuggle Cython  # pip: Cython==3.0.0")
    told = hint(error, "%%cython -a\nf()", path)
    assert told.startswith(
        f"davos: %%cython -a needs Cython: {RUN} (cell 1, row 1): smuggle Cython"
    )


NOTHING = {
    "no statement": (missing("matplotlib"), "%matplotlib inline\nimport matplotlib"),
    "another module is missing": (missing("numpy"), f"%matplotlib inline\n{PLOT}"),
    "a part of it is missing": (missing("matplotlib.x"), f"%matplotlib inline\n{PLOT}"),
    "another package": (missing("matplotlib"), "%matplotlib inline\nsmuggle numpy"),
    "a comment": (missing("matplotlib"), f"%matplotlib inline\n# {PLOT}"),
    "a string": (missing("matplotlib"), f'%matplotlib inline\n"""\n{PLOT}\n"""'),
    "another magic": (missing("x"), "%magic x\nsmuggle x"),
    "IPython's own": (missing("autoreload"), "%load_ext autoreload\nsmuggle autoreload"),
    "no name": (ModuleNotFoundError("x"), f"%matplotlib inline\n{PLOT}"),
    "wrong use": (UsageError("unrecognized arguments"), f"%matplotlib --x\n{PLOT}"),
}


@pytest.mark.parametrize("why", NOTHING)
def test_nothing_is_said_of_other_errors(why):
    error, cell = NOTHING[why]
    assert hint(ended(error, cell.splitlines()[0]), cell, None) == ""


def test_nothing_is_said_of_an_import():
    try:
        exec("import no_such_module_dvt")
    except ImportError as raised:
        error = raised
    cell = "import no_such_module_dvt\nsmuggle no_such_module_dvt"
    assert hint(error, cell, None) == ""


def test_a_statement_above_the_magic_is_not_named():
    cell = f"{PLOT}\n%matplotlib inline"
    assert hint(ended(missing("matplotlib"), "%matplotlib inline", row=2), cell, None) == ""


def test_a_statement_of_another_cell_is_named_by_its_place(tmp_path):
    first = "import davos\n%matplotlib inline"
    path = notebook(tmp_path / "n.ipynb", first, "x = 1", f"\n{PLOT}")
    error = ended(missing("matplotlib"), "%matplotlib inline", row=2)
    assert hint(error, first, path).endswith(f"{RUN} (cell 3, row 2): {PLOT}")
    cell = f"{PLOT}\n%matplotlib inline"
    assert hint(error, cell, notebook(tmp_path / "m.ipynb", cell)) == "", "its own text on disk"


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_notebook_that_cannot_be_read_names_nothing(tmp_path, text):
    (tmp_path / "n.ipynb").write_text(text)
    error = ended(missing("matplotlib"), "%matplotlib inline")
    assert hint(error, "%matplotlib inline", str(tmp_path / "n.ipynb")) == ""
    assert hint(error, "%matplotlib inline", str(tmp_path / "none.ipynb")) == ""


def test_a_long_line_is_cut_and_credentials_are_blanked():
    url = "https://me:secret@host/simple"
    cell = f"%matplotlib inline\n{PLOT} --index-url {url} --extra-index-url {'x' * 99}"
    told = hint(ended(missing("matplotlib"), "%matplotlib inline"), cell, None)
    assert "secret" not in told
    assert told.endswith(" ...")
    assert len(told) < 240


@pytest.mark.slow
def test_a_notebook_shows_it_below_the_error_while_davos_is_active(kernel):
    cell = "%load_ext dvtext\nsmuggle dvtext  # pip: dvtext==1.0"
    line = f"davos: %load_ext dvtext needs dvtext: {RUN} (row 2): {cell.splitlines()[1]}\n"
    assert line not in kernel.run(cell.splitlines()[0], allow_error=True)
    kernel.run("import davos")
    shown = kernel.run(cell, allow_error=True)
    assert "ModuleNotFoundError: No module named 'dvtext'" in shown
    assert shown.endswith(line)
    imported = kernel.run("import dvtext\nsmuggle dvtext", allow_error=True)
    assert imported.endswith(
        "davos: `smuggle dvtext` would install it, if the package index has one of that name\n"
    )
    assert imported.count("davos:") == 1
    assert "davos:" not in kernel.run("%load_ext sqlx\nsmuggle dvtext", allow_error=True)
    kernel.run("davos.active = False")
    assert "davos:" not in kernel.run(cell, allow_error=True)
