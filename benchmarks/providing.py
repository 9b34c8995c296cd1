"""Hot paths: many pins at once, large projects, and smuggles that find everything there.

The packages are tiny wheels that are written here: what is measured is not their content.
"""

from __future__ import annotations

import statistics
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


def write_wheels(folder: Path, names: Iterable[str], version: str = "1.0", data: int = 0) -> Path:
    """Write a wheel with one module for each name, and so many bytes of data; the folder."""
    for name in names:
        info = f"{name}-{version}.dist-info"
        files = {
            f"{name}.py": f"x = {version}\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        if data:
            files[f"{name}_data.txt"] = "x" * data
        files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in (*files, f"{info}/RECORD"))
        with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
            for file, text in files.items():
                archive.writestr(file, text)
    return folder


def _from_folder(wheels: Path) -> dict[str, str]:
    """Variables: packages come from a folder, and davos installs them with pip."""
    settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    return {**settings, "DAVOS_PIP_BACKEND": "pip"}


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


def _davos(world: World, cell: str, wheels: Path) -> float:
    """The seconds of a cell that installs into the project `bench`."""
    with world.probe(**_from_folder(wheels)) as probe:
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
