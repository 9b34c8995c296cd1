"""What uv is doing, from the lines that it prints and the bars that it draws on a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable

from davos.installers.base import Progress
from davos.program_output import SEQUENCE

if TYPE_CHECKING:
    from davos.installers.base import Listener

__all__ = ["UvOutput"]

# Rows that uv draws over and over end in spaces, up to the width of the terminal.
_LINE = re.compile(
    r"\s*(?P<verb>Downloading|Downloaded|Building|Updating|Resolved|Prepared) (?P<name>\S+)"
    r"(?P<rest>(?: \S+)*)"
)
_NUMBER = r"\d{1,9}(?:\.\d{1,9})?"
_SIZE = re.compile(rf" \(({_NUMBER})(B|KiB|MiB|GiB)\)")
_PREPARING = re.compile(r"Preparing packages\.\.\. \(\d+/(\d{1,9})\)")
_BAR = re.compile(
    r"(?<![\w.-])(?P<name>[\w.-]*\w) +-{9,} +"
    rf"(?P<done>{_NUMBER}) (?P<unit>B|KiB|MiB|GiB)/(?P<total>{_NUMBER}) (?P<units>B|KiB|MiB|GiB)"
)
_UNITS = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


class UvOutput:
    """Turns uv's lines into what it does, for a listener.

    uv downloads several files at once, and tells when it has begun and ended with a large one:
    the bytes are those of all files that it named, and done is what it ended with. On a terminal
    there is a row for each file that it downloads, with its bytes, below or above a row that
    counts packages; then the bytes are those of all files that had a row. `wheels` says whether a
    version that is built means that there is no wheel.
    """

    def __init__(self, listener: Listener, *, wheels: bool = True) -> None:
        self.listener = listener
        self._from_index = wheels
        self._sizes: dict[str, int] = {}
        self._done: set[str] = set()
        self._parts: dict[str, int] = {}
        self._drawn: set[str] = set()
        self._count = 0

    def hear(self, line: str) -> None:
        """Take a line of uv's output, or what it drew up to a carriage return."""
        self.listener.output(line)
        told = self._read(SEQUENCE.sub("", line) if "\x1b" in line else line)
        if told is not None:
            self.listener.progress(told)

    def _read(self, text: str) -> Progress | None:
        preparing = _PREPARING.search(text)
        if preparing is not None:
            self._begin_frame(int(preparing[1]))
        bars = list(_BAR.finditer(text))
        if bars:
            for bar in bars:
                self._draw(bar)
            return self._downloads()
        found = _LINE.match(text)
        return _VERBS[found["verb"]](self, found["name"], found["rest"]) if found else None

    def _begin_frame(self, count: int) -> None:
        """Note that uv draws all rows anew: files without a row since the last time are there."""
        self._count = count
        self._done.update(self._parts.keys() - self._drawn)
        self._drawn.clear()

    def _draw(self, bar: re.Match[str]) -> None:
        name = bar["name"]
        self._sizes[name] = round(float(bar["total"]) * _UNITS[bar["units"]])
        self._parts[name] = round(float(bar["done"]) * _UNITS[bar["unit"]])
        self._drawn.add(name)
        self._done.discard(name)

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
        had = {**self._parts, **{name: self._sizes.get(name, 0) for name in self._done}}
        done = sum(had.values())
        index, count = len(self._done) + 1, max(len(self._sizes), self._count)
        return Progress(
            "downloading", ", ".join(names), done, sum(self._sizes.values()), index, count
        )

    def _building(self, name: str, rest: str) -> Progress | None:
        if self._drawn:  # the rows of one frame are one thing
            return None
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
