"""What a `%pip install` line asks for, as onion comments on the statements that need it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name as normalized

from davos.distributions.import_names import comes_with_kernel, listed
from davos.lint.rule import Change, Repair
from davos.onion.pip_command import read
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context, Target
    from davos.onion.pip_command import PipCommand
    from davos.onion.words import Word
    from davos.syntax.nodes import Statement

__all__ = ["end_of_code", "fold", "packages"]

_FILES = frozenset({"requirement", "requirements_from_script", "constraint", "group"})
_HARMLESS = frozenset({"verbosity", "upgrade"})
# Distributions, where `comes_with_kernel` knows modules.
_RUN_NOTEBOOKS = frozenset(
    "ipython jupyter jupyter-server jupyterlab jupyterlab-server notebook pyzmq"
    " setuptools uv wheel".split()
)
_DAVOS = re.compile(
    r"davos\b(?!-)|\S*/davos(?:-\d|(?:\.git)?/?(?:[@#]|\Z)|/(?:archive|releases|tarball|zipball)/)",
    re.IGNORECASE,
)
_NAME = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?(?:(?:===?|[<>!~]=|[<>]).+)?", re.ASCII)
_NAMED = re.compile(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?=[\[=<>!~@;\s]|\Z)", re.ASCII)
_PLACE = re.compile(r"\.\Z|[\w.~-]*/|[A-Za-z0-9+]+:")


def packages(args: str) -> list[str]:
    """The packages that a pip command names and davos could install; none if it reads a file."""
    return [word.text for word in _foldable(read(args))]


def fold(context: Context, cell: ParsedCell, args: Span, start: int) -> Repair | None:
    """The line without the packages, each of them in an onion comment; None if one has no place.

    `start` is where the magic starts, `args` what follows `install`.
    """
    text = cell.written[args.start : args.end]
    command = read(text)
    if not command.is_plain or not command.options <= _HARMLESS:
        return None
    changes: list[Change] = []
    moved = _foldable(command)
    for word in moved:
        place = _place(context, word.text)
        if place is None:
            return None
        changes += place
    if len(moved) < len(command.requirements):
        changes.append(Change(cell, args, _without(text, command, moved)))
    else:
        comment = text[command.end :].strip()
        changes.append(Change(cell, Span(start, args.end), comment))
    return Repair("Fold into onion comments", "unsafe", tuple(changes))


def end_of_code(cell: ParsedCell, statement: Statement) -> int | None:
    """Where an onion comment can be put: behind a one-line statement that ends its line."""
    return None if cell.behind(statement.span) is None else statement.span.end


def _foldable(command: PipCommand) -> list[Word]:
    """The requirements that an onion comment could bring."""
    if _FILES & command.options:
        return []
    return [word for word in command.requirements if _is_foldable(word.text)]


def _is_foldable(text: str) -> bool:
    if _DAVOS.match(text):
        return False
    named = _NAMED.match(text)
    if named is None:
        return _PLACE.match(text) is not None
    name = normalized(named[1])
    return name not in _RUN_NOTEBOOKS and not comes_with_kernel(name.replace("-", "_"))


def _without(text: str, command: PipCommand, moved: list[Word]) -> str:
    """The arguments as they are written, but for some words."""
    before = 0
    kept = ""
    for word in command.words:
        if word not in moved:
            kept += text[before if kept else word.start : word.end]
        before = word.end
    return kept + text[before:].rstrip()


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
