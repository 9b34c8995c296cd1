"""The status line of a notebook: one output of the cell that runs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Sequence

from davos.escaping import for_terminal, one_line
from davos.frontends.notebook.cell_outputs import CellOutputs

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["CellStatus"]


class CellStatus:
    """An output that is updated (`update_display_data`) and ends as what has to stay.

    Control codes would stay in the saved notebook. Where a cell's outputs are captured
    (`%%capture`) nothing is shown but what has to stay, which is printed.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._outputs = CellOutputs(shell)
        self._outputs.attend()
        self._cell: object = None
        self._handle: Any = None
        self._kept: list[str] = []

    @property
    def is_seen(self) -> bool:
        """Whether the cell's outputs are shown as they come."""
        return not self._is_captured()

    def show(self, text: str, *, stays: bool = True) -> None:
        """Show a text; see `davos.engine.screen.Screen.status`."""
        if self._is_captured():
            return
        self._forget_other_cells()
        if not text:
            self._remove()
        elif self._handle is not None or stays or self._outputs.are_empty():
            self._put([*self._kept, text])

    def conclude(self, text: str) -> None:
        """End with a text that stays."""
        if self._is_captured():
            print(for_terminal(text), flush=True)
            return
        self._forget_other_cells()
        self._kept.append(text)
        self._put(self._kept)
        self._outputs.leave()

    def _remove(self) -> None:
        """Take the line away if it is alone; else what was said last stays in it."""
        if self._handle is None:
            return
        if self._kept:
            self._put(self._kept)
        elif self._outputs.clear():
            self._handle = None

    def _put(self, lines: list[str]) -> None:
        from IPython.display import DisplayHandle  # noqa: PLC0415 - only where it is used

        bundle = _bundle(lines)
        with suppress(LookupError):  # ipykernel 7.0 displays nothing from another thread
            if self._handle is not None:
                with self._outputs.showing():
                    self._handle.update(bundle, raw=True)
                return
            if self._outputs.are_empty():
                self._outputs.watch()
            self._handle = DisplayHandle()
            with self._outputs.showing():
                self._handle.display(bundle, raw=True)

    def _forget_other_cells(self) -> None:
        cell = self._outputs.cell
        if cell is None or cell != self._cell:
            self._cell, self._handle, self._kept = cell, None, []
            self._outputs.leave()

    def _is_captured(self) -> bool:
        return type(self._shell.display_pub).__name__ == "CapturingDisplayPublisher"


def _bundle(lines: Sequence[str]) -> dict[str, str]:
    return {"text/plain": "\n".join(map(one_line, lines))}
