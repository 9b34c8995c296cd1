"""What a cell or script still asks for behind the statement that runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from davos.distributions.standard_library import is_standard
from davos.documents.python_source import parse
from davos.exceptions import DavosError
from davos.onion.validator import validate
from davos.source import Source
from davos.syntax.nodes import SmuggleFrom
from davos.translate import as_imports, parse_all

if TYPE_CHECKING:
    from davos.onion.comment import Onion
    from davos.syntax.nodes import Statement

__all__ = ["has_effect", "onions_after", "onions_in", "top_level_imports"]


def onions_after(text: str, row: int) -> list[Onion]:
    """The valid onions of the top-level statements that start behind a row.

    Statements in functions, branches and loops may never run, and are left out. So are those
    on which an onion comment has no effect: of the standard library, davos, relative ones.
    """
    source = Source(text)
    places = set(top_level_imports(text))
    return [
        onion
        for statement, onion in _onions(source)
        for place in [source.location(statement.span.start)]
        if place.row > row and (place.row, place.column) in places and has_effect(statement)
    ]


def has_effect(statement: Statement) -> bool:
    """Whether a package may be installed for the module that the onion comment belongs to."""
    if isinstance(statement, SmuggleFrom):
        module = "" if statement.level else statement.module or ""
    else:
        module = statement.names[0].name
    top = module.partition(".")[0]
    return bool(top) and top != "davos" and not is_standard(top)


def onions_in(text: str) -> list[Onion]:
    """All valid onions of a text, in their order."""
    return [onion for _, onion in _onions(Source(text))]


def _onions(source: Source) -> Iterator[tuple[Statement, Onion]]:
    statements, _ = parse_all(source)
    for statement in statements:
        if statement.onion is not None:
            try:
                yield statement, validate(statement.onion, source)
            except DavosError:
                continue


def top_level_imports(text: str) -> Iterator[tuple[int, int]]:
    """Rows and columns, both from 1, of the import statements that are in no other statement."""
    try:
        tree = parse(as_imports(text, same_width=True))
    except SyntaxError:
        return
    lines = Source(text)
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            before = lines.line(node.lineno).encode()[: node.col_offset].decode(errors="ignore")
            yield node.lineno, len(before) + 1
