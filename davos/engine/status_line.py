"""The status line of an installation: what the installer does, how far it is, how long it took."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from davos.installers.base import Progress

__all__ = ["StatusLine", "seconds_shown", "words_of"]

PATIENCE = 2.0
"""The seconds after which the line says how long it has been."""

_PAUSE = 0.2
_WIDEST = 60
_LONG = 100
_WORDS = {
    "no wheel": "no wheel of {name} for Python {python}: building it, which can take minutes",
    "building": "building {name} from source, which can take minutes",
}
_UNITS = ((1000**3, "GB"), (1000**2, "MB"), (1000, "kB"), (1, "bytes"))


class StatusLine:
    """Shows what an installer does; `show` gets the text.

    `clock` gives seconds. The time that passed is shown as whole seconds, so that a text is
    new once a second at most where nothing else happens. The bytes of a file change five times a
    second at most, however often the installer tells of them.
    """

    def __init__(
        self, show: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._show = show
        self._clock = clock
        self._began = clock()
        self._progress: Progress | None = None
        self._file = (self._began, 0)
        self._shown = ""
        self._shown_at = self._began

    def hear(self, progress: Progress) -> None:
        """Take what the installer does now."""
        last, now = self._progress, self._clock()
        is_new = last is None or _what(last) != _what(progress)
        if is_new:
            self._file = (now, progress.done)
        self._progress = progress
        if is_new or now - self._shown_at >= _PAUSE:
            self.tick()

    def tick(self) -> None:
        """Show the line again if the time made another one of it."""
        if self._progress is None:
            return
        text = words_of(self._progress, self._speed(self._progress))
        text += _elapsed(self._clock() - self._began)
        if text != self._shown:
            self._shown, self._shown_at = text, self._clock()
            self._show(text)

    def _speed(self, progress: Progress) -> float:
        """The bytes per second of the present file; 0 before a second has passed."""
        began, done = self._file
        seconds = self._clock() - began
        return (progress.done - done) / seconds if seconds >= 1 else 0.0


def _what(progress: Progress) -> tuple[str, str, int]:
    """All but how far it is."""
    return progress.kind, progress.name, progress.index


def words_of(progress: Progress, speed: float = 0.0) -> str:
    """What an installer does, in words: `downloading six 1.15.0: 5 of 11 kB, file 1 of 2`."""
    name = _shortened(progress.name)
    words = _WORDS.get(progress.kind, f"{progress.kind} {{name}}")
    python = "{}.{}".format(*sys.version_info)
    text = words.format(name=name, python=python).rstrip()
    details = ", ".join(filter(None, (_bytes(progress), _rate(speed), _file_of(progress))))
    return f"{text}: {details}" if details else text


def seconds_shown(seconds: float) -> str:
    """A duration in whole seconds: `12 s`, `3:05`, `1:00:00`."""
    whole = int(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes}:{rest:02}" if minutes else f"{rest} s"


def _elapsed(seconds: float) -> str:
    return f" ({seconds_shown(seconds)})" if seconds >= PATIENCE else ""


def _shortened(names: str) -> str:
    """Names with commas between, or how many they are."""
    return names if len(names) <= _WIDEST else f"{names.count(',') + 1} packages"


def _bytes(progress: Progress) -> str:
    size, unit = _unit_of(progress.total or progress.done)
    if progress.done and progress.total:
        return f"{_number(progress.done / size)} of {_number(progress.total / size)} {unit}"
    amount = progress.total or progress.done
    return f"{_number(amount / size)} {unit}" if amount else ""


def _rate(speed: float) -> str:
    size, unit = _unit_of(speed)
    return f"{_number(speed / size)} {unit}/s" if speed >= 1 else ""


def _unit_of(amount: float) -> tuple[int, str]:
    return next((one for one in _UNITS if amount >= one[0]), _UNITS[-1])


def _number(amount: float) -> str:
    """A number with one digit behind the point if it is short and there is one."""
    return f"{amount:.0f}" if amount >= _LONG or amount == int(amount) else f"{amount:.1f}"


def _file_of(progress: Progress) -> str:
    if progress.count > 1 and progress.index <= progress.count:
        return f"file {progress.index} of {progress.count}"
    return f"file {progress.index}" if progress.index > 1 else ""
