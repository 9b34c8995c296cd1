"""The frame of the smuggle statement that runs, and warnings that point at it."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["issued", "statement_frame", "warn"]

issued: dict[tuple[str, str, int], None] = {}
"""The different warnings so far, with file and row; a kernel forgets them when a cell begins."""

_OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep  # noqa: PTH100, PTH120


def statement_frame() -> FrameType:
    """The frame of the innermost smuggle statement, or call of `smuggle()`, that runs."""
    frame = sys._getframe(1)  # noqa: SLF001 - as `warnings` and `logging` do
    called = False
    while frame.f_back is not None:
        own = frame.f_code.co_filename.startswith(_OWN_FOLDER)
        if called and not own:
            break
        called = called or (own and frame.f_code.co_name == "smuggle")
        frame = frame.f_back
    return frame


def warn(message: str) -> None:
    """Issue a `UserWarning` that points at the statement, not at davos."""
    frame = statement_frame()
    warnings.warn_explicit(
        message,
        UserWarning,
        frame.f_code.co_filename,
        frame.f_lineno,
        module=frame.f_globals.get("__name__"),
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )
    issued[message, frame.f_code.co_filename, frame.f_lineno] = None
