"""Fixes for DAV201: move an onion comment to its statement, or remove it.

Both are unsafe: moving it changes what is installed, removing it deletes a comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from davos.distributions.import_names import candidates
from davos.distributions.standard_library import is_standard
from davos.exceptions import DavosParserError
from davos.lint.rule import Change, Repair
from davos.source import Source
from davos.span import Span
from davos.syntax.nodes import Smuggle
from davos.syntax.onion_comment import read_onion_comment
from davos.translate import parse_all

if TYPE_CHECKING:
    from davos.documents.parsed_cell import FoundStatement, ParsedCell
    from davos.onion.comment import Onion
    from davos.syntax.nodes import OnionComment, Statement

__all__ = ["repair_no_effect"]

_REST = re.compile(r"[ \t\f]*(?=#|[\r\n]|\Z)")


def repair_no_effect(cell: ParsedCell, span: Span) -> Repair | None:
    """A fix for an idle onion comment, None if its statement is not known."""
    text, comment = cell.source.text, cell.comment_at(span.start)
    onion = read_onion_comment(text, span)
    if onion is None or comment is None or not _REST.match(text, span.end):
        return None
    if comment.start < span.start and not text[comment.start : span.start].strip("# \t\f"):
        return None  # commented out on purpose
    found = cell.statement_in(cell.row(span.start))
    start = len(text[: span.start].rstrip(" \t"))
    if found is None:
        return _moved_to_neighbour(cell, onion)
    if found.statement.onion is None:
        return _moved(cell, found, onion, Span(start, span.end))
    return _checked(cell, None, None, (Change(cell, Span(start, span.end), ""),))


def _moved_to_neighbour(cell: ParsedCell, onion: OnionComment) -> Repair | None:
    """The comment of a line of its own, behind the statement below or above that it names."""
    text, row = cell.source.text, cell.row(onion.span.start)
    line = Span(*[*cell.source.line_starts, len(text)][row - 1 : row + 1])
    if text[line.start : onion.span.end].strip() != text[slice(*onion.span)]:
        return None
    valid = _valid(onion)
    for neighbour in (row + 1, row - 1):
        found = cell.statement_in(neighbour)
        if found and found.statement.onion is None and valid and _names(valid, found):
            return _moved(cell, found, onion, _own_line(text, line, onion.span.end))
    return None


def _own_line(text: str, line: Span, end: int) -> Span:
    """What to remove of the line: all of it, unless another comment follows."""
    if text[end : line.end].strip():
        rest = _REST.match(text, end)
        return Span(line.start, rest.end() if rest else end)
    if text[line.start : line.end].endswith(("\n", "\r")):
        return line
    return Span(len(text[: line.start].removesuffix("\n").removesuffix("\r")), line.end)


def _moved(
    cell: ParsedCell, found: FoundStatement, onion: OnionComment, removed: Span
) -> Repair | None:
    end = found.statement.span.end
    if not _REST.match(cell.source.text, end) or not _may_have_onion(found) or not _valid(onion):
        return None
    added = Change(cell, Span(end, end), f"  # {onion.installer}: {onion.args}")
    return _checked(cell, found, onion, (added, Change(cell, removed, "")))


def _may_have_onion(found: FoundStatement) -> bool:
    """Whether an onion comment on a statement has an effect."""
    statement = found.statement
    if isinstance(statement, Smuggle):
        return not is_standard(statement.names[0].name.partition(".")[0])
    return not statement.level and not is_standard((statement.module or "").partition(".")[0])


def _names(onion: Onion, found: FoundStatement) -> bool:
    """Whether an onion comment asks for what a statement's first module comes from."""
    statement = found.statement
    module = statement.names[0].name if isinstance(statement, Smuggle) else statement.module or ""
    return canonicalize_name(onion.requirement.name or "") in map(
        canonicalize_name, candidates(module)
    )


def _valid(onion: OnionComment) -> Onion | None:
    from davos.onion.validator import validate_text  # noqa: PLC0415 - with the first onion only

    try:
        return validate_text(onion.installer, onion.args)
    except DavosParserError:
        return None


def _checked(
    cell: ParsedCell,
    found: FoundStatement | None,
    onion: OnionComment | None,
    changes: tuple[Change, ...],
) -> Repair | None:
    """The fix, if after it each statement is what it was and has the intended onion comment."""
    wanted = [
        _said(one.statement, onion if one is found else one.statement.onion)
        for one in cell.statements
    ]
    text = cell.source.text
    for change in sorted(changes, key=lambda change: change.span, reverse=True):
        text = text[: change.span.start] + change.content + text[change.span.end :]
    statements, _ = parse_all(Source(text))
    if [_said(statement, statement.onion) for statement in statements] != wanted:
        return None
    title = "Remove the onion comment" if onion is None else "Move it to the statement"
    return Repair(title, "unsafe", changes)


def _said(statement: Statement, onion: OnionComment | None) -> tuple[object, ...]:
    names = [(alias.name, alias.asname) for alias in statement.names]
    return names, onion and (onion.installer, onion.args)
