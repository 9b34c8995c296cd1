"""Any input: four times the length takes about four times as long, never sixteen."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Callable

from benchmarks.cells import PATHOLOGICAL
from benchmarks.harness import OLD, Budget, Measured, Row, quantity
from benchmarks.probing import Probe, ProbeTimeoutError

if TYPE_CHECKING:
    from benchmarks.worlds import World, Worlds

__all__ = ["ROWS"]

_GROWTH = 4
_LIMIT = 6.0
_INSISTENCE = 8
# Long enough for a time that is not all overhead: seconds of davos, and the most units tried.
_ENOUGH = 0.001
_LONGEST = 8_000
_PATIENCE = 10.0
# No text is ever shown twice.
_numbers = count(1)


def _seconds(probe: Probe, make: Callable[[int], str], size: int, repeats: int) -> float:
    cells = [f"{make(size)}# {next(_numbers)}\n" for _ in range(repeats)]
    return float(min(probe.ask("transform", cells=cells, timeout=_PATIENCE)["seconds"]))


def _started(world: World) -> Probe:
    probe = world.probe()
    probe.ask("start", davos=True)
    probe.ask("transform", cells=["smuggle json  # pip: json\n"])  # what is loaded when needed
    return probe


def _size(probe: Probe, make: Callable[[int], str]) -> int:
    """The number of units that takes davos long enough."""
    size = 250
    while size < _LONGEST and _seconds(probe, make, size, 2) < _ENOUGH:
        size *= 2
    return size


def _growth(
    world: World, make: Callable[[int], str], size: int, repeats: int
) -> tuple[float, float]:
    """How much longer the longer text takes, and how long; in turns, the best of each."""
    short: list[float] = []
    long: list[float] = []
    with _started(world) as probe:
        # Another process that was in the way is no growth: the best of more rounds shows it.
        while len(long) < repeats or (
            len(long) < repeats * _INSISTENCE and min(long) / min(short) > _LIMIT
        ):
            short.append(_seconds(probe, make, size, 3))
            long.append(_seconds(probe, make, size * _GROWTH, 3))
    return min(long) / min(short), min(long)


def _measure(name: str, worlds: Worlds) -> Measured:
    make = PATHOLOGICAL[name]
    with _started(worlds.new) as probe:
        size = _size(probe, make)
    factor, seconds = _growth(worlds.new, make, size, worlds.repeats(5))
    length = f"{len(make(size * _GROWTH)):,} characters: {quantity(seconds, 's')}"
    other = None
    try:
        other, old = _growth(worlds.old, make, size, 1)
        remarks = f"{length}, {OLD} {quantity(old, 's')}"
    except ProbeTimeoutError:
        remarks = f"{length}, {OLD} over {_PATIENCE:g} s"
    except RuntimeError as error:
        remarks = f"{length}, {OLD} {str(error).splitlines()[-1]}"
    return Measured(factor, other, remarks)


def _row(name: str) -> Row:
    identifier = "linear-" + "".join(c if c.isalnum() else "-" for c in name)
    title = f"4 x as long: {name}"
    return Row(identifier, title, partial(_measure, name), Budget(at_most=_LIMIT), unit="x")


ROWS = tuple(map(_row, PATHOLOGICAL))
