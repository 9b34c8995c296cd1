"""Measure davos and what it is compared with, and write the table of results.

A run of all rows, each side as often as it should be, writes benchmarks/RESULTS.md. A run
with --only, --quick or --json prints its results only.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from datetime import date
from pathlib import Path
from typing import Iterator, Sequence

from benchmarks import (
    checking,
    clusters,
    condas,
    installing,
    linear,
    locking,
    peers,
    providing,
    restarting,
    returning,
    smuggling,
    starting,
    together,
    transforming,
)
from benchmarks.harness import Outcome, Row, report, show
from benchmarks.worlds import Worlds

__all__ = ["RESULTS", "ROWS", "main"]

RESULTS = Path(__file__).with_name("RESULTS.md")

ROWS: tuple[Row, ...] = (
    *transforming.ROWS,
    *smuggling.ROWS,
    *starting.ROWS,
    *installing.ROWS,
    *providing.ROWS,
    *returning.ROWS,
    *condas.ROWS,
    *locking.ROWS,
    *peers.ROWS,
    *restarting.ROWS,
    *together.ROWS,
    *clusters.ROWS,
    *linear.ROWS,
    *checking.ROWS,
)


def measured(rows: Sequence[Row], worlds: Worlds) -> Iterator[Outcome]:
    """Measure the rows, one after the other; one that fails does not end the run."""
    for row in rows:
        started = time.perf_counter()
        try:
            outcome = Outcome(row, row.measure(worlds))
        except Exception as error:  # noqa: BLE001 - it stands in the table
            print(f"{row.name}: {error}", file=sys.stderr, flush=True)
            words = [line for line in str(error).splitlines() if line.strip()]
            outcome = Outcome(row, error=words[-1] if words else repr(error))
        seconds = time.perf_counter() - started
        print(f"{row.name}: {seconds:.1f} s", file=sys.stderr, flush=True)
        yield outcome


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [row.name for row in ROWS]
    parser.add_argument(
        "--only",
        action="append",
        metavar="ROW",
        help=f"measure this row (again for more; a prefix will do): {', '.join(names)}",
    )
    parser.add_argument("--quick", action="store_true", help="measure each side twice only")
    parser.add_argument("--fresh", action="store_true", help="make the environments anew")
    parser.add_argument("--json", action="store_true", help="print JSON, with every sample")
    chosen = parser.parse_args(arguments)
    for prefix in chosen.only or ():
        if not any(name.startswith(prefix) for name in names):
            parser.error(f"no row is called {prefix}: {', '.join(names)}")
    return chosen


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 if every budget that was measured is met, else 1."""
    chosen = _arguments(arguments)
    rows = [row for row in ROWS if not chosen.only or row.name.startswith(tuple(chosen.only))]
    with Worlds(quick=chosen.quick, fresh=chosen.fresh) as worlds:
        outcomes = list(measured(rows, worlds))
    if chosen.json:
        found = [outcome.as_json() for outcome in outcomes]
        about = {"machine": platform.platform(), "python": platform.python_version()}
        print(json.dumps({**about, "rows": found}, indent=1))
    else:
        print(show(outcomes))
        if not (chosen.only or chosen.quick):
            today, python = date.today().isoformat(), platform.python_version()  # noqa: DTZ011
            about = f"{today}, Python {python}, the median of each side"
            RESULTS.write_text(report(outcomes, about), encoding="utf-8")
    return int(any(outcome.error or outcome.met is False for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
