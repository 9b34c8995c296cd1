"""Magics that need a package which the notebook smuggles later, or not at all."""

import json

import pytest

from davos.lint import Settings, check_document, read_document

MATPLOTLIB = "smuggle matplotlib.pyplot as plt  # pip: matplotlib==3.8.4"


def messages(*cells, filename="case.ipynb"):
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": one} for one in cells]
    content = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    document = read_document(json.dumps(content).encode(), str(filename))
    diagnostics = check_document(document, Settings(select=("DAV210",)))
    return [(one.cell, one.location.row, one.message) for one in diagnostics]


def test_the_statement_below_is_named():
    assert messages("import davos", "%matplotlib inline", f"x\n{MATPLOTLIB}") == [
        (2, 1, "%matplotlib needs matplotlib, which is smuggled only below (cell 3, row 2)")
    ]


def test_a_package_that_is_not_smuggled_is_found_where_others_are():
    assert messages("import davos", "%matplotlib inline", "smuggle six  # pip: six==1.16.0") == [
        (2, 1, "%matplotlib needs matplotlib, which is not smuggled")
    ]


def test_a_cell_magic_needs_its_package_too():
    cells = "import davos", "%%cython\nx", "smuggle Cython  # pip: Cython==3.0.0"
    message = "%%cython needs Cython, which is smuggled only below (cell 3, row 1)"
    assert messages(*cells) == [(2, 1, message)]


@pytest.mark.parametrize(
    "cells",
    [
        ("import davos", MATPLOTLIB, "%matplotlib inline"),
        ("import davos", f"{MATPLOTLIB}\n%matplotlib inline"),
        ("import davos", "smuggle seaborn  # pip: seaborn==0.13.2", "%matplotlib inline"),
        ("import davos", "smuggle x  # pip: matplotlib==3.8.4", "%matplotlib inline"),
        ("%matplotlib inline", "import davos"),  # nothing is smuggled
        ("# %matplotlib inline", "import davos", MATPLOTLIB),
        ("%load_ext helpers", "import davos", MATPLOTLIB),
    ],
)
def test_silent_where_the_package_is_there_or_not_needed(tmp_path, cells):
    (tmp_path / "helpers.py").touch()
    (tmp_path / "case.ipynb").touch()
    assert messages(*cells, filename=tmp_path / "case.ipynb") == []
