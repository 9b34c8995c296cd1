"""What pip is doing, from the lines that it prints."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Callable, NamedTuple

from packaging.utils import canonicalize_name

from davos.installers.base import Progress

if TYPE_CHECKING:
    from davos.installers.base import Listener

__all__ = ["PipOutput", "bar_option", "without_bars"]

_RAW_SINCE = (24, 1)
_BAR = re.compile(r"Progress (\d+) of (\d+)")
_BARS = re.compile(rf"^{_BAR.pattern}\n", re.MULTILINE)
_SIZE = re.compile(r" \(([\d.]+) (bytes|kB|MB|GB)\)$")
_UNITS = {"bytes": 1, "kB": 1000, "MB": 1000**2, "GB": 1000**3}
_SOURCES = (".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz", ".tar")


def bar_option(version: tuple[int, ...]) -> str:
    """The option that has pip print the bytes of large downloads, a line each time, if it can."""
    return "--progress-bar=raw" if version >= _RAW_SINCE else "--progress-bar=off"


def without_bars(output: str) -> str:
    """What pip printed, without the lines that count bytes."""
    return _BARS.sub("", output)


class _File(NamedTuple):
    """A wheel or an archive of sources, by its name."""

    project: str
    version: str
    is_source: bool

    @classmethod
    def named(cls, filename: str) -> _File | None:
        """The file of a name `PROJECT-VERSION...`, None if it is something else."""
        if filename.endswith(".whl") and "-" in filename:
            project, version = filename.split("-")[:2]
            return cls(project, version, is_source=False)
        ending = next(filter(filename.endswith, _SOURCES), None)
        project, dash, version = filename[: -len(ending)].rpartition("-") if ending else ("",) * 3
        return cls(project, version, is_source=True) if dash else None

    @property
    def shown(self) -> str:
        return f"{self.project} {self.version}"


class PipOutput:
    """Turns pip's lines into what it does, for a listener.

    How many files there are is known where the index serves metadata apart from them (PEP 658):
    else pip resolves while it downloads. `wheels` says whether a file of sources from an index
    means that there is no wheel.
    """

    def __init__(self, listener: Listener, *, wheels: bool = True) -> None:
        self.listener = listener
        self._from_source = Progress("no wheel" if wheels else "building")
        self._wanted: set[str] = set()
        self._files: set[str] = set()
        self._sources: dict[str, Progress] = {}
        self._download: Progress | None = None
        self._build: Progress | None = None

    def hear(self, line: str) -> None:
        """Take a line of pip's output."""
        bar = _BAR.fullmatch(line)
        if bar is not None:
            self._count(int(bar[1]), int(bar[2]))
            return
        self.listener.output(line)
        first, _, rest = line.strip().partition(" ")
        words = _WORDS.get(first)
        found = words(self, rest) if words else None
        if found is not None:
            self.listener.progress(found)

    def _count(self, done: int, total: int) -> None:
        if self._download is not None:
            total = total or self._download.total
            self._download = replace(self._download, done=done, total=total)
            self.listener.progress(self._download)

    def _collecting(self, rest: str) -> Progress:
        self._build = None
        return Progress("resolving", rest.partition(" (from ")[0])

    def _downloading(self, rest: str) -> Progress | None:
        size = _SIZE.search(rest)
        file = (rest[: size.start()] if size else rest).partition(" (")[0].rpartition("/")[2]
        self._download = None
        if file.endswith(".metadata"):  # what pip resolves by (PEP 658), not the wheel
            wanted = _File.named(file[: -len(".metadata")])
            self._wanted.update([canonicalize_name(wanted.project)] if wanted else ())
            return None
        name = self._take(file)
        total = round(float(size[1]) * _UNITS[size[2]]) if size else 0
        index = len(self._files)
        count = len(self._wanted | self._files) if self._wanted else 0
        self._download = Progress("downloading", name, 0, total, index, count)
        return self._download

    def _take(self, filename: str) -> str:
        """Note a file that pip has or gets; what messages call it."""
        file = _File.named(filename)
        self._build = None
        self._files.add(canonicalize_name(file.project) if file else filename)
        if file is None:
            return filename
        if file.is_source:
            self._build = replace(self._from_source, name=file.shown)
            self._sources[canonicalize_name(file.project)] = self._build
        return file.shown

    def _using(self, rest: str) -> None:
        if rest.startswith("cached "):
            self._downloading(rest[len("cached ") :])
            self._download = None

    def _processing(self, rest: str) -> None:
        name = rest.partition(" (from ")[0].rpartition("/")[2]
        self._take(name)
        self._build = self._build or Progress("building", name)

    def _preparing(self, rest: str) -> Progress | None:
        return self._build if rest.endswith(": started") else None

    def _building(self, rest: str) -> Progress | None:
        found = re.match(r"(?:wheel|editable) for (.+?) \(.*: started$", rest)
        if found is None:
            return None
        return self._sources.get(canonicalize_name(found[1]), Progress("building", found[1]))

    def _cloning(self, rest: str) -> Progress:
        repository = rest.partition(" (to ")[0].partition(" to ")[0]
        self._build = Progress("building", repository)
        return Progress("cloning", repository)

    def _installing(self, rest: str) -> Progress | None:
        mark = "collected packages: "
        if rest.startswith(mark):
            return Progress("installing", rest[len(mark) :])
        return self._preparing(rest)


_WORDS: dict[str, Callable[[PipOutput, str], Progress | None]] = {
    "Building": PipOutput._building,  # noqa: SLF001 - its own table
    "Cloning": PipOutput._cloning,  # noqa: SLF001
    "Collecting": PipOutput._collecting,  # noqa: SLF001
    "Downloading": PipOutput._downloading,  # noqa: SLF001
    "Getting": PipOutput._preparing,  # noqa: SLF001
    "Installing": PipOutput._installing,  # noqa: SLF001
    "Preparing": PipOutput._preparing,  # noqa: SLF001
    "Processing": PipOutput._processing,  # noqa: SLF001
    "Using": PipOutput._using,  # noqa: SLF001
}
