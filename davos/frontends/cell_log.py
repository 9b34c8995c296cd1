"""Which cells a restart would run again, and how each ended."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Sequence

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["CellLog", "listing", "summary"]

_WIDTH = 72


class CellLog:
    """How the cells of a kernel ended, by their number (`In [3]`)."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, Any]] = {}

    def attend(self, shell: InteractiveShell) -> None:
        """Note each cell that ends from now on (IPython's `post_run_cell` event)."""
        shell.events.register("post_run_cell", self.note)

    def note(self, result: Any) -> None:
        """Note how a cell ended, and the id that its front end gave it."""
        number = getattr(result, "execution_count", None)
        if number is None:
            return
        error = result.error_before_exec or result.error_in_exec
        self._known[number] = {
            "id": getattr(getattr(result, "info", None), "cell_id", None),
            "failed": error is not None,
            "skipped": isinstance(error, KeyboardInterrupt),
        }

    def before(self, shell: Any) -> list[dict[str, Any]]:
        """The cells that ran before the present one, in the order in which they ran.

        The present one is the last of the history, if it is kept there. A cell that was
        run twice is there twice. `failed` ones may fail again; an interrupted one is to be
        skipped: nobody knows how far it came.
        """
        from davos.frontends import replay  # noqa: PLC0415 - loads asyncio, for a restart only

        unknown = {"id": None, "failed": False, "skipped": False}
        replayed = sys.modules.get(replay.NAME)
        cells = [] if replayed is None else replayed.state["cells"]
        known = {**{cell["number"]: cell for cell in cells}, **self._known}
        codes = shell.history_manager.input_hist_raw[1:]
        content = shell.kernel.get_parent("shell").get("content", {})
        if content.get("store_history", not content.get("silent", False)):
            codes = codes[:-1]
        return [
            {**unknown, **known.get(number, {}), "number": number, "code": code}
            for number, code in enumerate(codes, 1)
        ]


def listing(cells: Sequence[dict[str, Any]]) -> str:
    """What would run again, a line for each cell: its number, and how it begins."""
    lines = [f"A restart runs {summary(cells)} again, in this order:"]
    lines += [
        f"[{cell['number']}] {_first_line(cell['code'])}" for cell in cells if not cell["skipped"]
    ]
    return "\n".join(lines) if len(lines) > 1 else "A restart runs no other cell again."


def _first_line(code: str) -> str:
    line, _, rest = code.strip().partition("\n")
    return f"{line[:_WIDTH]}{' ...' if rest or len(line) > _WIDTH else ''}"


def summary(cells: Sequence[dict[str, Any]]) -> str:
    """What would run again, in words: `3 cells`, `3 cells (not [2], which was interrupted)`."""
    again = [cell for cell in cells if not cell["skipped"]]
    words = f"{len(again)} cell{'' if len(again) == 1 else 's'}"
    skipped = ", ".join(f"[{cell['number']}]" for cell in cells if cell["skipped"])
    if skipped:
        plural = "were" if "," in skipped else "was"
        words += f" (not {skipped}, which {plural} interrupted)"
    return words
