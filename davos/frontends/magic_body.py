"""Code that `%%time` or `%time` runs: its text, and where in its cell it is.

IPython runs it under a name such as `<timed exec>`, for which `linecache` has no text
(`IPython.core.magics.execution`). The call of the magic has the text as an argument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, NamedTuple

if TYPE_CHECKING:
    from types import FrameType, TracebackType

__all__ = ["MagicBody", "body_at", "body_in"]

_NAMES = frozenset({"<timed exec>", "<timed eval>", "<magic-timeit>"})
# By the method that runs a magic: its argument with the code, and the rows of the magic itself.
_CALLS = {"run_cell_magic": ("cell", 1), "run_line_magic": ("line", 0)}


class MagicBody(NamedTuple):
    """The file name of a cell, the code that a magic in it runs, and the rows above that."""

    filename: str
    text: str
    above: int


def body_at(frame: FrameType) -> MagicBody | None:
    """The code of a magic that a frame runs; None for any other."""
    if frame.f_code.co_filename not in _NAMES:
        return None
    return next(_bodies((one, one.f_back.f_lineno) for one in _outward(frame) if one.f_back), None)


def body_in(traceback: TracebackType | None) -> MagicBody | None:
    """The code of the magic that a traceback leads through, the innermost; None without one."""
    return next(_bodies(reversed(list(_calls(traceback)))), None)


def _outward(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _calls(traceback: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    """The frames of a traceback but for the first, each with the row of its call."""
    while traceback is not None and traceback.tb_next is not None:
        yield traceback.tb_next.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next


def _bodies(calls: Iterator[tuple[FrameType, int]]) -> Iterator[MagicBody]:
    for frame, row in calls:
        argument, rows = _CALLS.get(frame.f_code.co_name, ("", 0))
        text = frame.f_locals.get(argument)
        if isinstance(text, str) and frame.f_back is not None:
            yield MagicBody(frame.f_back.f_code.co_filename, text, row - 1 + rows)
