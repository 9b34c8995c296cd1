"""Which smuggle statement asks for which distribution, and how one is taken out."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterable, Iterator, NamedTuple, Sequence

from davos.distributions.import_names import distribution_asked, parts_named
from davos.syntax.nodes import Smuggle

if TYPE_CHECKING:
    from davos.convert.cell_changes import CellChanges
    from davos.documents.parsed_cell import FoundStatement, ParsedCell
    from davos.syntax.nodes import Statement

__all__ = ["Use", "named_statements", "place_of", "take_out"]

_SPACE_BEFORE = re.compile(r"[ \t\f]*\Z")
_END_OF_LINE = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_NEXT = re.compile(r"[ \t\f]*;[ \t\f]*")
_PREVIOUS = re.compile(r"[ \t\f]*;[ \t\f]*\Z")


class Use(NamedTuple):
    """A name of a statement, the module it is about, and the distribution asked for.

    `number` counts the names of the statement from 0: an onion comment belongs to the first.
    """

    facts: ParsedCell
    found: FoundStatement
    number: int
    module: str
    distribution: str


def named_statements(cells: Iterable[ParsedCell]) -> Iterator[Use]:
    """The names of all smuggle statements that ask for a distribution, in their order."""
    for facts in cells:
        for found in facts.statements:
            yield from _uses(facts, found)


def place_of(facts: ParsedCell, offset: int) -> str:
    """`cell 2, row 3`, or `row 3`: a place in the file."""
    location = facts.source.location(offset)
    row = f"row {facts.cell.place(location).row}"
    return row if facts.cell.ordinal is None else f"cell {facts.cell.ordinal}, {row}"


def _uses(facts: ParsedCell, found: FoundStatement) -> Iterator[Use]:
    for number, module in enumerate(_modules(found.statement)):
        name = found.onion.requirement.name if found.onion and number == 0 else None
        name = name or distribution_asked(module, facts.document.filename)
        if name is not None:
            yield Use(facts, found, number, module, name)


def _modules(statement: Statement) -> list[str]:
    """The module that each name is about; one for all names of a `from` statement of one module."""
    names = [alias.name for alias in statement.names]
    if isinstance(statement, Smuggle):
        return names
    if statement.level or not statement.module:
        return []
    return parts_named(statement.module, names) or [statement.module]


def take_out(changes: CellChanges, found: FoundStatement, numbers: Sequence[int]) -> None:
    """Take names out of a statement, or the statement with its onion comment, if none is left."""
    statement = found.statement
    modules = _modules(statement)
    if len(numbers) == len(modules):
        _Removal(changes, statement).whole()
        return
    text = changes.text
    kept = [alias.span for n, alias in enumerate(statement.names) if n not in numbers]
    names = ", ".join(text[span.start : span.end] for span in kept)
    changes.replace(statement.names[0].span.start, statement.names[-1].span.end, names)
    if 0 in numbers:
        _drop_onion(changes, statement)


def _drop_onion(changes: CellChanges, statement: Statement) -> None:
    """Take an onion comment out, with the white space in front of it."""
    if statement.onion is None:
        return
    start, end = statement.onion.span
    before = _SPACE_BEFORE.search(changes.text, 0, start)
    changes.replace(before.start() if before else start, end, "")


class _Removal:
    """One statement that goes; what else is on its lines stays."""

    def __init__(self, changes: CellChanges, statement: Statement) -> None:
        self.changes = changes
        self.statement = statement
        self.start, self.end = statement.span

    def whole(self) -> None:
        """Take the statement out."""
        text, facts = self.changes.text, self.changes.facts
        first = facts.source.line_starts[facts.row(self.start) - 1]
        begins_line = not text[first : self.start].strip()
        following = _NEXT.match(text, self.end)
        if following and not _END_OF_LINE.match(text, following.end()):
            self.changes.replace(self.start, following.end(), "")
            return
        begins_line = begins_line or self._is_all_that_is_timed(first)
        previous = _PREVIOUS.search(facts.written, first, self.start)
        if previous:
            self.changes.replace(previous.start(), self.end, "")
            _drop_onion(self.changes, self.statement)
        elif begins_line and not self._is_alone_in_block():
            for row in range(facts.row(self.start), facts.row(self.end) + 1):
                self.changes.drop_line(facts.source.line_starts[row - 1])
        else:
            self.changes.replace(self.start, self.end, "pass")
            _drop_onion(self.changes, self.statement)

    def _is_all_that_is_timed(self, first: int) -> bool:
        """Whether only a magic is in front of it on its line, as in `%time smuggle six`."""
        before = slice(first, self.start)
        facts = self.changes.facts
        return facts.written[before].startswith("%") and facts.source.text[before].strip() == "0;"

    def _is_alone_in_block(self) -> bool:
        """Whether it is the only statement of a branch, loop or function."""
        tree = self.changes.facts.tree
        if isinstance(tree, SyntaxError):
            return False
        bodies = (
            getattr(node, name, None)
            for node in ast.walk(tree)
            if node is not tree
            for name in ("body", "orelse", "finalbody")
        )
        alone = (body[0] for body in bodies if isinstance(body, list) and len(body) == 1)
        return any(self.changes.facts.offset(one) == self.start for one in alone)
