"""Fixes for onion comments that their installer refuses."""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING

from davos.exceptions import DavosParserError, OnionParserError
from davos.lint.rule import Change, Repair
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.diagnostic import Applicability
    from davos.documents.parsed_cell import ParsedCell
    from davos.onion.near_miss import NearMiss
    from davos.syntax.nodes import OnionComment

__all__ = ["repair_near_miss", "repair_onion"]

CLEAR_LEAD = 0.08
_NEXT_COMMENT = re.compile(r"[ \t\f]+#")
# of match specifications: `==1.26.*`, `=>=1`, `>=1 <2`
_SERIES = re.compile(r"(?<![=<>!~])==(?=[\w.!]+\.\*)")
_DOUBLED = re.compile(r"=(?=[<>!~=]=)")
_TWO_CONDITIONS = re.compile(r"([<>=][ \t]*[\w.!]+\*?)[ \t]*(?=(?:[<>!~]=|[<>])[ \t]*\d)")
_SINGLE_EQUALS = re.compile(r"(?<![=<>!~])=(?!=)")


def repair_onion(cell: ParsedCell, error: DavosParserError) -> Repair | None:
    """A fix for an error in an onion comment, None if no fix would make it valid."""
    if not isinstance(error, OnionParserError) or error.span is None:
        return None
    word = cell.source.text[error.span.start : error.span.end]
    if error.code == "DAV101":
        return _nearest_option(cell, error.span, word)
    if error.code != "DAV103":
        return None
    comment = _comment_at(cell, error.span)
    if comment is not None and comment.installer == "conda":
        meant = _TWO_CONDITIONS.sub(r"\1,", _SERIES.sub("=", _DOUBLED.sub("", word)))
        repair = _replaced(cell, error.span, meant, "unsafe")
    else:
        changed = _SINGLE_EQUALS.sub("==", word, count=1)
        repair = _replaced(cell, error.span, changed, "safe")
    return repair or _nearest_specifier(cell, error.span, word)


def repair_near_miss(cell: ParsedCell, comment: Span, miss: NearMiss) -> Repair | None:
    """The onion comment that was meant, in place of the comment up to one that follows it."""
    if not miss.suggestion or not miss.is_known:
        return None
    written = cell.source.text[comment.start : comment.end]
    following = _NEXT_COMMENT.search(written)
    end = comment.start + (following.start() if following else len(written.rstrip()))
    change = Change(cell, Span(comment.start, end), miss.suggestion)
    return Repair(f"Replace with `{miss.suggestion}`", "unsafe", (change,))


def _replaced(
    cell: ParsedCell, span: Span, changed: str, applicability: Applicability
) -> Repair | None:
    change = Change(cell, span, changed)
    return _if_valid(cell, Repair(f"Replace with `{changed}`", applicability, (change,)))


def _nearest_specifier(cell: ParsedCell, span: Span, word: str) -> Repair | None:
    """The one requirement that a word such as `six=>1` may mean."""
    from davos.onion.specifier_hint import nearest  # noqa: PLC0415 - for such words only

    meant = nearest(word)
    return _replaced(cell, span, meant[0], "unsafe") if len(meant) == 1 else None


def _nearest_option(cell: ParsedCell, span: Span, word: str) -> Repair | None:
    from davos.onion.validator import TABLES  # noqa: PLC0415 - with the first onion only

    comment = _comment_at(cell, span)
    if comment is None:
        return None
    flag, equals, value = word.partition("=")
    near = get_close_matches(flag, TABLES[comment.installer].by_flag, 2, cutoff=0.75)
    if not near:
        return None
    sure: Applicability = "safe" if _is_clear(flag, near) else "unsafe"
    change = Change(cell, span, near[0] + equals + value)
    return _if_valid(cell, Repair(f"Replace with `{near[0]}`", sure, (change,)))


def _is_clear(flag: str, near: list[str]) -> bool:
    """Whether the nearest option is much nearer than the next one."""
    likeness = [SequenceMatcher(None, flag, option).ratio() for option in near]
    return len(near) == 1 or likeness[0] - likeness[1] > CLEAR_LEAD


def _if_valid(cell: ParsedCell, repair: Repair) -> Repair | None:
    """The repair, if the onion comment is valid after it."""
    from davos.onion.validator import validate_text  # noqa: PLC0415 - with the first onion only

    change = repair.changes[0]
    onion = _comment_at(cell, change.span)
    if onion is None:
        return None
    start = onion.args_span.start
    before = onion.args[: change.span.start - start]
    args = before + change.content + onion.args[change.span.end - start :]
    try:
        validate_text(onion.installer, args)
    except DavosParserError:
        return None
    return repair


def _comment_at(cell: ParsedCell, span: Span) -> OnionComment | None:
    """The onion comment that a span is in."""
    found = cell.statement_in(cell.row(span.start))
    return None if found is None else found.statement.onion
