"""What a `%pip install` line asks for, as onion comments on the statements that need it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from davos.lint.modules import listed, normalized
from davos.lint.rule import Change, Repair
from davos.source import Span

if TYPE_CHECKING:
    from davos.lint.analysis import CellFacts
    from davos.lint.context import Context, Target
    from davos.syntax.nodes import Statement

__all__ = ["end_of_code", "fold", "is_davos", "packages"]

_FILES = frozenset({"-r", "--requirement", "-c", "--constraint", "--group"})
_HARMLESS = frozenset({"-q", "-qq", "-qqq", "--quiet", "-U", "--upgrade"})
_DAVOS = re.compile(r"davos\b(?!-)|git\+\S*/davos\b")
_NAME = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?(?:(?:===?|[<>!~]=|[<>]).+)?", re.ASCII)
_REST = re.compile(r"[ \t]*(?=#|[\r\n]|\Z)")
_LINE_END = re.compile(r"[\r\n]")


def packages(args: str) -> list[str]:
    """The packages that a pip command names, but for davos; none if it reads a file."""
    words = _words(args)
    if _FILES & {word.partition("=")[0] for word in words}:
        return []
    return [word for word in words if word[:1] not in "-&|;>" and not is_davos(word)]


def is_davos(word: str) -> bool:
    """Whether a requirement asks for davos itself, which an onion comment cannot bring."""
    return _DAVOS.match(word) is not None


def fold(context: Context, cell: CellFacts, args: Span, start: int) -> Repair | None:
    """The line without the packages, each of them in an onion comment; None if one has no place.

    `start` is where the magic starts, `args` what follows `install`.
    """
    words = _words(cell.written[args.start : args.end])
    if any(word[0] == "-" and word not in _HARMLESS for word in words):
        return None
    changes: list[Change] = []
    for word in packages(" ".join(words)):
        place = _place(context, word)
        if place is None:
            return None
        changes += place
    kept = [word for word in words if is_davos(word)]
    quiet = [word for word in words if word.startswith(("-q", "--quiet"))]
    if kept:
        changes.append(Change(cell, args, " ".join([*quiet, *kept])))
    else:
        changes.append(Change(cell, Span(start, args.end), ""))
    return Repair("Fold into onion comments", "unsafe", tuple(changes))


def end_of_code(cell: CellFacts, statement: Statement) -> int | None:
    """Where an onion comment can be put: behind a one-line statement that ends its line."""
    text = cell.source.text
    start, end = statement.span
    if not _REST.match(text, end) or _LINE_END.search(text, start, end):
        return None
    return end


def _words(args: str) -> list[str]:
    return [word.strip("'\"") for word in args.partition(" #")[0].split() if word.strip("'\"")]


def _place(context: Context, word: str) -> list[Change] | None:
    """The change that puts a requirement where it belongs, none if it is there already."""
    match = _NAME.fullmatch(word)
    if match is None:
        return None
    name = normalized(match[1])
    for target in context.targets:
        if name not in {normalized(known) for known in (*listed(target.module), target.top)}:
            continue
        if target.onion is not None:
            return []
        statement = target.found.statement
        at = end_of_code(target.cell, statement)
        if statement.onion is None and at is not None and _is_first(target):
            return [Change(target.cell, Span(at, at), f"  # pip: {word}")]
    return None


def _is_first(target: Target) -> bool:
    """Whether an onion comment on the statement would be about this module."""
    names = target.found.statement.names
    return hasattr(target.found.statement, "module") or len(names) == 1
