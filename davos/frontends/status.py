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

    With `rich`, which IPython's users often have, a spinner moves before it: by a thread of its
    own, or without `moves` with each text that is shown.
    """

    def __init__(self, stream: TextIO | None = None, *, moves: bool = True) -> None:
        self._stream = stream
        self._moves = moves
        self._line: _Line | None = None

    @property
    def is_seen(self) -> bool:
        """Whether there is a terminal."""
        stream = self._stream or sys.stderr
        return stream is not None and stream.isatty()

    def show(self, text: str, *, stays: bool = True) -> None:  # noqa: ARG002 - all can be erased
        """Show a text, cut to the terminal's width; see `davos.engine.screen.Screen.status`."""
        if not self.is_seen or not (text or self._line):
            return
        stream = self._stream or sys.stderr
        if self._line is None:
            self._line = _spinner(stream, moves=self._moves) or _PlainLine(stream)
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
    """A spinner of `rich`, and a text behind it."""

    def __init__(self, live: Any, spinner: Any) -> None:
        self._live = live
        self._spinner = spinner

    def show(self, text: str) -> None:
        """Show a text as it is, brackets included; end with an empty one."""
        from rich.text import Text  # noqa: PLC0415 - optional

        self._spinner.update(text=Text(text, overflow="ellipsis", no_wrap=True))
        if text:
            self._live.start()
            self._live.update(self._spinner, refresh=True)
        else:
            self._live.stop()


def _spinner(stream: TextIO, *, moves: bool) -> _Line | None:
    """The status line of `rich` where it is installed and the terminal can show it."""
    try:
        from rich.console import Console  # noqa: PLC0415 - optional
        from rich.live import Live  # noqa: PLC0415 - optional
        from rich.spinner import Spinner  # noqa: PLC0415 - optional
    except ImportError:
        return None
    console = Console(file=stream)
    if console.is_dumb_terminal or not console.is_terminal:
        return None
    live = Live(console=console, transient=True, auto_refresh=moves, refresh_per_second=12.5)
    return _RichLine(live, Spinner("dots", style="status.spinner"))
