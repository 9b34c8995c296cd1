"""Hot path: the first smuggle of a package, against `pip install` of the same wheel.

Both sides take it from a folder of wheels with the same pip, which compiles nothing (as davos has
it), and import it. The kernel is
new: what davos loads for its first smuggle is part of its time.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Mapping

from benchmarks.harness import NEW, Budget, Measured, Row, in_turns

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.worlds import World, Worlds

__all__ = ["ROWS"]

_BUDGET = Budget(times=1.1)
# Requirement, and what brings the plain environment back to where it was.
_SMALL = ("iniconfig==2.0.0", ("uninstall", "-y", "iniconfig"))
_SHADOWING = ("six==1.15.0", ("install", "six==1.16.0"))
_LARGE = ("sympy==1.12", ("uninstall", "-y", "sympy", "mpmath"))


def _davos(
    worlds: Worlds, requirement: str, settings: Mapping[str, str], before: str = ""
) -> float:
    """The seconds of the first cell with that smuggle in a project of its own.

    `before` is a cell that runs, and is not measured, before it.
    """
    world = replace(worlds.new, home=worlds.folder())
    name = requirement.partition("==")[0]
    with world.probe(**settings) as probe:
        probe.ask("start", davos=True, project="bench")
        if before:
            probe.ask("run", cell=before)
        seconds = probe.ask("run", cell=f"smuggle {name}  # pip: {requirement}")
        place = probe.ask("value", expression=f"{name}.__file__")
    if str(world.home) not in place:
        raise RuntimeError(f"{requirement} came from {place}")
    return float(seconds)


def _pip(
    world: World, reset: tuple[str, ...], requirement: str, settings: Mapping[str, str]
) -> float:
    """The seconds of `pip install` in an environment without that package, and of the import."""
    world.run("-m", "pip", "-q", *reset, **settings)
    with world.probe() as probe:
        probe.ask("start", davos=False)
        seconds = world.run("-m", "pip", "install", "--no-compile", requirement, **settings)
        return seconds + float(probe.ask("run", cell=f"import {requirement.partition('==')[0]}"))


def _first(requirement: str, reset: tuple[str, ...], worlds: Worlds) -> Measured:
    wheels = worlds.wheels(requirement, "six==1.16.0")
    settings = _from_folder(wheels)
    sides = {
        "pip": partial(_pip, worlds.plain, reset, requirement, settings),
        NEW: partial(_davos, worlds, requirement, settings),
    }
    medians, samples = in_turns(worlds.repeats(7), sides)
    return Measured(medians[NEW], medians["pip"], samples=samples)


def _switch(worlds: Worlds) -> Measured:
    settings = _from_folder(worlds.wheels("six==1.15.0", "six==1.16.0"))
    before = "smuggle six  # pip: six==1.16.0"
    sides = {
        "pip": partial(_pip, worlds.plain, _SHADOWING[1], _SHADOWING[0], settings),
        NEW: partial(_davos, worlds, _SHADOWING[0], settings, before),
    }
    medians, samples = in_turns(worlds.repeats(5), sides)
    return Measured(medians[NEW], medians["pip"], "pip does not reload it", samples)


def _from_folder(wheels: Path) -> dict[str, str]:
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}


ROWS = (
    Row("install-small", "first install of iniconfig", partial(_first, *_SMALL), _BUDGET, "pip"),
    Row("install-six", "... of six over base's", partial(_first, *_SHADOWING), _BUDGET, "pip"),
    Row("install-large", "... of sympy, 1,500 files", partial(_first, *_LARGE), _BUDGET, "pip"),
    Row("switch", "from six 1.16.0 to 1.15.0, loaded", _switch, against="pip"),
)
