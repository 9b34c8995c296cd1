"""Hot path: every cell goes through the input transformer before it runs."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Callable

from benchmarks.cells import ordinary
from benchmarks.harness import NEW, OLD, Budget, Measured, Row, in_turns

if TYPE_CHECKING:
    from benchmarks.probing import Probe
    from benchmarks.worlds import Worlds

__all__ = ["ROWS"]

_LINES = 5000
_FIRST_SIGHTS = {
    "plain": "smuggle numpy as np{0}",
    "pin": "smuggle numpy as np{0}  # pip: numpy==1.23.{0}",
    "options": (
        "smuggle numpy as np{0}  # pip: numpy==1.23.{0} --upgrade --no-cache-dir --pre -vv"
        " --timeout 30"
    ),
}
# No text is ever shown twice, so that neither side can know it.
_numbers = count(1)


def _cells(pattern: str, number: int) -> list[str]:
    return [pattern.format(next(_numbers)) + "\n" for _ in range(number)]


def _side(probe: Probe, cells: Callable[[], list[str]], *, calls: int, repeat: int) -> float:
    """The best time of one cell; the last of them must have become that many calls."""
    answer = probe.ask("transform", cells=cells(), repeat=repeat)
    if answer["calls"] != calls:
        raise RuntimeError(f"{answer['calls']} calls came out, not {calls}")
    return float(min(answer["seconds"]))


def _compare(
    worlds: Worlds, cells: Callable[[], list[str]], *, calls: int, repeat: int = 1
) -> Measured:
    with worlds.old.probe() as old, worlds.new.probe() as new:
        probes = {OLD: old, NEW: new}
        for probe in probes.values():
            probe.ask("start", davos=True)
        sides = {
            name: partial(_side, probe, cells, calls=calls, repeat=repeat)
            for name, probe in probes.items()
        }
        medians, samples = in_turns(worlds.repeats(9), sides)
    return Measured(medians[NEW], medians[OLD], samples=samples)


def _without(worlds: Worlds) -> Measured:
    return _compare(worlds, lambda: [ordinary(_LINES)], calls=0, repeat=50)


def _with_one(worlds: Worlds) -> Measured:
    def cells() -> list[str]:
        return [ordinary(_LINES, f"smuggle numpy as np{next(_numbers)}") for _ in range(3)]

    return _compare(worlds, cells, calls=1)


def _first(pattern: str, worlds: Worlds) -> Measured:
    return _compare(worlds, partial(_cells, pattern, 200), calls=1)


def _again(pattern: str, worlds: Worlds) -> Measured:
    return _compare(worlds, lambda: [pattern.format(0) + "\n"], calls=1, repeat=500)


_NOT_SLOWER = Budget(times=1.0)
_TITLES = {
    "plain": "smuggle numpy as np",
    "pin": "... # pip: numpy==1.23.1",
    "options": "... five options",
}

ROWS = (
    Row("no-smuggle", "5,000 lines without smuggle", _without, _NOT_SLOWER),
    Row("one-smuggle", "5,000 lines with one smuggle", _with_one, Budget(times=0.12)),
    *(
        Row(f"first-{name}", f"{_TITLES[name]}, first sight", partial(_first, pattern), _NOT_SLOWER)
        for name, pattern in _FIRST_SIGHTS.items()
    ),
    *(
        Row(f"again-{name}", f"{_TITLES[name]}, again", partial(_again, pattern), Budget(times=0.1))
        for name, pattern in _FIRST_SIGHTS.items()
    ),
)
