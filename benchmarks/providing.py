"""Hot paths: many pins at once, large projects, and smuggles that find everything there.

The packages are tiny wheels that are written here: what is measured is not their content.
"""

from __future__ import annotations

import statistics
import subprocess
import time
import zipfile
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Iterable

from benchmarks.harness import NEW, OLD, Budget, Measured, Row, in_turns

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.worlds import World, Worlds

__all__ = ["ROWS", "write_wheels"]

_PINS = 30
_SATISFIED = 50
_ONION = "smuggle packaging  # pip: packaging>=20"
_LOADED = (
    "import sys as _sys, types as _types, time as _time\n"
    "for _n in range(5000):\n"
    "    _name = f'dvloaded{_n // 50}.m{_n}'\n"
    "    _sys.modules[_name] = _types.ModuleType(_name)\n"
    "_times = []\n"
)


def _names(number: int) -> list[str]:
    return [f"dvbench{one}" for one in range(number)]


def _smuggle(name: str) -> str:
    return f"smuggle {name}  # pip: {name}==1.0\n"


def write_wheels(folder: Path, names: Iterable[str]) -> Path:
    """Write a wheel with one module, version 1.0, for each name; the folder."""
    for name in names:
        info = f"{name}-1.0.dist-info"
        files = {
            f"{name}.py": "x = 1\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in (*files, f"{info}/RECORD"))
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
            for file, text in files.items():
                archive.writestr(file, text)
    return folder


def _from_folder(wheels: Path, backend: str = "pip") -> dict[str, str]:
    """Variables: packages come from a folder, and davos installs them with pip or uv."""
    settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    return {**settings, "DAVOS_PIP_BACKEND": backend}


def _with_project(worlds: Worlds, names: Iterable[str]) -> World:
    """An environment whose project `bench` holds these packages."""
    world = replace(worlds.new, home=worlds.folder())
    world.run("-c", "import davos; davos.Project('bench').ensure()")
    code = "import davos; print(davos.Project('bench').site_packages_dir)"
    place = world.run_for(code).splitlines()[-1]
    for wheel in sorted(write_wheels(worlds.folder(), names).iterdir()):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(place)
    return world


def _davos(world: World, cell: str, wheels: Path, backend: str = "pip", **more: str) -> float:
    """The seconds of a cell that installs into the project `bench`."""
    with world.probe(**_from_folder(wheels, backend), **more) as probe:
        probe.ask("start", davos=True, project="bench")
        return float(probe.ask("run", cell=cell))


def _pip(worlds: Worlds, names: list[str], wheels: Path) -> float:
    """The seconds of one `pip install --no-compile` of them all, and of their import."""
    settings, world = _from_folder(wheels), worlds.plain
    world.run("-m", "pip", "-q", "uninstall", "-y", *names, **settings)
    pins = [f"{name}==1.0" for name in names]
    with world.probe() as probe:
        probe.ask("start", davos=False)
        seconds = world.run("-m", "pip", "install", "--no-compile", *pins, **settings)
        return seconds + float(probe.ask("run", cell="".join(f"import {name}\n" for name in names)))


def _many(worlds: Worlds) -> Measured:
    names = _names(_PINS)
    wheels, cell = write_wheels(worlds.folder(), names), "".join(map(_smuggle, names))
    sides = {
        "pip": partial(_pip, worlds, names, wheels),
        NEW: lambda: _davos(_with_project(worlds, ()), cell, wheels),
    }
    medians, samples = in_turns(worlds.repeats(5), sides)
    return Measured(medians[NEW], medians["pip"], samples=samples)


def _uv(worlds: Worlds, names: list[str], wheels: Path, **more: str) -> float:
    """The seconds of one `uv pip install` of them all into a new prefix, and of their import."""
    world, prefix = worlds.plain, worlds.folder()
    where = ("--python", str(world.python), "--prefix", str(prefix), "--no-config")
    pins = [f"{name}==1.0" for name in names]
    command = ["uv", "pip", "install", "-q", *where, "--no-index", "-f", str(wheels), *pins]
    started = time.perf_counter()
    subprocess.run(command, env=world.environ(**more), check=True)
    seconds = time.perf_counter() - started
    site = next(prefix.glob("lib/*/site-packages"))
    with world.probe() as probe:
        probe.ask("start", davos=False, path=str(site))
        return seconds + float(probe.ask("run", cell="".join(f"import {name}\n" for name in names)))


def _many_with_uv(worlds: Worlds) -> Measured:
    """Both sides begin with an empty cache."""
    names = _names(_PINS)
    wheels, cell = write_wheels(worlds.folder(), names), "".join(map(_smuggle, names))

    def davos() -> float:
        cache = str(worlds.folder())
        return _davos(_with_project(worlds, ()), cell, wheels, "uv", UV_CACHE_DIR=cache)

    sides = {
        "uv": lambda: _uv(worlds, names, wheels, UV_CACHE_DIR=str(worlds.folder())),
        NEW: davos,
    }
    medians, samples = in_turns(worlds.repeats(5), sides)
    return Measured(medians[NEW], medians["uv"], samples=samples)


def _into(number: int, worlds: Worlds) -> Measured:
    wheels = write_wheels(worlds.folder(), ["dvsmall"])
    sides = {
        "pip": partial(_pip, worlds, ["dvsmall"], wheels),
        NEW: lambda: _davos(_with_project(worlds, _names(number)), _smuggle("dvsmall"), wheels),
    }
    medians, samples = in_turns(worlds.repeats(5), sides)
    return Measured(medians[NEW], medians["pip"], samples=samples)


def _satisfied(number: int, worlds: Worlds) -> Measured:
    """The last ten of fifty smuggles, against the second to the eleventh."""
    world = _with_project(worlds, _names(number))
    began, ended = "_began = _time.perf_counter()\n", "_times += [_time.perf_counter() - _began]\n"
    cell = _LOADED + "".join(began + _smuggle(name) + ended for name in _names(_SATISFIED + 1))
    samples: dict[str, list[float]] = {"early": [], NEW: []}
    for _ in range(worlds.repeats(5)):
        with world.probe() as probe:
            probe.ask("start", davos=True, project="bench")
            probe.ask("run", cell=cell)
            times = probe.ask("value", expression="_times")
        samples["early"].append(statistics.median(times[1:11]))
        samples[NEW].append(statistics.median(times[-10:]))
    early, late = (statistics.median(samples[side]) for side in ("early", NEW))
    return Measured(late, early, samples=samples)


def _first(worlds: Worlds) -> Measured:
    """`import davos` and the first smuggle of a process."""

    def seconds(world: World) -> float:
        with world.probe() as probe:
            started = float(probe.ask("start", davos=True))  # where 0.2.3 loads what it needs
            return started + float(probe.ask("run", cell=_ONION))

    sides = {OLD: partial(seconds, worlds.old), NEW: partial(seconds, worlds.new)}
    for side in sides.values():  # the first import compiles
        side()
    medians, samples = in_turns(worlds.repeats(7), sides)
    return Measured(medians[NEW], medians[OLD], samples=samples)


ROWS = (
    Row("thirty-pins", "30 pins in one cell, first time", _many, Budget(times=1.3), "pip"),
    Row("thirty-pins-uv", "30 pins with uv, first time", _many_with_uv, Budget(times=2), "uv"),
    *(
        Row(
            f"into-{number}",
            f"one small into {number:,}",
            partial(_into, number),
            against="pip",
        )
        for number in (100, 300, 1000)
    ),
    *(
        Row(
            f"satisfied-{number}",
            f"50th satisfied, {number:,} in the project",
            partial(_satisfied, number),
            Budget(at_most=1e-3),
            "the 2nd",
        )
        for number in (100, 1000)
    ),
    Row("first-smuggle", "import davos and the first smuggle", _first),
)
