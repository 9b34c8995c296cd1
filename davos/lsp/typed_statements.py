"""Smuggle statements as they are typed: the keyword, the comments, the words in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator

from davos.onion.tolerant_lexer import Piece, pieces
from davos.onion.validator import TABLES
from davos.span import Span
from davos.syntax.lexer import Lexer
from davos.syntax.onion_comment import read_onion_comment

if TYPE_CHECKING:
    from davos.lsp.open_cells import OpenCell
    from davos.onion.options import OptionTable
    from davos.syntax.nodes import OnionComment

__all__ = ["Typed", "typed_statements"]


@dataclass(frozen=True)
class Typed:
    """A smuggle statement, perhaps malformed: its keyword, its comments, its onion comment."""

    span: Span
    keyword: Span
    comments: tuple[Span, ...]
    onion: OnionComment | None

    @property
    def table(self) -> OptionTable | None:
        """The options of the onion comment's installer, if davos can use it."""
        return None if self.onion is None else TABLES.get(self.onion.installer)

    def pieces(self) -> Iterator[Piece]:
        """The words of the onion comment, with offsets in the cell."""
        if self.onion is None or self.table is None:
            return
        shift = self.onion.args_span.start
        for piece in pieces(self.onion.args, self.table):
            yield piece._replace(start=piece.start + shift, end=piece.end + shift)


def typed_statements(cell: OpenCell) -> Iterator[Typed]:
    """The smuggle statements of a cell, well-formed or not."""
    text = cell.text
    if "smuggle" not in text:
        return
    for found in Lexer(text).statements():
        keyword = next(token for token in found.tokens if token.type == "SMUGGLE")
        spans = [span for span in (found.first_comment, found.last_comment) if span]
        onions = (read_onion_comment(text, span) for span in spans)
        yield Typed(
            found.span,
            Span(keyword.start, keyword.end),
            tuple(dict.fromkeys(spans)),
            next((onion for onion in onions if onion), None),
        )
