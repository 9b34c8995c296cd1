"""One line that says what is going on, and is gone when it is over."""

from __future__ import annotations

import shutil
import sys
from typing import Any, Protocol, TextIO

__all__ = ["NotebookStatus", "Status", "TerminalStatus", "status_for"]


class Status(Protocol):
    """Shows a text in place of the last one; an empty text removes it."""

    def show(self, text: str) -> None:
        """Show a text."""


class NotebookStatus:
    """An output of the cell that is updated (Jupyter messaging, `update_display_data`).

    Control codes would stay in the saved notebook; this leaves an empty output.
    """

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, text: str) -> None:
        """Show a text below the cell."""
        from IPython.display import DisplayHandle  # noqa: PLC0415 - only where it is used

        if self._handle is not None:
            self._handle.update(_bundle(text), raw=True)
        elif text:
            self._handle = DisplayHandle()
            self._handle.display(_bundle(text), raw=True)
        if not text:
            self._handle = None


def _bundle(text: str) -> dict[str, str]:
    return {"text/plain": text}


class TerminalStatus:
    """The last line of a terminal; nothing where the stream is none."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def show(self, text: str) -> None:
        """Show a text, cut to the terminal's width."""
        stream = self._stream or sys.stderr
        if stream is None or not stream.isatty():
            return
        width = shutil.get_terminal_size().columns - 1
        stream.write(f"\r\x1b[K{text[:width]}")
        stream.flush()


def status_for(*, kernel: bool) -> Status:
    """The status line of a notebook's kernel, or of a terminal."""
    return NotebookStatus() if kernel else TerminalStatus()
