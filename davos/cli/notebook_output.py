"""What a kernel sends, as a terminal or a log can show it.

Source: "Messaging in Jupyter" (`display_id`, `update_display_data`).
"""

from __future__ import annotations

import re
import shutil
import sys
from typing import Any, TextIO

from davos.frontends.status import TerminalStatus

__all__ = ["OutputScreen"]

_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class OutputScreen:
    """Writes outputs as they come; a display that may be updated when something follows it.

    Until then a terminal shows it as what is going on.
    """

    def __init__(self) -> None:
        self._last = ""  # the id of the display that can still change
        self._held = ""  # its text
        self._status = TerminalStatus()

    def show(self, kind: str, content: dict[str, Any]) -> None:
        """Write an output: its type and its content."""
        self.end()
        if kind == "stream":
            _put(content["text"], sys.stderr if content["name"] == "stderr" else sys.stdout)
        elif kind == "error":
            _put("\n".join(content["traceback"]) + "\n", sys.stderr)
        elif "text/plain" in content.get("data", {}):
            self._display(content["data"]["text/plain"], _display_id(content))

    def update(self, content: dict[str, Any]) -> None:
        """Write a display over what it showed, if nothing followed it."""
        text = content.get("data", {}).get("text/plain", "")
        if self._last and self._last == _display_id(content):
            self._display(text, _display_id(content))

    def clear(self) -> None:
        """Take back a display that can still change; what else was written stays."""
        self._status.show("")
        self._last = self._held = ""

    def end(self) -> None:
        """Something follows the last display, or its cell is done."""
        held = self._held
        self.clear()
        if held:
            _put(f"{held}\n", sys.stdout)

    def _display(self, text: str, display_id: str) -> None:
        """Write a display; an empty one takes no line."""
        is_short = _is_one_line(text)
        if display_id and (is_short or not sys.stdout.isatty()):
            self._last, self._held = display_id if text else "", text
            self._status.show(text if is_short else "")
            return
        self.clear()
        if text or not display_id:
            _put(f"{text}\n", sys.stdout)


def _display_id(content: dict[str, Any]) -> str:
    return (content.get("transient") or {}).get("display_id") or ""


def _is_one_line(text: str) -> bool:
    return "\n" not in text and len(text) < shutil.get_terminal_size().columns


def _put(text: str, stream: TextIO) -> None:
    stream.write(text if stream.isatty() else _CONTROL.sub("", text))
    stream.flush()
