"""An error of a smuggle as its user sees it: the own line, a caret at the word, one sentence.

The layout is that of Python's `SyntaxError` (the `traceback` documentation). IPython takes an
exception's own lines from `_render_traceback_` (`InteractiveShell.showtraceback`), and
`davos run` prints them. `%xmode Verbose`, `davos.config.debug` and `DAVOS_DEBUG=1` show
tracebacks as Python does.
"""

from __future__ import annotations

import linecache
import os
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Callable, Iterator

from davos.credentials import blanked
from davos.escaping import for_terminal, one_line
from davos.exceptions import DavosError, InstallerError
from davos.frontends.magic_body import MagicBody, body_at, body_in
from davos.program_output import readable_lines, shortened
from davos.span import Span

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from davos.source import Source
    from davos.syntax.nodes import OnionComment, Statement

__all__ = [
    "LONGEST",
    "Place",
    "in_magic",
    "is_of_davos",
    "lines_of",
    "mark",
    "place_of",
    "placed",
    "syntax_error_place",
    "without_davos_frames",
]

LONGEST = 12
"""The most lines that an error shows."""

_OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_IMPORTS = "<smuggle "  # the file name of the import statements that the engine compiles


@dataclass(frozen=True)
class Place:
    """Where a smuggle statement stands: its file or cell, its row, its line, a span in it.

    `column` and `width` say where the carets go, from 0, in code points.
    """

    filename: str
    row: int
    line: str = ""
    column: int = 0
    width: int = 0


def place_of(
    frame: FrameType,
    name: str,
    args: str,
    name_of: Callable[[str], str] = str,
    within: Span | None = None,
) -> Place:
    """The place of the statement that a frame runs; `name` and `args` tell which of its row.

    `name_of` turns a file name into the one that is shown; `within` is the word's place in the
    arguments, if it is known. The text comes from `linecache`; without it the place has no line.
    """
    filename, row = frame.f_code.co_filename, frame.f_lineno
    body = body_at(frame)
    if body is None:
        body = MagicBody(filename, "".join(linecache.getlines(filename, frame.f_globals)), 0)
    shown, text = name_of(body.filename), body.text
    found = _find(text, row, name, args, within) if text else None
    if found is None:
        lines = text.splitlines()
        place = Place(shown, row, lines[row - 1] if row <= len(lines) else "")
    else:
        place = placed(shown, *found)
    return replace(place, row=place.row + body.above)


def placed(shown: str, source: Source, span: Span) -> Place:
    """The place of a span of a source text, whose file is shown under a name."""
    start, end = source.location(span.start), source.location(span.end)
    line = source.line(start.row)
    last = end.column if end.row == start.row else len(line) + 1
    return Place(shown, start.row, line, start.column - 1, max(1, last - start.column))


def in_magic(error: SyntaxError, name_of: Callable[[str], str] = str) -> Place | None:
    """The place of an error in the code that a magic runs, None for other errors."""
    body = body_in(error.__traceback__)
    if body is None:
        return None
    place = syntax_error_place(error, name_of(body.filename))
    return replace(place, row=place.row + body.above)


def syntax_error_place(error: SyntaxError, filename: str) -> Place:
    """The place that a `SyntaxError` about a file's text names."""
    line, column = (error.text or "").rstrip("\r\n"), max(0, (error.offset or 1) - 1)
    end = getattr(error, "end_offset", None) or 0  # since Python 3.10
    one_row = getattr(error, "end_lineno", None) in (None, error.lineno)
    width = end - 1 - column if one_row else len(line) - column
    return Place(filename, error.lineno or 1, line, column, max(1, width))


def _find(
    text: str, row: int, name: str, args: str, within: Span | None
) -> tuple[Source, Span] | None:
    """The word that a smuggle in a row is about: that of the error, its requirement, its module."""
    from davos.source import Source  # noqa: PLC0415 - loaded with the first smuggle
    from davos.translate import parse_all  # noqa: PLC0415 - likewise

    source = Source(text)
    statements, _ = parse_all(source)
    rows = [
        (source.location(s.span.start).row, source.location(s.span.end).row) for s in statements
    ]
    near = [s for s, (first, last) in zip(statements, rows) if first <= row <= last]
    for statement in near:
        onion = statement.onion
        if args and onion is not None and onion.args.split() == args.split():
            return source, _requirement(onion) if within is None else _moved(within, onion)
    for statement in near:
        span = _module(statement, name)
        if span is not None:
            return source, span
    return None


def _moved(span: Span, comment: OnionComment) -> Span:
    """A place in the arguments of an onion comment as one in the source text."""
    start = comment.args_span.start
    return Span(start + span.start, start + span.end)


def _requirement(comment: OnionComment) -> Span:
    """The place of the requirement in an onion comment, else of all its arguments."""
    from davos.onion.comment import Requirement  # noqa: PLC0415 - for errors only
    from davos.onion.validator import tokens, validate_text  # noqa: PLC0415 - likewise

    try:
        words = tokens(validate_text(comment.installer, comment.args))
    except DavosError:
        return comment.args_span
    found = next((word for word in words if isinstance(word.value, Requirement)), None)
    return _moved(Span(found.start, found.end), comment) if found else comment.args_span


def _module(statement: Statement, name: str) -> Span | None:
    """The place of the module that a statement names, or of the name that it takes from one."""
    own = getattr(statement, "module", None)
    whole = {alias.span: f"{own}.{alias.name}" if own else alias.name for alias in statement.names}
    named = (span for span, dotted in whole.items() if name in (dotted, own))
    return next(named, None)


def mark(error: BaseException, place: Place) -> None:
    """Have an error know where it happened; the innermost statement counts."""
    if getattr(error, "davos_place", None) is None:
        error.davos_place = place  # type: ignore[attr-defined]


def lines_of(error: BaseException) -> list[str]:
    """The lines that show an error, `LONGEST` at most, escaped and without credentials."""
    place: Place | None = getattr(error, "davos_place", None)
    # As text, a `SyntaxError` names a line of its own, of an onion comment's arguments.
    text = error.msg if place is not None and isinstance(error, SyntaxError) else str(error)
    sentence, *more = text.splitlines() or [""]
    head = list(_place_lines(place)) if place is not None else []
    said = shortened(readable_lines(_said_by(error, more)), LONGEST - len(head) - 1)
    return [for_terminal(line) for line in [*head, f"{type(error).__name__}: {sentence}", *said]]


def _said_by(error: BaseException, more: list[str]) -> str:
    """What follows the sentence: all that an installer printed, or the rest of the message."""
    return error.output if isinstance(error, InstallerError) else "\n".join(more)


def _place_lines(place: Place) -> Iterator[str]:
    yield f"  {one_line(place.filename)}, line {place.row}"
    if place.line:
        yield f"    {one_line(blanked(place.line.strip()))}"
    if place.width:
        indent = len(place.line) - len(place.line.lstrip())
        line = blanked(place.line)
        before = re.sub(r"[^\t]", " ", one_line(line[indent : place.column]))
        marked = one_line(line[place.column : place.column + place.width])
        yield f"    {before}{'^' * max(place.width, len(marked))}"


def without_davos_frames(traceback: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of davos at its start, and of the imports it compiles."""
    while traceback is not None and is_of_davos(traceback.tb_frame.f_code.co_filename):
        traceback = traceback.tb_next
    return traceback


def is_of_davos(filename: str) -> bool:
    """Whether a frame's file is one of davos, or an import that davos compiled."""
    return filename.startswith((_OWN_FOLDER, _IMPORTS, "<frozen importlib"))
