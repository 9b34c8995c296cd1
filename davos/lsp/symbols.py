"""The outline: what a text smuggles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from lsprotocol import types

from davos.escaping import one_line
from davos.syntax.nodes import Smuggle

if TYPE_CHECKING:
    from davos.documents.parsed_cell import FoundStatement
    from davos.lsp.open_cells import OpenCell
    from davos.syntax.nodes import Alias

__all__ = ["flat", "symbols"]


def symbols(cell: OpenCell) -> Iterator[types.DocumentSymbol]:
    """One symbol for each name that a cell smuggles; its detail is what is asked for."""
    for found in cell.facts.statements:
        for number, alias in enumerate(found.statement.names):
            yield types.DocumentSymbol(
                name=_name(found, alias),
                kind=_kind(found, alias),
                range=cell.range(found.statement.span),
                selection_range=cell.range(alias.span),
                detail=_detail(found, number),
            )


def flat(symbol: types.DocumentSymbol, uri: str) -> types.SymbolInformation:
    """The symbol for clients that know no outlines with detail."""
    location = types.Location(uri, symbol.range)
    return types.SymbolInformation(location, symbol.name, symbol.kind)


def _name(found: FoundStatement, alias: Alias) -> str:
    if alias.asname or alias.name != "*":
        return alias.asname or alias.name
    return f"{_origin(found)}.*"


def _kind(found: FoundStatement, alias: Alias) -> types.SymbolKind:
    if isinstance(found.statement, Smuggle) or alias.name == "*":
        return types.SymbolKind.Module
    return types.SymbolKind.Variable


def _detail(found: FoundStatement, number: int) -> str | None:
    """The requirement, which is about the first name of `smuggle a, b`; else the module."""
    of_all = not isinstance(found.statement, Smuggle)
    if found.onion is not None and (of_all or number == 0):
        return one_line(f"{found.onion.installer}: {found.onion.requirement.shown}")
    return _origin(found) or None


def _origin(found: FoundStatement) -> str:
    statement = found.statement
    if isinstance(statement, Smuggle):
        return ""
    return "." * statement.level + (statement.module or "")
