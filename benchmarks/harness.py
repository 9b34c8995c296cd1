"""What a row of the table is, how it is measured and how it is shown.

The machine is noisy and everything is a ratio: what a row compares is measured in one
run, in turns (A B, B A, A B, ...), and the median of each side counts.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Callable, Iterable, Mapping, Optional

if TYPE_CHECKING:
    from benchmarks.worlds import Worlds

__all__ = ["Budget", "Measured", "Outcome", "Row", "in_turns", "report", "show"]

OLD = "0.2.3"
NEW = "davos"
_REPORT = """\
# Measurements

`python -m benchmarks` writes this page. Date and Python: {about}.

All sides of a row are measured in one run, in turns. A ratio below 1 means that davos is faster or
smaller. A restart is timed from the end of pip to the next line of the cell.

{table}
"""
_HEADINGS = ("row", "against", "", NEW, "ratio", "budget", "met?", "remarks")


@dataclass(frozen=True)
class Budget:
    """What a row may cost: `times` the other side, `plus` it, or `at_most` in the row's unit."""

    times: Optional[float] = None
    at_most: Optional[float] = None
    plus: Optional[float] = None

    def met(self, value: float, other: Optional[float]) -> Optional[bool]:
        """Whether a measured value holds; None if there is nothing to compare it with."""
        if self.at_most is not None:
            return value <= self.at_most
        if other is None or (self.times is None and self.plus is None):
            return None
        return value <= (1 if self.times is None else self.times) * other + (self.plus or 0)

    def shown(self, unit: str) -> str:
        """The budget as the table shows it."""
        if self.at_most is not None:
            return f"<= {quantity(self.at_most, unit)}"
        if self.plus is not None:
            return f"<= + {quantity(self.plus, unit)}"
        return "" if self.times is None else f"<= {self.times:g} x"


@dataclass(frozen=True)
class Measured:
    """The value of davos, of what it is compared with, and what else is worth knowing."""

    value: float
    other: Optional[float] = None
    remarks: str = ""
    samples: Mapping[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One row: `measure` gets the environments. `unit` is "s", "B" (bytes), "x" or ""."""

    name: str
    title: str
    measure: Callable[[Worlds], Measured]
    budget: Budget = field(default_factory=Budget)
    against: str = OLD
    unit: str = "s"


@dataclass(frozen=True)
class Outcome:
    """A row and what came of it; `error` if it could not be measured."""

    row: Row
    measured: Optional[Measured] = None
    error: str = ""

    @property
    def met(self) -> Optional[bool]:
        """Whether the budget holds; None without a budget or a value."""
        if self.measured is None:
            return None
        return self.row.budget.met(self.measured.value, self.measured.other)

    @property
    def ratio(self) -> Optional[float]:
        """What davos costs, in units of the other side."""
        if self.measured is None or not self.measured.other:
            return None
        return self.measured.value / self.measured.other

    def as_json(self) -> dict[str, object]:
        """The row as a JSON object."""
        row = self.row
        return {
            "name": row.name,
            "title": row.title,
            "against": row.against,
            "unit": row.unit,
            "budget": asdict(row.budget),
            "measured": self.measured and asdict(self.measured),
            "ratio": self.ratio,
            "met": self.met,
            "error": self.error,
        }

    def cells(self) -> tuple[str, ...]:
        """The row as cells of the table."""
        row, measured = self.row, self.measured
        if measured is None:
            budget = row.budget.shown(row.unit)
            return (row.title, row.against, "", "", "", budget, "ERROR", self.error)
        ratio = "" if self.ratio is None else f"{self.ratio:.3g} x"
        met = {True: "yes", False: "NO", None: ""}[self.met]
        other = "" if measured.other is None else quantity(measured.other, row.unit)
        value = quantity(measured.value, row.unit)
        budget = row.budget.shown(row.unit)
        return (row.title, row.against, other, value, ratio, budget, met, measured.remarks)


def in_turns(
    repeats: int, sides: Mapping[str, Callable[[], float]]
) -> tuple[dict[str, float], dict[str, list[float]]]:
    """The median of each side and all samples; the order is turned round each time."""
    samples: dict[str, list[float]] = {side: [] for side in sides}
    order = list(sides)
    for _ in range(repeats):
        for side in order:
            samples[side].append(sides[side]())
        order.reverse()
    return {side: median(taken) for side, taken in samples.items()}, samples


def quantity(value: float, unit: str) -> str:
    """A number with its unit, in a size that people read."""
    if unit == "s":
        for size, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
            if value >= size:
                return f"{value / size:.3g} {name}"
        return f"{value * 1e9:.3g} ns"
    if unit == "B":
        return f"{value / 1e6:.1f} MB"
    return f"{value:.3g} {unit}".strip()


def show(outcomes: Iterable[Outcome]) -> str:
    """The table, as Markdown whose columns line up."""
    rows = [_HEADINGS, *(outcome.cells() for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, _line(tuple("-" * width for width in widths), widths))
    return "\n".join(lines)


def report(outcomes: Iterable[Outcome], about: str) -> str:
    """The page of results: when and with which Python (`about`), how to read it, the table."""
    return _REPORT.format(about=about, table=show(outcomes))


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths))
    return f"| {' | '.join(padded)} |"
