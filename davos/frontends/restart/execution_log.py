"""Which cells a restart would run again, and how each ended."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Mapping, Sequence, cast

from davos.engine.call_site import issued

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from davos.frontends.restart.carried_state import Cell

__all__ = ["CellLog", "listing", "summary"]

_WIDTH = 72


@dataclass(frozen=True)
class _Running:
    """A cell that runs: what IPython says of it, and its place in the history."""

    info: Any
    place: int

    @property
    def is_stored(self) -> bool:
        return bool(self.info.store_history) and not self.info.silent


class CellLog:
    """How the cells of a kernel ended, by their number (`In [3]`).

    A cell may run others (`get_ipython().run_cell`): those are run again by it. `replayed`
    are the cells of the kernel that this one was restarted from.
    """

    def __init__(self, replayed: Sequence[Cell] = ()) -> None:
        self._replayed = replayed
        self._known: dict[int, Mapping[str, Any]] = {}
        self._running: list[_Running] = []
        self._inner: set[int] = set()

    def attend(self, shell: InteractiveShell) -> None:
        """Note each cell from now on (IPython's `pre_run_cell`, `post_run_cell` events)."""
        history: Any = shell.history_manager

        def begin(info: Any) -> None:
            self.begin(info, len(history.input_hist_raw))

        shell.events.register("pre_run_cell", begin)
        shell.events.register("post_run_cell", self.note)

    def begin(self, info: Any, place: int) -> None:
        """Note that a cell begins, which will have a place in the history if it is stored."""
        if threading.current_thread() is not threading.main_thread():
            return  # a subshell's runs beside the others
        running = _Running(info, place)
        if not self._running:
            issued.clear()
            self._inner.discard(place)  # IPython does not store `exit`
        elif self._running[0].is_stored and running.is_stored:
            self._inner.add(place)
        self._running.append(running)

    def note(self, result: Any) -> None:
        """Note how a cell ended, and the id that its front end gave it."""
        self._end(getattr(result, "info", None))
        number = getattr(result, "execution_count", None)
        if number is None or self._running:
            return
        error = result.error_before_exec or result.error_in_exec
        self._known[number] = {
            "id": getattr(getattr(result, "info", None), "cell_id", None),
            "failed": error is not None,
            "skipped": isinstance(error, KeyboardInterrupt),
        }

    def _end(self, info: Any) -> None:
        places = [at for at, running in enumerate(self._running) if running.info is info]
        # A blank cell ends without having begun; a cancelled one may end without a result.
        if places or info is None:
            del self._running[places[0] if places else 0 :]

    def present(self, shell: Any) -> int:
        """The number of the present cell, whether or not the history keeps it."""
        if self._running:
            return self._running[0].place
        stored = len(shell.history_manager.input_hist_raw)
        content = shell.kernel.get_parent("shell").get("content", {})
        is_kept = content.get("store_history", not content.get("silent", False))
        return max(1, stored - bool(is_kept))

    def before(self, shell: Any) -> list[Cell]:
        """The cells that ran before the present one, in the order in which they ran.

        A cell that was run twice is there twice. `failed` ones may fail again; an
        interrupted one is to be skipped: how far it came is not known.
        """
        unknown = {"id": None, "failed": False, "skipped": False}
        known = {**{cell["number"]: cell for cell in self._replayed}, **self._known}
        codes = shell.history_manager.input_hist_raw[1 : self.present(shell)]
        return [
            cast("Cell", {**unknown, **known.get(number, {}), "number": number, "code": code})
            for number, code in enumerate(codes, 1)
            if number not in self._inner
        ]


def listing(cells: Sequence[Cell]) -> str:
    """What would run again, a line for each cell: its number, and how it begins."""
    lines = [f"A restart runs {summary(cells)} again, in this order:"]
    lines += [
        f"[{cell['number']}] {_first_line(cell['code'])}" for cell in cells if not cell["skipped"]
    ]
    return "\n".join(lines) if len(lines) > 1 else "A restart runs no other cell again."


def _first_line(code: str) -> str:
    line, _, rest = code.strip().partition("\n")
    return f"{line[:_WIDTH]}{' ...' if rest or len(line) > _WIDTH else ''}"


def summary(cells: Sequence[Cell]) -> str:
    """What would run again, in words: `3 cells`, `3 cells (not [2], which was interrupted)`."""
    again = [cell for cell in cells if not cell["skipped"]]
    words = f"{len(again)} cell{'' if len(again) == 1 else 's'}"
    interrupted = [cell for cell in cells if cell["skipped"] and not cell.get("unreached")]
    unreached = [cell for cell in cells if cell["skipped"] and cell.get("unreached")]
    plural = "were" if len(interrupted) > 1 else "was"
    left = [(interrupted, f"{plural} interrupted"), (unreached, "the last rerun did not reach")]
    reasons = [f"not {_numbers(some)}, which {why}" for some, why in left if some]
    return words + (f" ({'; '.join(reasons)})" if reasons else "")


def _numbers(cells: Sequence[Cell]) -> str:
    return ", ".join(f"[{cell['number']}]" for cell in cells)
