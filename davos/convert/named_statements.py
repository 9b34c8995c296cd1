"""Which smuggle statement asks for which distribution, and how one is taken out."""

from __future__ import annotations

import ast
import re
from itertools import groupby
from typing import TYPE_CHECKING, Collection, Iterable, Iterator, NamedTuple, Sequence

from davos.distributions.import_names import distribution_asked, parts_named
from davos.distributions.standard_library import is_standard
from davos.documents.document import place_words
from davos.span import Span
from davos.syntax.nodes import Smuggle

if TYPE_CHECKING:
    from davos.convert.cell_changes import CellChanges
    from davos.documents.parsed_cell import FoundStatement, ParsedCell
    from davos.syntax.nodes import Statement

__all__ = ["Use", "blocks", "is_whole", "named_statements", "place_of", "take_out"]

_BLOCKS = ("body", "orelse", "finalbody")
_SPACE_BEFORE = re.compile(r"[ \t\f]*\Z")
_END_OF_LINE = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_COMMA = re.compile(r"[ \t\f]*,")
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
    location = facts.cell.place(facts.source.location(offset))
    return place_words(facts.cell.ordinal, location.row)


def blocks(facts: ParsedCell) -> Iterator[list[ast.stmt]]:
    """The statements of each branch, loop, function and the like in a cell; not of the cell."""
    nodes = [] if isinstance(facts.tree, SyntaxError) else list(ast.walk(facts.tree))[1:]
    found = (getattr(node, name, None) for node in nodes for name in _BLOCKS)
    yield from (one for one in found if isinstance(one, list) and one)


def _uses(facts: ParsedCell, found: FoundStatement) -> Iterator[Use]:
    for number, module in enumerate(_modules(found.statement)):
        name = distribution_asked(module, facts.document.filename)
        if found.onion is not None and number == 0 and _takes_onions(module):
            name = found.onion.requirement.name or name
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


def _takes_onions(module: str) -> bool:
    top = module.partition(".")[0]
    return top != "davos" and not is_standard(top)


def is_whole(found: FoundStatement, numbers: Sequence[int]) -> bool:
    """Whether nothing is left of a statement without some of its names."""
    return len(numbers) == len(_modules(found.statement))


def take_out(
    changes: CellChanges,
    found: FoundStatement,
    numbers: Sequence[int],
    gone: Collection[int] = (),
) -> None:
    """Take names out of a statement, or the statement with its onion comment, if none is left.

    `gone` are the offsets of the cell's statements that are taken out: a block in which nothing
    is left gets a `pass`.
    """
    statement = found.statement
    if is_whole(found, numbers):
        _Removal(changes, statement, gone).whole()
        return
    spans = list(_name_spans(changes.text, [alias.span for alias in statement.names], numbers))
    for span in spans:
        changes.replace(*span, "")
    if 0 in numbers:
        _drop_onion(changes, statement, spans)


def _name_spans(text: str, names: Sequence[Span], numbers: Collection[int]) -> Iterator[Span]:
    """The ranges of some names of a list, each with a comma; comments of other names stay."""
    gone = [number in numbers for number in range(len(names))]
    for is_gone, run in groupby(range(len(names)), gone.__getitem__):
        first, *_, last = [*run] * 2
        if not is_gone:
            continue
        if last + 1 < len(names):
            yield Span(names[first].start, names[last + 1].start)
        elif "#" in text[names[first - 1].end : names[first].start]:
            comma = _COMMA.match(text, names[last].end)
            yield Span(names[first].start, comma.end() if comma else names[last].end)
        else:
            yield Span(names[first - 1].end, names[last].end)


def _drop_onion(changes: CellChanges, statement: Statement, replaced: Iterable[Span]) -> None:
    """Take an onion comment out, with the white space in front of it, if it is still there."""
    if statement.onion is None:
        return
    start, end = statement.onion.span
    if any(span.start <= start < span.end for span in replaced):
        return
    before = _SPACE_BEFORE.search(changes.text, 0, start)
    changes.replace(before.start() if before else start, end, "")


class _Removal:
    """One statement that goes; what else is on its lines stays."""

    def __init__(self, changes: CellChanges, statement: Statement, gone: Collection[int]) -> None:
        self.changes = changes
        self.statement = statement
        self.start, self.end = statement.span
        self.gone = {*gone, self.start}

    def whole(self) -> None:
        """Take the statement out."""
        text, facts = self.changes.text, self.changes.facts
        first = facts.source.line_starts[facts.row(self.start) - 1]
        following = _NEXT.match(text, self.end)
        previous = _PREVIOUS.search(facts.written, first, self.start)
        if self._leaves_empty_block():
            self._replace("pass")
        elif following and not _END_OF_LINE.match(text, following.end()):
            self.changes.replace(self.start, following.end(), "")
        elif previous:
            self.start = previous.start()
            self._replace("")
        elif not text[first : self.start].strip() or self._is_all_that_is_timed(first):
            for row in range(facts.row(self.start), facts.row(self.end) + 1):
                self.changes.drop_line(facts.source.line_starts[row - 1])
        else:
            self._replace("pass")

    def _replace(self, content: str) -> None:
        self.changes.replace(self.start, self.end, content)
        _drop_onion(self.changes, self.statement, [Span(self.start, self.end)])

    def _is_all_that_is_timed(self, first: int) -> bool:
        """Whether only a magic is in front of it on its line, as in `%time smuggle six`."""
        before = slice(first, self.start)
        facts = self.changes.facts
        return facts.written[before].startswith("%") and facts.source.text[before].strip() == "0;"

    def _leaves_empty_block(self) -> bool:
        """Whether it is the first statement of a branch, loop or function, and all of them go."""
        facts = self.changes.facts
        starts = ([facts.offset(one) for one in block] for block in blocks(facts))
        return any(block[0] == self.start and self.gone.issuperset(block) for block in starts)
