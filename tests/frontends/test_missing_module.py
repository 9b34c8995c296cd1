"""A missing module under plain `import`: one line says which statement would install it."""

from __future__ import annotations

import linecache

import pytest

from davos.frontends.missing_module import _advised, advice

PANDAS = "davos: `smuggle dvt_pandas` would install it, if the package index has one of that name"
# What a cell or a file of the user's holds, and what is said.
CASES = [
    ("import dvt_pandas", PANDAS),
    ("import os, dvt_pandas as pd", PANDAS),
    ("import dvt_pandas.io.parsers", PANDAS),
    ("from dvt_pandas import (\n    DataFrame,\n)", PANDAS),
    ("from dvt_pandas.io import x", PANDAS),
    ("if True: import dvt_pandas", PANDAS),
    ("def f():\n    import dvt_pandas\nf()", PANDAS),
    ("import imblearn", "davos: `smuggle imblearn  # pip: imbalanced-learn` would install it"),
    (
        "import pandas_missing as pandas",
        "davos: `smuggle pandas_missing` would install it, if the package index has one of that name",
    ),
    ("import nump", "davos: did you mean `smuggle numpy`?"),
    ("import padnas as pd", "davos: did you mean `smuggle pandas`?"),
    ("import PYYAML", "davos: did you mean `smuggle yaml  # pip: PyYAML`?"),
    ("import scikit_learn", "davos: did you mean `smuggle sklearn  # pip: scikit-learn`?"),
    ("import json.dvt", ""),
    ("from . import dvt", ""),
    ("import smuggle", ""),
    ("import jsn", ""),
    ("import Queue", ""),
    ("import urllib2", ""),
    ("import _dvt", ""),
    ("import utils", ""),
    ("import helpers", ""),
    ("import zope.dvt", ""),
    ("import importlib\nimportlib.import_module('dvt_pandas')", ""),
    ("__import__('dvt_pandas')", ""),
    ("raise ModuleNotFoundError('No module named dvt', name='dvt')", ""),
    ("raise ModuleNotFoundError(\"No module named 'dvt'\", name='dvt')", ""),
    ("raise ImportError('dvt')", ""),
    ("1 / 0", ""),
]


def said(source, filename):
    linecache.cache[filename] = len(source), None, source.splitlines(keepends=True), filename
    try:
        exec(compile(source, filename, "exec"), {"__name__": "__main__", "__package__": ""})
    except (ImportError, ArithmeticError) as error:
        return advice(error)
    raise AssertionError("it does not fail")


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_the_statement_that_would_install_it_is_named(source, expected, tmp_path):
    assert said(source, str(tmp_path / "cell.py")) == expected


@pytest.mark.parametrize("name", ["attrs", "Cython", "matplotlib", "toolz"])
def test_a_package_with_a_module_of_its_name_is_not_said_to_be_called_otherwise(name):
    assert "# pip:" not in _advised(name, "")


def test_nothing_is_said_of_what_a_library_imports(tmp_path):
    library = tmp_path / "lib" / "site-packages" / "library.py"
    assert said("import dvt_pandas", str(library)) == ""


@pytest.mark.slow
def test_a_kernel_says_it_while_davos_is_on(start_kernel, tmp_path):
    (tmp_path / "mine.py").write_text("import dvt_pandas\n")
    kernel = start_kernel(tmp_path / "nb.ipynb")
    kernel.run("import davos")
    missing = "No module named 'dvt_pandas'"
    for cell in ("import dvt_pandas", "import mine"):
        shown = kernel.run(cell, allow_error=True)
        assert missing in shown
        assert shown.endswith(f"{PANDAS}\n")
        assert shown.count("davos:") == 1
    for cell in ("try:\n    import dvt_pandas\nexcept ImportError:\n    pass", "import json.x"):
        assert "davos:" not in kernel.run(cell, allow_error=True)
    shown = kernel.run("davos.active = False", allow_error=True)
    shown += kernel.run("import dvt_pandas", allow_error=True)
    assert missing in shown
    assert "davos:" not in shown
