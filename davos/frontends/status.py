"""One line that says what is going on, and is gone when it is over."""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress
from typing import Any, Callable, Protocol, TextIO

from davos.escaping import one_line

__all__ = ["NotebookStatus", "Status", "TerminalStatus", "status_for"]


class Status(Protocol):
    """Shows a text in place of the last one; an empty text removes it."""

    def show(self, text: str) -> None:
        """Show a text."""


class NotebookStatus:
    """An output of the cell that is updated (Jupyter messaging, `update_display_data`).

    Control codes would stay in the saved notebook. What this leaves there is one empty
    output a cell, which front ends give no height; `cell` tells one cell from the next.
    """

    def __init__(self, cell: Callable[[], object]) -> None:
        self._cell = cell
        self._shown_in: object = None
        self._handle: Any = None

    def show(self, text: str) -> None:
        """Show a text below the cell."""
        from IPython.display import DisplayHandle  # noqa: PLC0415 - only where it is used

        cell = self._cell()
        with suppress(LookupError):  # ipykernel 7.0 displays nothing from another thread
            if self._handle is not None and cell == self._shown_in:
                self._handle.update(_bundle(text), raw=True)
            elif text:
                self._handle, self._shown_in = DisplayHandle(), cell
                self._handle.display(_bundle(text), raw=True)


def _bundle(text: str) -> dict[str, str]:
    return {"text/plain": one_line(text)}


class TerminalStatus:
    """The last line of a terminal; nothing where the stream is none.

    With `rich`, which IPython's users often have, a spinner moves before it.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._line: Status | None = None

    def show(self, text: str) -> None:
        """Show a text, cut to the terminal's width."""
        stream = self._stream or sys.stderr
        if stream is None or not stream.isatty() or not (text or self._line):
            return
        if self._line is None:
            self._line = _spinner(stream) or _PlainLine(stream)
        self._line.show(one_line(text))
        self._line = self._line if text else None


class _PlainLine:
    """A line that is written over."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def show(self, text: str) -> None:
        """Write over the line; ECMA-48's EL erases what is left of the last one."""
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"\r\x1b[K{text[:width]}")
        self._stream.flush()


class _RichLine:
    """The status line of `rich`."""

    def __init__(self, status: Any) -> None:
        self._status = status

    def show(self, text: str) -> None:
        """Show a text as it is, brackets included; end with an empty one."""
        from rich.text import Text  # noqa: PLC0415 - optional

        self._status.update(Text(text, overflow="ellipsis", no_wrap=True))
        (self._status.start if text else self._status.stop)()


def _spinner(stream: TextIO) -> Status | None:
    """The status line of `rich` where it is installed and the terminal can show it."""
    try:
        from rich.console import Console  # noqa: PLC0415 - optional
    except ImportError:
        return None
    console = Console(file=stream)
    dumb = console.is_dumb_terminal or not console.is_terminal
    return None if dumb else _RichLine(console.status(""))


def status_for(cell: Callable[[], object] | None) -> Status:
    """The status line of a notebook whose present cell is known, or of a terminal."""
    return TerminalStatus() if cell is None else NotebookStatus(cell)
