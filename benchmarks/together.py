"""Hot path: a class opens the same notebook, and eight kernels smuggle into one project."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import NEW, Measured, Row, in_turns

if TYPE_CHECKING:
    from benchmarks.worlds import Worlds

__all__ = ["ROWS"]

_CELL = "smuggle iniconfig  # pip: iniconfig==2.0.0"


def _kernels(worlds: Worlds, number: int) -> float:
    """The seconds until the last of so many kernels has what all of them smuggle."""
    world = replace(worlds.new, home=worlds.folder())
    wheels = worlds.wheels("iniconfig==2.0.0", "six==1.16.0")
    with ExitStack() as stack, ThreadPoolExecutor(number) as pool:
        settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
        probes = [stack.enter_context(world.probe(**settings)) for _ in range(number)]
        for probe in probes:
            probe.ask("start", davos=True, project="bench")
        started = time.perf_counter()
        list(pool.map(lambda probe: probe.ask("run", cell=_CELL), probes))
        return time.perf_counter() - started


def _eight(worlds: Worlds) -> Measured:
    sides = {"one kernel": partial(_kernels, worlds, 1), NEW: partial(_kernels, worlds, 8)}
    medians, samples = in_turns(worlds.repeats(3), sides)
    return Measured(medians[NEW], medians["one kernel"], samples=samples)


ROWS = (Row("eight-kernels", "8 kernels at once, first install", _eight, against="one kernel"),)
