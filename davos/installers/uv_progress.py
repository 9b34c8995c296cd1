"""What uv is doing, from the lines that it prints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from davos.installers.base import Listener

__all__ = ["Progress"]

_DOWNLOADING = re.compile(r"\s*Downloading (?P<name>\S+)(?: \((?P<size>[^)]+)\))?")
_WORDS = (
    (re.compile(r"\s*Building (\S+)"), "building"),
    (re.compile(r"\s*Updating (\S+)"), "cloning"),
    (re.compile(r"Resolved (\d+ packages?)"), "installing"),
)


class Progress:
    """Turns uv's lines into short words for a listener.

    Of small files uv does not tell that it downloads them.
    """

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._downloaded = 0

    def hear(self, line: str) -> None:
        """Take a line of uv's output."""
        self.listener.output(line)
        status = self._downloading(line) or next(
            (f"{word} {found[1]}" for known, word in _WORDS if (found := known.match(line))), ""
        )
        if status:
            self.listener.status(status)

    def _downloading(self, line: str) -> str:
        found = _DOWNLOADING.match(line)
        if found is None:
            return ""
        self._downloaded += 1
        size = f" ({found['size']})" if found["size"] else ""
        return f"downloading {found['name']}{size}, file {self._downloaded}"
