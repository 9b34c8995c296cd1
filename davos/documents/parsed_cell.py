"""The smuggle statements of a document, and what is known about its cells."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from davos.credentials import masked
from davos.documents import python_source
from davos.documents.diagnostic import Diagnostic
from davos.documents.python_source import keyword
from davos.exceptions import DavosParserError
from davos.source import LINE_BREAK, Source
from davos.span import Location, Span
from davos.translate import as_imports, parse_all

if TYPE_CHECKING:
    import ast

    from davos.documents.diagnostic import Fix
    from davos.documents.document import Cell, Document
    from davos.onion.comment import Onion
    from davos.syntax.nodes import Statement

__all__ = ["Analysis", "FoundStatement", "ParsedCell", "Range", "analyse", "diagnostic"]

_REST = re.compile(r"[ \t]*(?=#|[\r\n]|\Z)")


class Range(NamedTuple):
    """From one location to another, in the cell as it stands in the file."""

    start: Location
    end: Location


class FoundStatement(NamedTuple):
    """A statement, its place, and what its onion comment says (None if it is invalid).

    `cell` and `ordinal` are those of `davos.documents.diagnostic.Diagnostic`.
    """

    statement: Statement
    cell: int | None
    ordinal: int | None
    range: Range
    onion: Onion | None = None
    onion_range: Range | None = None


class ParsedCell:
    """What is known about a cell; spans are offsets in `source`, the cell as Python sees it.

    `number` counts the code cells of the document from 0.
    """

    def __init__(self, document: Document, cell: Cell, number: int = 0) -> None:
        self.document = document
        self.cell = cell
        self.number = number
        self.source = Source(cell.text, document.filename)
        self.statements: list[FoundStatement] = []
        self.errors: list[DavosParserError] = []
        if "smuggle" in cell.text:
            self._read()

    def _read(self) -> None:
        statements, errors = parse_all(self.source)
        self.errors += errors
        for statement in statements:
            self.statements.append(self._found(statement))

    def _found(self, statement: Statement) -> FoundStatement:
        place = (self.cell.index, self.cell.ordinal, self.range(statement.span))
        if statement.onion is None:
            return FoundStatement(statement, *place)
        from davos.onion.validator import validate  # noqa: PLC0415 - costs 80 ms

        try:
            onion = validate(statement.onion, self.source)
        except DavosParserError as error:
            self.errors.append(error)
            return FoundStatement(statement, *place)
        return FoundStatement(statement, *place, onion, self.range(statement.onion.span))

    def range(self, span: Span) -> Range:
        """Where a span is in the cell as it stands in the file."""
        return Range(*(self.cell.place(self.source.location(offset)) for offset in span))

    @cached_property
    def written(self) -> str:
        """The text with its magics as they are written, at the same offsets."""
        cell = self.cell
        if not cell.removed:
            return cell.source
        return "".join(line[count:] for line, count in zip(self.raw.lines, cell.removed))

    def line_break(self, row: int) -> str:
        """What ends a row and begins one like it: prompts and indents that are not Python's."""
        text, starts = self.source.text, self.source.line_starts
        like = row if row < len(starts) else 1  # the last row may have none
        near = max(starts[like] - 2, starts[like - 1]) if len(starts) > 1 else 0
        found = LINE_BREAK.search(text, near)
        removed = self.cell.removed[row - 1] if self.cell.removed else 0
        return (found[0] if found else "\n") + (self.raw.line(row)[:removed] if removed else "")

    @cached_property
    def imports(self) -> str:
        """The text with imports instead of smuggle statements, of the same width."""
        text, statements = self.cell.text, (found.statement for found in self.statements)
        keywords = (keyword(text, one.span.start, one) for one in statements)
        return as_imports(text, keywords, same_width=True)

    @cached_property
    def tree(self) -> ast.Module | SyntaxError:
        """The syntax tree of `imports`, or why there is none."""
        try:
            return python_source.parse(self.imports)
        except SyntaxError as error:
            return error

    @cached_property
    def nodes(self) -> list[tuple[ast.AST, python_source.Scope]]:
        """Every node of the tree with what is around it; none if there is no tree."""
        return [] if isinstance(self.tree, SyntaxError) else list(python_source.scopes(self.tree))

    @cached_property
    def import_nodes(self) -> list[tuple[python_source.Import, python_source.Scope]]:
        """Every import statement of the tree, in text order, with what is around it."""
        return [] if isinstance(self.tree, SyntaxError) else list(python_source.imports(self.tree))

    @cached_property
    def comments(self) -> list[Span]:
        """The comments."""
        return python_source.comments(self.source, self.imports)

    def comment_at(self, offset: int) -> Span | None:
        """The comment that holds an offset."""
        index = bisect_right(self._comment_starts, offset) - 1
        found = self.comments[index] if index >= 0 else None
        return found if found and offset < found.end else None

    def statement_in(self, row: int) -> FoundStatement | None:
        """The last statement that a row is about."""
        index = bisect_left(self._rows, (row + 1, 0)) - 1
        return self.statements[index] if index >= 0 and row <= self._rows[index][1] else None

    def behind(self, span: Span) -> int | None:
        """Where the comment or line end behind a one-line statement is; None if code follows."""
        rest = _REST.match(self.source.text, span.end)
        return None if self.row(span.start) != self.row(span.end) or not rest else rest.end()

    def row(self, offset: int) -> int:
        """The row of an offset in `source`."""
        return bisect_right(self.source.line_starts, offset)

    @cached_property
    def _comment_starts(self) -> list[int]:
        return [span.start for span in self.comments]

    @cached_property
    def _rows(self) -> list[tuple[int, int]]:
        """The first and last row of each statement."""
        spans = [found.statement.span for found in self.statements]
        return [(self.row(span.start), self.row(span.end)) for span in spans]

    @cached_property
    def malformed_rows(self) -> frozenset[int]:
        """The rows of malformed statements."""
        spans = [error.span for error in self.errors if error.code == "DAV001" and error.span]
        return frozenset(self.row(span.start) for span in spans)

    @cached_property
    def onion_starts(self) -> frozenset[int]:
        """Where the onion comments start that count."""
        onions = (found.statement.onion for found in self.statements)
        return frozenset(onion.span.start for onion in onions if onion is not None)

    @cached_property
    def raw(self) -> Source:
        """The cell as it stands in the file."""
        return Source(self.cell.source, self.document.filename)

    @cached_property
    def by_start(self) -> dict[int, FoundStatement]:
        """The statements by the offset at which they start."""
        return {found.statement.span.start: found for found in self.statements}

    def offset(self, node: ast.AST) -> int:
        """Where a node of the tree starts."""
        return python_source.offset(self.source, node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def span(self, node: ast.AST) -> Span:
        """Where a node of the tree is."""
        end_row, end_column = node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
        return Span(self.offset(node), python_source.offset(self.source, end_row, end_column))


@dataclass
class Analysis:
    """What the syntax of a document says."""

    document: Document
    statements: list[FoundStatement] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def analyse(document: Document) -> Analysis:
    """Parse the cells of a document."""
    analysis = Analysis(document)
    for cell in document.cells:
        if "smuggle" not in cell.text:
            continue
        facts = ParsedCell(document, cell)
        analysis.statements += facts.statements
        for error in facts.errors:
            span = error.span or Span(0, 0)
            analysis.diagnostics.append(diagnostic(facts, error.code, span, error.msg))
    analysis.diagnostics.sort(key=lambda found: (found.cell or 0, found.location))
    return analysis


def diagnostic(  # noqa: PLR0913 - a finding has no fewer parts
    facts: ParsedCell,
    code: str,
    span: Span,
    message: str,
    *,
    severity: str = "error",
    fix: Fix | None = None,
) -> Diagnostic:
    """A finding in a cell; those of the parser are errors."""
    place = facts.range(span)
    text, shift = facts.raw.excerpt(Location(facts.row(span.start), place.start.column))
    return Diagnostic(
        filename=facts.document.filename,
        cell=facts.cell.index,
        location=place.start,
        end_location=place.end,
        code=code,
        severity=severity,
        message=masked(message),
        fix=fix,
        text=text,
        text_shift=shift,
        ordinal=facts.cell.ordinal,
    )
