"""The smuggle statements of a document, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from davos.exceptions import DavosParserError
from davos.lint.diagnostic import Diagnostic
from davos.lint.registry import RULES
from davos.source import Location, Source, Span
from davos.translate import parse_all

if TYPE_CHECKING:
    from davos.notebook import Cell, Document
    from davos.onion.comment import Onion
    from davos.syntax.nodes import Statement

__all__ = ["Analysis", "FoundStatement", "analyse"]


@dataclass(frozen=True)
class Range:
    """From one location to another, in the cell as it stands in the file."""

    start: Location
    end: Location


@dataclass(frozen=True)
class FoundStatement:
    """A statement, its place, and what its onion comment says (None if it is invalid)."""

    statement: Statement
    cell: int | None
    range: Range
    onion: Onion | None = None
    onion_range: Range | None = None


@dataclass
class Analysis:
    """What is known about a document."""

    document: Document
    statements: list[FoundStatement] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def analyse(document: Document) -> Analysis:
    """Parse the cells of a document."""
    analysis = Analysis(document)
    for cell in document.cells:
        if "smuggle" in cell.text:
            _CellAnalysis(analysis, cell).run()
    analysis.diagnostics.sort(key=lambda found: (found.cell or 0, found.location))
    return analysis


class _CellAnalysis:
    """Parses one cell."""

    def __init__(self, analysis: Analysis, cell: Cell) -> None:
        self.analysis = analysis
        self.cell = cell
        self.source = Source(cell.text, analysis.document.filename)

    def run(self) -> None:
        statements, errors = parse_all(self.source)
        for error in errors:
            self.report(error)
        for statement in statements:
            self.analysis.statements.append(self.found(statement))

    def found(self, statement: Statement) -> FoundStatement:
        index, place = self.cell.index, self.range(statement.span)
        if statement.onion is None:
            return FoundStatement(statement, index, place)
        from davos.onion.validator import validate  # noqa: PLC0415 - costs 80 ms

        try:
            onion = validate(statement.onion, self.source)
        except DavosParserError as error:
            self.report(error)
            return FoundStatement(statement, index, place)
        return FoundStatement(statement, index, place, onion, self.range(statement.onion.span))

    def report(self, error: DavosParserError) -> None:
        place = self.range(error.span or Span(0, 0))
        self.analysis.diagnostics.append(
            Diagnostic(
                filename=self.analysis.document.filename,
                cell=self.cell.index,
                location=place.start,
                end_location=place.end,
                code=error.code,
                severity=RULES[error.code].severity,
                message=error.msg,
            ),
        )

    def range(self, span: Span) -> Range:
        return Range(*(self.cell.place(self.source.location(offset)) for offset in span))
