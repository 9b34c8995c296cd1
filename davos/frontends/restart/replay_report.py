"""What a replay tells: a line that moves while it runs, and what is there if it ends early.

`davos.frontends.restart.kernel` copies this file beside `davos.frontends.restart.replay`; like
that, it imports nothing of davos.

Source: `display_data` and `update_display_data` of "Messaging in Jupyter".
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Callable, Iterator, Sequence
from uuid import uuid4

if TYPE_CHECKING:
    from davos.frontends.restart.carried_state import Cell

__all__ = [
    "MovingLine",
    "as_content",
    "ended_early",
    "established",
    "failures",
    "note_cell",
    "numbers",
    "remove_record",
    "sender",
]

# A rerun whose output is suppressed shows its line only when it takes long.
_QUIET_SECONDS = 2.0
_PERIOD_SECONDS = 1.0
_BEGAN = time.monotonic()


def established(port: int) -> int | None:
    """How many TCP connections this process holds at a port; None if that cannot be known."""
    try:
        import psutil  # noqa: PLC0415 - comes with ipykernel >= 6.9

        process = psutil.Process()
        connections = getattr(process, "net_connections", None) or process.connections
        found = connections(kind="tcp")
    except Exception:  # noqa: BLE001 - psutil's errors, on systems that forbid to look
        return None
    return len(
        [one for one in found if one.laddr.port == port and one.status == psutil.CONN_ESTABLISHED]
    )


def sender(kernel: Any, parent: dict[str, Any]) -> Callable[[str, dict[str, Any]], Any]:
    """A function that publishes a message for a request, from any thread."""
    send, socket = kernel.session.send, kernel.iopub_socket

    def publish(kind: str, content: dict[str, Any]) -> Any:
        topic = kernel._topic(kind)  # noqa: SLF001 - ipykernel offers nothing else
        return send(socket, kind, content, parent=parent, ident=topic)

    return publish


class MovingLine:
    """`restarting for numpy 1.26.4: cell 3 of 20, 7 s`, kept up to date by a thread."""

    def __init__(
        self, publish: Callable[[str, dict[str, Any]], Any], what: str, cells: Sequence[Cell]
    ) -> None:
        """Make it; `what` is the restart for, which runs those `cells` that are not skipped."""
        self._publish = publish
        self._what = what
        self._total = sum(not cell["skipped"] for cell in cells)
        self._position = 0
        self._shown = False
        self._showing = threading.Lock()
        self._id = uuid4().hex

    def advance(self) -> None:
        """Note that the next cell begins: if the process ends in it, this is what is left."""
        self._position += 1
        if self._shown:
            self._show(self._text())

    @contextmanager
    def moving(self, *, quiet: bool) -> Iterator[MovingLine]:
        """Show it while the block runs, `quiet` after two seconds; then leave it empty."""
        over = threading.Event()
        delay = max(0.0, _BEGAN + _QUIET_SECONDS - time.monotonic())
        if not quiet:
            self._show(self._text())
        thread = threading.Thread(
            target=self._move, args=(over, delay if quiet else _PERIOD_SECONDS), daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            over.set()
            thread.join(_PERIOD_SECONDS)
            if self._shown:
                self._show("")

    def _move(self, over: threading.Event, wait: float) -> None:
        while not over.wait(wait):
            self._show(self._text())
            wait = _PERIOD_SECONDS

    def _text(self) -> str:
        seconds = int(time.monotonic() - _BEGAN)
        where = f"cell {max(1, self._position)} of {self._total}" if self._total else "no cell"
        return f"restarting for {self._what}: {where}, {seconds} s"

    def _show(self, text: str) -> None:
        data, transient = {"text/plain": text}, {"display_id": self._id}
        # What is told must not end what is told of.
        with self._showing, suppress(Exception):
            kind = "update_display_data" if self._shown else "display_data"
            self._shown = True
            self._publish(kind, {"data": data, "metadata": {}, "transient": transient})


def note_cell(record: str, number: int) -> None:
    """Note in the record of a rerun, if there is one, that a cell begins."""
    with suppress(OSError):
        if record:
            with open(record, "a", encoding="ascii") as file:
                file.write(f"{number}\n")


def remove_record(record: str) -> None:
    """Remove it: what comes now can be answered."""
    with suppress(OSError):
        os.remove(record)


def ended_early(cells: Sequence[Cell], at: int) -> str:
    """What a session holds whose rerun ended at the cell with this number, and how to go on."""
    again = [cell["number"] for cell in cells if not cell["skipped"]]
    before = [number for number in again if number < at]
    after = [number for number in again if number > at]
    there = f"{numbers(before)} ran again: what they defined is there" if before else ""
    missing = f"{numbers(after)} did not run again" if after else ""
    state = "; ".join(filter(None, [there, missing])) or "No other cell ran again"
    rest = f"{numbers([at, *after])} and this cell"
    return f"{state}. To go on, run {rest}, or restart the kernel and run all cells."


def as_content(problem: BaseException, words: str) -> dict[str, Any]:
    """An exception as the content of an error, behind some words."""
    name, text = type(problem).__name__, str(problem)
    line = f"{name}: {text}" if text else name
    traceback = [f"{words}: {line}" if words else line]
    return {"status": "error", "ename": name, "evalue": text, "traceback": traceback}


def failures(cells: Sequence[Cell]) -> str:
    """Which cells failed of those of which it is not known whether they did the first time."""
    failed = [cell["number"] for cell in cells if cell.get("unknown") and cell["failed"]]
    return f" ({numbers(failed)} failed, perhaps as before)" if failed else ""


def numbers(found: Sequence[int]) -> str:
    """Cells in words: `[1] to [4], [6]`."""
    runs: list[list[int]] = []
    for number in found:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(part for run in runs for part in _words(run))


def _words(run: Sequence[int]) -> list[str]:
    """A run of numbers; one of two is shorter as it is."""
    several = len(run) > 2  # noqa: PLR2004 - see above
    return [f"[{run[0]}] to [{run[-1]}]"] if several else [f"[{number}]" for number in run]
