"""Hot path: a notebook runs again, and its project holds all that it smuggles."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import NEW, OLD, Measured, Row, in_turns, quantity

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.worlds import World, Worlds

__all__ = ["ROWS"]

# Small ones: their own import takes no time, so that what is measured is ours.
_PINS = (
    "certifi==2023.7.22",
    "click==8.1.7",
    "colorama==0.4.6",
    "humanize==4.9.0",
    "idna==3.4",
    "iniconfig==2.0.0",
    "six==1.15.0",
    "sortedcontainers==2.4.0",
    "tabulate==0.9.0",
    "toml==0.10.2",
)
_MODULES = tuple(pin.partition("==")[0] for pin in _PINS)
_SMUGGLES = "".join(f"smuggle {name}  # pip: {pin}\n" for name, pin in zip(_MODULES, _PINS))
_IMPORTS = "".join(f"import {name}\n" for name in _MODULES)
_WHERE = "{module.__file__ for module in (" + ", ".join(_MODULES) + ")}.__repr__()"


def _returned(world: World, cell: str, packages: Path, *, davos: bool = True) -> float:
    """The seconds of `import davos` and of the cell, in a new process."""
    with world.probe() as probe:
        if davos:
            seconds = probe.ask("start", davos=True, project="bench")
        else:
            seconds = probe.ask("start", davos=False, path=str(packages))
        seconds += probe.ask("run", cell=cell)
        places = probe.ask("value", expression=_WHERE)
    if places.count(str(packages)) != len(_PINS):
        raise RuntimeError(f"not all came from {packages}: {places}")
    return float(seconds)


def _project(world: World) -> Path:
    """Where its project `bench` has its packages: both davos' have chosen the same folder."""
    version = world.run_for("import sys; print('python%d.%d' % sys.version_info[:2])")
    return world.home / ".davos" / "projects" / "bench" / "lib" / version / "site-packages"


def _warm(worlds: Worlds) -> Measured:
    packages = worlds.folder() / "packages"
    worlds.plain.run("-m", "pip", "-q", "install", "--no-deps", f"--target={packages}", *_PINS)
    old, new = (replace(world, home=worlds.folder()) for world in (worlds.old, worlds.new))
    # 0.2.3 cannot install in a virtual environment: its project is laid out by hand.
    shutil.copytree(packages, _project(old))
    with new.probe() as probe:
        probe.ask("start", davos=True, project="bench")
        probe.ask("run", cell=_SMUGGLES)
    sides = {
        OLD: partial(_returned, old, _SMUGGLES, _project(old)),
        NEW: partial(_returned, new, _SMUGGLES, _project(new)),
        "import": partial(_returned, worlds.plain, _IMPORTS, packages, davos=False),
    }
    for side in sides.values():
        side()
    medians, samples = in_turns(worlds.repeats(7), sides)
    remarks = f"imports: {quantity(medians['import'], 's')}"
    return Measured(medians[NEW], medians[OLD], remarks, samples)


ROWS = (Row("warm-start", "10 pinned packages in the project", _warm),)
