"""Notebooks with a lock, run in other environments, and on the packages of another day."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from kernel_environments import make_environment
from lock_world import code_cells

pytestmark = [pytest.mark.slow, pytest.mark.network]
IN_TURN = pytest.mark.usefixtures("backend_in_turn")

_PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
TEACHING = Path(__file__).parent / "cases" / "teaching"
TEN = {
    "matplotlib": "matplotlib",
    "networkx": "networkx",
    "numpy": "numpy",
    "pandas": "pandas",
    "PIL": "pillow",
    "requests": "requests",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "tqdm": "tqdm",
    "yaml": "PyYAML",
}
# Notebooks, and the line that they print.
OF_2023 = {"append_rows": "3.0", "colour_map": "3", "seaborn_style": "2"}
# What pip and uv themselves write beside a distribution's files differs from place to place.
FILES = """
import csv, hashlib, json, os
from importlib import metadata
with open(os.environ["JPY_SESSION_NAME"]) as opened:
    lock = json.load(opened)["metadata"]["davos"]["lock"]
names = {package["name"] for package in lock["packages"]}
found = [one for one in metadata.distributions() if one.metadata["Name"].lower() in names]
first = {one.metadata["Name"].lower(): one for one in reversed(found)}
written = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_cache.json", ".pyc")
rows = [
    [name, row[0], hashlib.sha256(one.locate_file(row[0]).read_bytes()).hexdigest()]
    for name, one in sorted(first.items())
    for row in csv.reader(one.read_text("RECORD").splitlines())
    if not row[0].startswith("../") and not row[0].endswith(written)
]
print("FILES", json.dumps(sorted(rows)))
"""


def davos(*arguments, python=sys.executable, home):
    """Run davos with a home and a folder of its own; what it printed."""
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [python, "-m", "davos", *map(str, arguments)],
        cwd=home,
        env={**os.environ, "DAVOS_HOME": str(home / "home"), "IPYTHONDIR": str(home / "ipython")},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files_of(output):
    (line,) = (line for line in output.splitlines() if line.startswith("FILES "))
    return json.loads(line.removeprefix("FILES "))


def notebook(path, *cells):
    text = {"cells": code_cells(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(text))
    return path


def test_a_locked_notebook_gives_the_same_files_elsewhere(tmp_path, pip_backend):
    """In another home, at another path, over an environment that holds other versions."""
    settings = "import davos\ndavos.config.suppress_stdout = True"
    smuggles = "\n".join(f"smuggle {module}  # pip: {name}" for module, name in TEN.items())
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    path = notebook(here / "ten.ipynb", settings, smuggles, FILES)
    davos("lock", path, home=here)
    first = files_of(davos("run", "--locked", path, home=here))
    there.mkdir()
    shutil.copy(path, there / "copy.ipynb")
    other = make_environment(tmp_path / "base", "idna==3.4")
    second = files_of(davos("run", "--locked", there / "copy.ipynb", python=other, home=there))
    assert {name.lower() for name in TEN.values()} <= {name for name, _, _ in first}
    assert ["idna", "idna-3.4.dist-info/METADATA"] not in [row[:2] for row in second]
    assert second == first


@IN_TURN
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="wheels of that day are for 3.8 to 3.11")
@pytest.mark.parametrize("name", OF_2023)
def test_a_notebook_of_2023_runs_on_the_packages_of_its_day(tmp_path, name):
    """What it uses was removed from pandas 2.0, matplotlib 3.9 and matplotlib 3.8.

    matplotlib < 3.9 imports `backend2gui` from IPython, which IPython 9 does not have.
    """
    path = shutil.copy(TEACHING / f"{name}.ipynb", tmp_path)
    python = make_environment(tmp_path / "base", "ipython<9")
    options = ("--resolver", "uv", "--as-of", "2023-03-01", "--python-version", _PYTHON)
    davos("lock", *options, path, home=tmp_path)
    shown = davos("run", "--locked", path, python=python, home=tmp_path)
    assert OF_2023[name] in shown.splitlines()
