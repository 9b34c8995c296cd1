"""Hot path: a smuggle statement runs again, and what it asks for is there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import NEW, OLD, Budget, Measured, Row, in_turns, quantity

if TYPE_CHECKING:
    from benchmarks.worlds import Worlds

__all__ = ["ROWS"]

_TURNS = 2000
_CASES = {
    "satisfied": ("a satisfied package", "packaging  # pip: packaging>=20"),
    "bare": ("a package without onion", "packaging"),
    "stdlib": ("a standard library module", "json"),
}


def _measure(statement: str, worlds: Worlds) -> Measured:
    module = statement.split(maxsplit=1)[0]
    with worlds.old.probe() as old, worlds.new.probe() as new:
        for probe in (old, new):
            probe.ask("start", davos=True)
        ask = partial(new.ask, "repeated", number=_TURNS)
        sides = {
            OLD: partial(old.ask, "repeated", cell=f"smuggle {statement}", number=_TURNS // 10),
            NEW: partial(ask, cell=f"smuggle {statement}"),
            "import": partial(ask, cell=f"import {module}"),
        }
        medians, samples = in_turns(worlds.repeats(9), sides)
    remarks = f"import: {quantity(medians['import'], 's')}"
    return Measured(medians[NEW], medians[OLD], remarks, samples)


ROWS = tuple(
    Row(name, f"{title}, smuggled again", partial(_measure, statement), Budget(at_most=5e-6))
    for name, (title, statement) in _CASES.items()
)
