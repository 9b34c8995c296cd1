"""Hot path: `davos check` over many notebooks, beside the linters that people run on them.

ruff and nbqa get the same notebooks with `import` in the place of `smuggle`: they lose
a whole notebook at the first smuggle statement. No side may use a cache.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Sequence

from benchmarks.harness import NEW, Budget, Measured, Row, in_turns, quantity

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.worlds import World, Worlds

__all__ = ["ROWS", "notebook"]

_NOTEBOOKS = 200
_MANY = 5000
_CELLS = 30
_OUTPUT_BYTES = 20_000_000
_ONE_CELL = "smuggle numpy as np  # pip: numpy==1.23.1 --pre"

_SETUP = """import os, sys
smuggle numpy as np  # pip: numpy==1.23.1
smuggle pandas as pd  # pip: pandas==1.5.3
from sklearn.decomposition smuggle (  # pip: scikit-learn==1.2.0
    PCA,
    NMF,
)
print(os, sys, PCA, NMF)
"""
_WORK = """# step {number}: what a cell of an analysis looks like
frame{number} = pd.DataFrame({{"x": np.arange({number}), "y": ["a", 'b'] * 3}})
for name, group in frame{number}.groupby("y"):
    if group["x"].mean() > {number}:
        print(f"{{name}}: {{group['x'].describe()}}")
def summary{number}(values, *, scale=1.0):
    '''The mean of some values, as everybody would write it.'''
    return scale * sum(values) / max(len(values), 1)
print(summary{number}(frame{number}["x"]))
"""

# A finding of davos (no exact version) and, as an import, one of ruff (it is not used).
_FOUND = "smuggle numpy as unused{place}  # pip: numpy>=1.{place}\n"

# Peak memory of the largest process of a command, in bytes.
_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
unit = 1 if sys.platform == "darwin" else 1024
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit)
"""

_LARGE = """
import json, sys, time
from pathlib import Path
from davos.lint.checker import check_document
from davos.lint.settings import Settings
from davos.documents.reader import read_document

def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started

def load():
    with open(name, encoding="utf-8") as file:
        json.load(file)

name = sys.argv[1]
check = lambda: check_document(read_document(Path(name).read_bytes(), name), Settings())
check()
print(json.dumps([[seconds(load), seconds(check)] for _ in range(5)]))
"""


