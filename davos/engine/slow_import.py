"""The status line of an import that takes long: `importing torch (3 s)`.

A large package imports many modules. At each of them the import system asks the finders, of
which one is here meanwhile to look at the clock: no thread is needed, and what is shown belongs to
the cell that imports. Source: `sys.meta_path`.
"""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Callable

from davos.engine.status_line import PATIENCE, seconds_shown

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["SlowImport"]


class SlowImport:
    """Tells of the import of one module, if it takes longer than two seconds.

    `show` gets a text, and an empty one at the end if it got another. An import that runs within
    another one that is told of is a part of it.
    """

    def __init__(
        self, name: str, show: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._show = show
        self._clock = clock
        self._began = clock()
        self._thread = threading.get_ident()
        self._shown = ""

    def __enter__(self) -> None:
        """Look at the clock from now on."""
        if not any(isinstance(finder, SlowImport) for finder in sys.meta_path):
            sys.meta_path.insert(0, self)

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End the line."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        if self._shown:
            self._show("")

    def find_spec(self, _name: str, _path: Any, _target: Any = None) -> None:
        """Find nothing; tell what takes so long."""
        seconds = self._clock() - self._began
        if seconds < PATIENCE or threading.get_ident() != self._thread:
            return
        text = f"importing {self._name} ({seconds_shown(seconds)})"
        if text != self._shown:
            self._shown = text
            with suppress(Exception):  # no import fails because it cannot be told of
                self._show(text)
