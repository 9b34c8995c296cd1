"""The user's line that an error of davos comes from: `davos.project = ...`, `davos.configure(...)`.

The traceback leads to the line, and the syntax tree to the word: the value that is refused, or the
name of a field that does not exist or is read-only.
"""

from __future__ import annotations

import ast
import linecache
from typing import TYPE_CHECKING, Callable, Iterator

from davos.configuration import FIELDS
from davos.engine.call_site import user_text
from davos.exceptions import DavosConfigError, DavosProjectError
from davos.frontends.error_display import Place, is_of_davos, placed
from davos.source import Source
from davos.span import Location, Span

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["is_missing_name", "user_place"]


def user_place(
    error: BaseException, traceback: TracebackType | None, name_of: Callable[[str], str] = str
) -> Place | None:
    """Where the user's code called the part of davos that raised an error; None if it did not.

    `name_of` turns a file name into the one that is shown.
    """
    calling = _calling(traceback)
    if calling is None:
        return None
    frame, row = calling.tb_frame, calling.tb_lineno
    shown = name_of(frame.f_code.co_filename)
    source = Source("".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals)))
    if row > len(source.line_starts):
        return Place(shown, row)
    span = next(_spans(source, row, error), None)
    place = Place(shown, row, source.line(row)) if span is None else placed(shown, source, span)
    written = user_text(frame).splitlines()
    line = written[place.row - 1] if place.row <= len(written) else place.line
    return place if line == place.line else Place(shown, place.row, line)


def is_missing_name(error: BaseException) -> bool:
    """Whether an error says that the module `davos` has no such attribute."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    code = traceback.tb_frame.f_code if traceback is not None else None
    is_own = code is not None and code.co_name == "__getattr__" and is_of_davos(code.co_filename)
    return is_own and isinstance(error, AttributeError)


def _calling(traceback: TracebackType | None) -> TracebackType | None:
    """The entry of the user's code that called davos, behind the frames that run that code."""
    while traceback is not None and is_of_davos(traceback.tb_frame.f_code.co_filename):
        traceback = traceback.tb_next
    while traceback is not None and traceback.tb_next is not None:
        if is_of_davos(traceback.tb_next.tb_frame.f_code.co_filename):
            return traceback
        traceback = traceback.tb_next
    return None


def _spans(source: Source, row: int, error: BaseException) -> Iterator[Span]:
    """The words in a row that an error may be about, the likeliest first."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError):
        return
    near = [node for node in ast.walk(tree) if _is_in(node, row)]
    calls = [node for node in near if isinstance(node, ast.Call)]
    near += [keyword for call in calls for keyword in call.keywords]
    field = _field_of(error)
    if field is not None:
        is_name = not (field in FIELDS and FIELDS[field].writable)
        yield from _of_field(source, near, field, is_name=is_name)
    arguments = [call.args[0] for call in calls if call.args]
    if len(arguments) == 1 and not isinstance(error, DavosConfigError):
        yield _span(source, arguments[0])


def _field_of(error: BaseException) -> str | None:
    """The field of `davos.config`, or the attribute of `davos`, that an error is about."""
    if isinstance(error, DavosConfigError):
        return error.field
    if isinstance(error, AttributeError):
        return getattr(error, "name", None)
    return "project" if isinstance(error, DavosProjectError) else None


def _of_field(source: Source, near: list[ast.AST], field: str, *, is_name: bool) -> Iterator[Span]:
    """Where the value of a field stands, or its name: in assignments, keywords, attributes."""
    for node in near:
        if isinstance(node, ast.Assign):
            named = [one for one in node.targets if getattr(one, "attr", None) == field]
            yield from (
                _name(source, one, field) if is_name else _span(source, node.value) for one in named
            )
        elif isinstance(node, ast.keyword) and node.arg == field:
            start = _offset(source, node.lineno, node.col_offset)
            yield Span(start, start + len(field)) if is_name else _span(source, node.value)
    for node in near if is_name else ():
        if isinstance(node, ast.Attribute) and node.attr == field:
            yield _name(source, node, field)


def _is_in(node: ast.AST, row: int) -> bool:
    first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    return first is not None and last is not None and first <= row <= last


def _span(source: Source, node: ast.expr) -> Span:
    return Span(
        _offset(source, node.lineno, node.col_offset),
        _offset(source, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset),
    )


def _name(source: Source, node: ast.expr, field: str) -> Span:
    """The place of an attribute's own name, which ends the expression."""
    end = _span(source, node).end
    return Span(end - len(field), end)


def _offset(source: Source, row: int, units: int) -> int:
    return source.offset(Location(row, source.column(row, units, "utf-8")))
