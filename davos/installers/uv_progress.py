"""What uv is doing, from the lines that it prints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable

from davos.installers.base import Progress

if TYPE_CHECKING:
    from davos.installers.base import Listener

__all__ = ["UvOutput"]

_LINE = re.compile(
    r"\s*(?P<verb>Downloading|Downloaded|Building|Updating|Resolved|Prepared) (?P<name>\S+)"
    r"(?P<rest>.*)"
)
_SIZE = re.compile(r" \(([\d.]+)(B|KiB|MiB|GiB)\)")
_UNITS = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


class UvOutput:
    """Turns uv's lines into what it does, for a listener.

    uv downloads several files at once, and tells when it has begun and ended with a large one:
    the bytes are those of all files that it named, and done is what it ended with. `wheels` says
    whether a version that is built means that there is no wheel.
    """

    def __init__(self, listener: Listener, *, wheels: bool = True) -> None:
        self.listener = listener
        self._from_index = wheels
        self._sizes: dict[str, int] = {}
        self._done: set[str] = set()

    def hear(self, line: str) -> None:
        """Take a line of uv's output."""
        self.listener.output(line)
        found = _LINE.match(line)
        if found is None:
            return
        told = _VERBS[found["verb"]](self, found["name"], found["rest"])
        if told is not None:
            self.listener.progress(told)

    def _downloading(self, name: str, rest: str) -> Progress:
        size = _SIZE.match(rest)
        self._sizes[name] = round(float(size[1]) * _UNITS[size[2]]) if size else 0
        return self._downloads()

    def _downloaded(self, name: str, _rest: str) -> Progress | None:
        self._done.add(name)
        return self._downloads() if len(self._done) < len(self._sizes) else None

    def _downloads(self) -> Progress:
        """All downloads as one; of several the names are those that are not done."""
        names = [name for name in self._sizes if name not in self._done]
        done = sum(self._sizes.get(name, 0) for name in self._done)
        index, count = len(self._done) + 1, len(self._sizes)
        return Progress(
            "downloading", ", ".join(names), done, sum(self._sizes.values()), index, count
        )

    def _building(self, name: str, rest: str) -> Progress:
        project, version, number = name.partition("==")
        if version and not rest and self._from_index:
            return Progress("no wheel", f"{project} {number}")
        return Progress("building", f"{project} {number}".rstrip())

    def _updating(self, name: str, _rest: str) -> Progress:
        return Progress("cloning", name)

    def _counted(self, number: str, rest: str) -> Progress:
        return Progress("installing", f"{number} {rest.strip().partition(' ')[0]}")


_VERBS: dict[str, Callable[[UvOutput, str, str], Progress | None]] = {
    "Building": UvOutput._building,  # noqa: SLF001 - its own table
    "Downloaded": UvOutput._downloaded,  # noqa: SLF001
    "Downloading": UvOutput._downloading,  # noqa: SLF001
    "Prepared": UvOutput._counted,  # noqa: SLF001
    "Resolved": UvOutput._counted,  # noqa: SLF001
    "Updating": UvOutput._updating,  # noqa: SLF001
}
