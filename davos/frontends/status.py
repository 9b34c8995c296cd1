"""One line that says what is going on, and is gone when it is over."""

from __future__ import annotations

import shutil
import sys
from typing import Any, Protocol, TextIO

from davos.escaping import one_line

__all__ = ["TerminalStatus"]


class _Line(Protocol):
    """Shows a text in place of the last one; an empty text removes it."""

    def show(self, text: str) -> None:
        """Show a text."""


class TerminalStatus:
    """The last line of a terminal; nothing where the stream is none.

    With `rich`, which IPython's users often have, a spinner moves before it.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._line: _Line | None = None

    def show(self, text: str, *, stays: bool = True) -> None:  # noqa: ARG002 - all can be erased
        """Show a text, cut to the terminal's width; see `davos.engine.screen.Screen.status`."""
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


def _spinner(stream: TextIO) -> _Line | None:
    """The status line of `rich` where it is installed and the terminal can show it."""
    try:
        from rich.console import Console  # noqa: PLC0415 - optional
    except ImportError:
        return None
    console = Console(file=stream)
    dumb = console.is_dumb_terminal or not console.is_terminal
    return None if dumb else _RichLine(console.status(""))
