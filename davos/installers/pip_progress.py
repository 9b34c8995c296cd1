"""What pip is doing, from the lines that it prints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from davos.installers.base import Listener

__all__ = ["Progress"]

_FILE = re.compile(
    r"(?P<name>[\w.]+)-(?P<version>[\w.!+]+?)(?:-[\w.]+-\w+-[\w.]+)?\.(?:whl|tar\.gz|zip)",
)


class Progress:
    """Turns pip's lines into short words for a listener.

    The number of packages to download is not known in advance: pip resolves while it
    downloads.
    """

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._downloaded = 0

    def hear(self, line: str) -> None:
        """Take a line of pip's output."""
        self.listener.output(line)
        first, _, rest = line.strip().partition(" ")
        words = _WORDS.get(first)
        status = words(self, rest) if words else None
        if status:
            self.listener.status(status)

    def _collecting(self, rest: str) -> str:
        return f"resolving {rest.partition(' (from ')[0]}"

    def _downloading(self, rest: str) -> str | None:
        file, _, size = rest.rpartition("/")[2].partition(" (")
        if file.endswith(".metadata"):  # what pip resolves by (PEP 658), not the wheel
            return None
        self._downloaded += 1
        found = _FILE.fullmatch(file.partition(" ")[0])
        name = f"{found['name']} {found['version']}" if found else file
        size = f" ({size}" if size else ""
        return f"downloading {name}{size}, file {self._downloaded}"

    def _building(self, rest: str) -> str | None:
        found = re.match(r"wheels? for (?:collected packages: )?(.+?)(?: \(|$)", rest)
        return f"building {found[1]}" if found else None

    def _cloning(self, rest: str) -> str:
        return f"cloning {rest.partition(' (to ')[0].partition(' to ')[0]}"

    def _installing(self, rest: str) -> str | None:
        mark = "collected packages: "
        return f"installing {rest[len(mark) :]}" if rest.startswith(mark) else None


_WORDS: dict[str, Callable[[Progress, str], str | None]] = {
    "Building": Progress._building,  # noqa: SLF001 - its own table
    "Cloning": Progress._cloning,  # noqa: SLF001
    "Collecting": Progress._collecting,  # noqa: SLF001
    "Downloading": Progress._downloading,  # noqa: SLF001
    "Installing": Progress._installing,  # noqa: SLF001
}