def notebook(number: int, output: int = 0, word: str = "smuggle", found: str = "") -> str:
    """A notebook of thirty cells; `output` characters of output in its last one.

    `found` stands at the head of each cell but the first two.
    """
    sources = ["import davos", _SETUP.replace("smuggle", word)]
    for place in range(_CELLS - 2):
        work = _WORK.format(number=place + number % 7)
        sources.append(found.format(place=place).replace("smuggle", word) + work)
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{place}",
            "metadata": {},
            "outputs": [],
            "source": source.splitlines(keepends=True),
        }
        for place, source in enumerate(sources)
    ]
    if output:
        data = {"image/png": "iVBORw0KGgo/" * (output // 12), "text/plain": ["<Figure>"]}
        cells[-1]["outputs"] = [{"data": data, "metadata": {}, "output_type": "display_data"}]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, indent=1) + "\n"


def _write(folder: Path, number: int, word: str = "smuggle", found: str = "") -> Path:
    for index in range(number):
        name = folder / f"{index // 100:02}" / f"nb{index:04}.ipynb"
        name.parent.mkdir(parents=True, exist_ok=True)
        name.write_text(notebook(index, word=word, found=found), "utf-8")
    return folder


def _davos(worlds: Worlds, folder: Path, *options: str) -> float:
    arguments = ("-I", "-m", "davos", "check", "--exit-zero", "--isolated", *options, str(folder))
    return worlds.new.run(*arguments)


def _against_ruff(worlds: Worlds, options: Sequence[str], found: str = "") -> Measured:
    ours, theirs = (
        _write(worlds.folder(), _NOTEBOOKS, found=found),
        _write(worlds.folder(), _NOTEBOOKS, "import ", found),
    )
    ruff = ("-m", "ruff", "check", "--no-cache", "--isolated", "--exit-zero", str(theirs))
    sides = {
        NEW: partial(_davos, worlds, ours, *options),
        "ruff": partial(worlds.linters.run, *ruff),
    }
    medians, samples = in_turns(worlds.repeats(5), sides)
    return Measured(medians[NEW], medians["ruff"], samples=samples)


def _against_nbqa(worlds: Worlds) -> Measured:
    ours, theirs = (
        _write(worlds.folder(), _NOTEBOOKS),
        _write(worlds.folder(), _NOTEBOOKS, "import "),
    )
    sides = {
        NEW: partial(_davos, worlds, ours),
        "nbqa": partial(_nbqa, worlds.linters, theirs),
    }
    medians, samples = in_turns(worlds.repeats(3), sides)
    return Measured(medians[NEW], medians["nbqa"], samples=samples)


def _nbqa(world: World, folder: Path) -> float:
    """The seconds of nbqa pyflakes; it exits with 1 for the unused `import davos`."""
    command = [str(world.python), "-m", "nbqa", "pyflakes", str(folder)]
    started = time.perf_counter()
    done = subprocess.run(command, env=world.environ(), capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    found = done.stdout.count("'davos' imported but unused")
    if found != _NOTEBOOKS:
        raise RuntimeError(f"nbqa read {found} notebooks\n{done.stdout[-500:]}{done.stderr[-500:]}")
    return seconds


def _memory(worlds: Worlds) -> Measured:
    few, many = _write(worlds.folder(), _MANY // 10), _write(worlds.folder(), _MANY)
    sides = {"500": partial(_peak, worlds.new, few), NEW: partial(_peak, worlds.new, many)}
    medians, samples = in_turns(worlds.repeats(2), sides)
    return Measured(medians[NEW], medians["500"], samples=samples)


def _peak(world: World, folder: Path) -> float:
    check = [
        str(world.python),
        "-I",
        "-m",
        "davos",
        "check",
        "--isolated",
        "--exit-zero",
        str(folder),
    ]
    command = [sys.executable, "-c", _PEAK, *check]
    done = subprocess.run(command, env=world.environ(), capture_output=True, text=True, check=True)
    return float(done.stdout)


def _large(worlds: Worlds) -> Measured:
    path = worlds.folder() / "large.ipynb"
    path.write_text(notebook(1, _OUTPUT_BYTES), "utf-8")
    command = [str(worlds.new.python), "-I", "-c", _LARGE, str(path)]
    done = subprocess.run(
        command, env=worlds.new.environ(), capture_output=True, text=True, check=True
    )
    taken = json.loads(done.stdout)
    samples = {"json.load": [one for one, _ in taken], NEW: [other for _, other in taken]}
    remarks = quantity(path.stat().st_size, "B")
    return Measured(min(samples[NEW]), min(samples["json.load"]), remarks, samples)


def _one_cell(worlds: Worlds) -> Measured:
    cell = worlds.folder() / "cell.py"
    cell.write_text(_ONE_CELL, "utf-8")
    sides = {
        NEW: partial(worlds.new.run, "-I", "-m", "davos", "parse", "--json", str(cell)),
        "python -c pass": partial(worlds.new.run, "-I", "-c", "pass"),
    }
    medians, samples = in_turns(worlds.repeats(10), sides)
    return Measured(medians[NEW], medians["python -c pass"], samples=samples)


ROWS = (
    Row(
        "check-syntax",
        "check, 200 notebooks, syntax and onions",
        partial(_against_ruff, options=("--select", "DAV0,DAV1")),
        Budget(times=4),
        against="ruff",
    ),
    Row(
        "check-findings",
        "check, 200 notebooks, 5,600 findings",
        partial(_against_ruff, options=("--select", "DAV301"), found=_FOUND),
        Budget(times=4),
        against="ruff",
    ),
    Row(
        "check-found-all",
        "check, the same, all rules",
        partial(_against_ruff, options=(), found=_FOUND),
        Budget(times=4),
        against="ruff",
    ),
    Row(
        "check-all",
        "check, 200 notebooks, all rules",
        _against_nbqa,
        Budget(times=0.25),
        against="nbqa pyflakes",
    ),
    Row(
        "check-memory",
        "check, 5,000 notebooks: peak memory",
        _memory,
        Budget(times=1.1),
        against="500 notebooks",
        unit="B",
    ),
    Row("check-large", "check, 20 MB of outputs", _large, Budget(times=3), against="json.load"),
    Row(
        "parse-one",
        "parse --json, one cell, whole process",
        _one_cell,
        Budget(at_most=0.2),
        against="python -c pass",
    ),
)
