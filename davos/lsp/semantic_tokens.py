"""Colours for `smuggle` and for the words of onion comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Iterator, NamedTuple

from lsprotocol.types import Range, SemanticTokensLegend

from davos.lsp.typed_statements import typed_statements
from davos.span import Span

if TYPE_CHECKING:
    from davos.lsp.open_cells import OpenCell
    from davos.lsp.typed_statements import Typed

__all__ = ["LEGEND", "encoded"]

_TYPES = ["keyword", "namespace", "parameter", "string", "type"]
LEGEND = SemanticTokensLegend(token_types=_TYPES, token_modifiers=[])

_OF_PIECES = {"option": "parameter", "value": "string", "requirement": "type"}


class _Token(NamedTuple):
    line: int
    start: int
    length: int
    type: int


def encoded(cells: Iterable[OpenCell], within: Range | None = None) -> list[int]:
    """Five numbers for each token: lines and columns from the one before, length, type, 0."""
    tokens = sorted(token for cell in cells for token in _tokens(cell) if _in(token, within))
    data: list[int] = []
    line = start = 0
    for token in tokens:
        ahead = token.line - line
        data += [ahead, token.start - (0 if ahead else start), token.length, token.type, 0]
        line, start = token.line, token.start
    return data


def _tokens(cell: OpenCell) -> Iterator[_Token]:
    for statement in typed_statements(cell):
        for span, kind in _coloured(statement):
            place = cell.range(span)
            length = place.end.character - place.start.character
            yield _Token(place.start.line, place.start.character, length, _TYPES.index(kind))


def _coloured(statement: Typed) -> Iterator[tuple[Span, str]]:
    yield statement.keyword, "keyword"
    if statement.onion is not None:
        yield statement.onion.installer_span, "namespace"
    for piece in statement.pieces():
        if piece.kind in _OF_PIECES:
            yield Span(piece.start, piece.end), _OF_PIECES[piece.kind]


def _in(token: _Token, within: Range | None) -> bool:
    return within is None or within.start.line <= token.line <= within.end.line
