"""Hot paths with uv as the installer, beside `uv run --with` and `juv exec` in the same run.

All take tiny wheels from one folder, without an index. A peer starts a process of its own for
each run, which is part of its time, as its users wait for it; davos runs in a kernel that is there,
and what it loads for its first install is part of its time. `uv pip install` is the floor.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Mapping, Sequence

from benchmarks.harness import NEW, Budget, Measured, Row, in_turns, quantity
from benchmarks.providing import write_wheels

if TYPE_CHECKING:
    from benchmarks.worlds import Worlds

__all__ = ["ROWS"]

_UV, _RUN, _JUV = "uv pip install", "uv run --with", "juv exec"
_MANY = tuple(f"dvbench{one}" for one in range(30))
_DATA = 400_000  # bytes of each package of the second project


@dataclass(frozen=True)
class Sides:
    """What is compared installs from one folder of wheels, by the arguments of pip."""

    worlds: Worlds
    wheels: Path

    @cached_property
    def python(self) -> Path:
        """The interpreter that uv and juv take."""
        return self.worlds.plain.python

    def environ(self, cache: Path) -> dict[str, str]:
        """Variables for uv and juv, with a cache of their own."""
        return self.worlds.plain.environ(
            UV_CACHE_DIR=str(cache),
            UV_FIND_LINKS=str(self.wheels),
            UV_NO_CONFIG="1",
            UV_NO_INDEX="1",
            UV_OFFLINE="1",  # `uv pip install` would ask the index in spite of UV_NO_INDEX
            UV_PYTHON=str(self.python),
            UV_PYTHON_DOWNLOADS="never",
        )

    def install(self, pins: Sequence[str], cache: Path, prefix: Path) -> float:
        """The seconds of `uv pip install` into a prefix, and of the imports."""
        where = ("--python", str(self.python), "--prefix", str(prefix))
        seconds = _timed(["uv", "pip", "install", "-q", *where, *pins], self.environ(cache))
        site = next(prefix.glob("lib/*/site-packages"))
        with self.worlds.plain.probe() as probe:
            probe.ask("start", davos=False, path=str(site))
            return seconds + float(probe.ask("run", cell=_imports(pins)))

    def run(self, pins: Sequence[str], cache: Path) -> float:
        """The seconds of `uv run --with` the pins, which imports them all."""
        wanted = [word for pin in pins for word in ("--with", pin)]
        code = ["python", "-c", _imports(pins)]
        return _timed(["uv", "run", "-q", "--no-project", *wanted, *code], self.environ(cache))

    def juv(self, pins: Sequence[str], cache: Path) -> float:
        """The seconds of `juv exec` of a notebook that declares the pins and imports them."""
        notebook = self.worlds.folder() / "notebook.ipynb"
        block = f"# /// script\n# dependencies = {json.dumps(list(pins))}\n# ///"
        notebook.write_text(json.dumps(_notebook([block, _imports(pins)])), "utf-8")
        program = str(self.worlds.juv.prefix / "bin" / "juv")
        return _timed([program, "exec", "--quiet", str(notebook)], self.environ(cache))

    def davos(
        self, pins: Sequence[str], cache: Path, before: Sequence[str] = (), home: Path | None = None
    ) -> float:
        """The seconds of a cell that smuggles the pins; `before` are smuggled, not measured."""
        world = replace(self.worlds.new, home=home or self.worlds.folder())
        settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        settings |= {"DAVOS_PIP_BACKEND": "uv", "UV_CACHE_DIR": str(cache)}
        with world.probe(**settings) as probe:
            probe.ask("start", davos=True, project="bench")
            for pin in before:
                probe.ask("run", cell=_smuggle(pin))
            return float(probe.ask("run", cell="".join(map(_smuggle, pins))))


def _timed(command: Sequence[str], env: Mapping[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=env, check=True, capture_output=True)
    return time.perf_counter() - started


def _smuggle(pin: str) -> str:
    return f"smuggle {pin.partition('==')[0]}  # pip: {pin}\n"


def _imports(pins: Sequence[str]) -> str:
    return "import " + ", ".join(pin.partition("==")[0] for pin in pins)


def _notebook(sources: Sequence[str]) -> dict[str, object]:
    empty: dict[str, object] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
    }
    cells = [{**empty, "id": f"c{at}", "source": text} for at, text in enumerate(sources)]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _beside(medians: Mapping[str, float], unit: str = "s") -> str:
    shown = (f"{side} {quantity(medians[side], unit)}" for side in (_RUN, _JUV))
    return "; ".join(shown)


def _many(worlds: Worlds) -> Measured:
    """30 pins, all sides with an empty cache."""
    sides = Sides(worlds, write_wheels(worlds.folder(), _MANY))
    pins = [f"{name}==1.0" for name in _MANY]
    folder = worlds.folder
    functions: dict[str, Callable[[], float]] = {
        _UV: lambda: sides.install(pins, folder(), folder()),
        NEW: lambda: sides.davos(pins, folder()),
        _RUN: lambda: sides.run(pins, folder()),
        _JUV: lambda: sides.juv(pins, folder()),
    }
    medians, samples = in_turns(worlds.repeats(5), functions)
    return Measured(medians[NEW], medians[_UV], _beside(medians), samples)


def _back(worlds: Worlds) -> Measured:
    """From version 2.0 back to 1.0, which the cache has."""
    wheels = worlds.folder()
    for version in ("1.0", "2.0"):
        write_wheels(wheels, ["dvback"], version)
    sides, cache, prefix = Sides(worlds, wheels), worlds.folder(), worlds.folder()
    old, new = ["dvback==1.0"], ["dvback==2.0"]
    for pins in (old, new):
        sides.run(pins, cache)
        sides.juv(pins, cache)

    def reinstall() -> float:
        sides.install(new, cache, prefix)
        return sides.install(old, cache, prefix)

    functions: dict[str, Callable[[], float]] = {
        _UV: reinstall,
        NEW: partial(sides.davos, old, cache, before=[*old, *new]),
        _RUN: partial(sides.run, old, cache),
        _JUV: partial(sides.juv, old, cache),
    }
    medians, samples = in_turns(worlds.repeats(7), functions)
    return Measured(medians[NEW], medians[_UV], _beside(medians), samples)


def _second(worlds: Worlds) -> Measured:
    """The bytes that a second project with the same packages adds on disk, the cache included."""
    wheels = write_wheels(worlds.folder(), _MANY, data=_DATA)
    sides, root = Sides(worlds, wheels), worlds.folder()
    pins = [f"{name}==1.0" for name in _MANY]
    homes = [root / "home1", root / "home2"]
    for home in homes:
        home.mkdir()

    def added(first: Callable[[], float], again: Callable[[], float]) -> float:
        first()
        before = _on_disk(root)
        again()
        return float(_on_disk(root) - before)

    davos = partial(sides.davos, pins, root / "cache")
    run, juv = (partial(one, cache=root / "cache") for one in (sides.run, sides.juv))
    found = {
        NEW: added(partial(davos, home=homes[0]), partial(davos, home=homes[1])),
        _RUN: added(partial(run, pins), partial(run, pins[:-1])),
        _JUV: added(partial(juv, pins), partial(juv, pins[:-1])),
    }
    remarks = f"{len(pins)} packages of {quantity(_DATA, 'B')}; {_beside(found, 'B')}"
    return Measured(found[NEW], None, remarks)


def _on_disk(folder: Path) -> int:
    """The bytes that the files of a folder take, those with several names once (as `du`)."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            status = Path(place, name).lstat()
            found[status.st_ino] = status.st_blocks * 512
    return sum(found.values())


ROWS = (
    Row("peers-cold", "30 pins, cold", _many, Budget(times=2), _UV),
    Row("peers-back", "back to a version seen before", _back, Budget(plus=0.03), _UV),
    Row("peers-second", "a second project adds", _second, Budget(at_most=5e6), "", "B"),
)
