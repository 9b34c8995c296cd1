"""Which cells a restart would run again, and how each ended."""

from __future__ import annotations

import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence, cast

from davos.engine.call_site import issued
from davos.escaping import one_line
from davos.frontends.restart.replay_report import numbers

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from davos.frontends.restart.carried_state import Cell

__all__ = ["CellLog", "consequences", "listing", "summary"]

_WIDTH = 72
# As IPython writes lines with `!`, `%` and `%%` (inputtransformer2), and Python's own ways.
_COMMAND = re.compile(
    r"get_ipython\(\)\.(?:system|getoutput)\("
    r"|\.run_(?:line|cell)_magic\('(?:!|sx|sc|system|script|bash|sh|cmd|pip|uv|conda|mamba)'"
    r"|\b(?:os\.(?:system|popen)|subprocess\.\w+)\("
)


@dataclass(frozen=True)
class _Running:
    """A cell that runs: what IPython says of it, and its place in the history."""

    info: Any
    place: int
    began: float = field(default_factory=time.monotonic)

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
        self._first_time = {
            cell["number"]: cell["seconds"] for cell in replayed if "seconds" in cell
        }
        self._known: dict[int, Mapping[str, Any]] = {}
        self._running: list[_Running] = []
        self._inner: set[int] = set()

    @property
    def replayed(self) -> Sequence[Cell]:
        """The cells of the kernel that this one was restarted from."""
        return self._replayed

    @property
    def ran_later(self) -> list[str | None]:
        """The ids of the cells that ran after those that were replayed."""
        again = {cell["number"] for cell in self._replayed}
        return [how["id"] for number, how in self._known.items() if number not in again]

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
        outermost = self._running[:1]
        self._end(getattr(result, "info", None))
        number = getattr(result, "execution_count", None)
        if number is None or self._running:
            return
        error = result.error_before_exec or result.error_in_exec
        self._known[number] = {
            "id": getattr(getattr(result, "info", None), "cell_id", None),
            "failed": error is not None,
            "skipped": isinstance(error, KeyboardInterrupt),
            **self._time_of(number, outermost),
        }

    def _time_of(self, number: int, running: Sequence[_Running]) -> dict[str, float]:
        """How long a cell took the first time; nothing if its begin was not seen."""
        if number in self._first_time:
            return {"seconds": self._first_time[number]}
        return {"seconds": time.monotonic() - running[0].began} if running else {}

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
        history = shell.history_manager
        known = {**{cell["number"]: cell for cell in self._replayed}, **self._known}
        return [
            cast("Cell", {**how, "number": number, "code": code})
            for number, code in enumerate(history.input_hist_raw[1 : self.present(shell)], 1)
            if number not in self._inner
            for how in [known.get(number) or _ended_before_davos(history, number)]
        ]


def _ended_before_davos(history: Any, number: int) -> Mapping[str, Any]:
    """How a cell ended that ran before davos was imported, by IPython's history.

    From IPython 9 on it keeps the errors; without them any cell may have failed.
    """
    errors = getattr(history, "exceptions", None)
    if not isinstance(errors, dict):
        return {"id": None, "failed": True, "skipped": False, "unknown": True}
    name = errors[number].get("ename") if number in errors else None
    skipped = name == "KeyboardInterrupt"
    return {"id": None, "failed": name is not None, "skipped": skipped}


def listing(cells: Sequence[Cell]) -> str:
    """What would run again, a line for each cell: its number, how it begins, what is to know of it.

    `[3] !make  (7 s, shell commands)`; behind them the sentences of the question.
    """
    again = [cell for cell in cells if not cell["skipped"]]
    if not again:
        return "A restart runs no other cell again."
    lines = [f"A restart runs {summary(cells)} again, in this order:"]
    lines += [f"[{cell['number']}] {_first_line(cell['code'])}  ({_facts(cell)})" for cell in again]
    return "\n".join([*lines, *_costs(again)])


def _facts(cell: Cell) -> str:
    time = _duration(cell["seconds"]) if "seconds" in cell else "time unknown"
    return f"{time}, shell commands" if _has_shell_commands(cell["code"]) else time


def _first_line(code: str) -> str:
    line, _, rest = code.strip().partition("\n")
    line = one_line(line)
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


def consequences(cells: Sequence[Cell]) -> str:
    """What a restart would do, for the question: which cells run, how long, what happens twice."""
    again = [cell for cell in cells if not cell["skipped"]]
    which = f": {_numbers(again)}" if again else ""
    return " ".join([f"Restarting runs {summary(cells)} again{which}.", *_costs(again)])


def _costs(cells: Sequence[Cell]) -> Iterator[str]:
    """How long cells took the first time, as far as it is known, and which hold shell commands."""
    timed = [cell["seconds"] for cell in cells if "seconds" in cell]
    unknown = [cell for cell in cells if "seconds" not in cell]
    them = "They" if len(cells) > 1 else "It"
    if timed:
        rest = f" (not counting {_numbers(unknown)}, whose time is unknown)" if unknown else ""
        yield f"{them} took {_duration(sum(timed))} the first time{rest}."
    elif cells:
        yield f"How long {them.lower()} took the first time is unknown."
    commands = [cell for cell in cells if _has_shell_commands(cell["code"])]
    if commands:
        verb = "hold" if len(commands) > 1 else "holds"
        yield f"{_numbers(commands)} {verb} shell commands, whose effects happen twice."


def _duration(seconds: float) -> str:
    minutes = int(seconds) // 60
    if seconds < 1:
        return "less than 1 s"
    if minutes < 1:
        return f"{int(seconds)} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004


def _has_shell_commands(code: str) -> bool:
    """Whether a cell holds `!command`, a magic that runs one, `os.system` or `subprocess`."""
    from IPython.core.inputtransformer2 import TransformerManager  # noqa: PLC0415 - for a question

    with suppress(SyntaxError):
        code = TransformerManager().transform_cell(code)
    return _COMMAND.search(code) is not None


def _numbers(cells: Sequence[Cell]) -> str:
    return numbers([cell["number"] for cell in cells])
