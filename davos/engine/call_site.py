"""The smuggle statement that runs: where it stands, its text, and warnings about it."""

from __future__ import annotations

import linecache
import os
import sys
import warnings
from typing import TYPE_CHECKING

from davos.escaping import for_terminal

if TYPE_CHECKING:
    from types import FrameType

__all__ = [
    "issued",
    "remember_text",
    "show_user_line",
    "show_user_text",
    "statement_frame",
    "user_text",
    "warn",
    "warn_at",
]

issued: dict[tuple[str, str, int], None] = {}
"""The different warnings so far, with file and row; a kernel forgets them when a cell begins."""

_OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep  # noqa: PTH100, PTH120


# What users wrote, by what it was translated to; IPython keeps the latter in `linecache`.
_written: dict[str, str] = {}
_MOST_TEXTS = 1000


def remember_text(translated: str, text: str) -> None:
    """Note what a user wrote, which runs as the translated text."""
    if len(_written) >= _MOST_TEXTS:
        del _written[next(iter(_written))]
    _written[translated] = text


def user_text(frame: FrameType) -> str:
    """The text of the file or cell that a frame runs, as the user wrote it; empty if unknown."""
    text = "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
    return _written.get(text, text)


def show_user_text(frame: FrameType) -> None:
    """Have tracebacks and warnings show what the user wrote, not what it was translated to."""
    _show_written(frame.f_code.co_filename)


def show_user_line(error: SyntaxError) -> None:
    """Have an error that Python found in a translated text show the line that the user wrote."""
    filename, row = error.filename, error.lineno
    if not isinstance(filename, str) or not isinstance(row, int):
        return
    translated = linecache.getline(filename, row)
    _show_written(filename)
    written = linecache.getline(filename, row)
    if written != translated:
        error.text = written
        ends_there = getattr(error, "end_lineno", None) == row  # since Python 3.10
        for name in ("offset", "end_offset") if ends_there else ("offset",):
            column = getattr(error, name, None)
            if column:
                setattr(error, name, _moved(column, translated, written))


def _moved(column: int, translated: str, written: str) -> int:
    """A column of a translated line as one of the line as it was written."""
    pairs = enumerate(zip(translated, written))
    same = next((index for index, (one, other) in pairs if one != other), len(written))
    return column if column <= same + 1 else max(same + 1, column + len(written) - len(translated))


def _show_written(filename: str) -> None:
    entry = linecache.cache.get(filename)
    text = _written.get("".join(entry[2])) if entry is not None and len(entry) > 1 else None
    if entry is not None and text is not None:
        lines = text.splitlines(keepends=True)
        linecache.cache[filename] = (len(text), None, lines, filename)


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
    frame, message = statement_frame(), for_terminal(message)
    show_user_text(frame)
    warnings.warn_explicit(
        message,
        UserWarning,
        frame.f_code.co_filename,
        frame.f_lineno,
        module=frame.f_globals.get("__name__"),
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )
    issued[message, frame.f_code.co_filename, frame.f_lineno] = None


def warn_at(filename: str, row: int, message: str) -> None:
    """Issue a `UserWarning` about a row of a file or cell that is about to run."""
    warnings.warn_explicit(message, UserWarning, filename, row)
    issued[message, filename, row] = None
