"""What the rules look at: a document, its cells and what it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Iterator, Sequence

from davos.distributions.import_names import is_local, parts_named
from davos.distributions.standard_library import is_standard
from davos.documents.davos_names import davos_names, davos_path
from davos.documents.document import place_words
from davos.documents.locked_versions import locked_versions
from davos.documents.parsed_cell import FoundStatement, ParsedCell
from davos.documents.text_notebooks import MARKDOWN
from davos.onion.comment import Requirement
from davos.onion.options import Option
from davos.onion.validator import tokens
from davos.span import Span
from davos.syntax.nodes import Smuggle

if TYPE_CHECKING:
    import ast

    from davos.documents.document import Document
    from davos.documents.locked_versions import LockedVersions
    from davos.onion.comment import Onion
    from davos.onion.lexer import Token
    from davos.syntax.nodes import SmuggleFrom

__all__ = ["Context", "Target"]

_MAGIC = re.compile(r"^[ \t]*(?:[#>.]*[ \t]*)?%%?\w", re.MULTILINE)


@dataclass(frozen=True)
class Target:
    """A module from elsewhere that a statement names, and what is asked for to get it.

    `onion` is None where the statement has no (valid) onion comment of its own for it.
    """

    cell: ParsedCell
    found: FoundStatement
    module: str
    span: Span
    onion: Onion | None

    @property
    def top(self) -> str:
        """The top-level module."""
        return self.module.partition(".")[0]

    @property
    def requirement(self) -> Requirement | None:
        """What the onion comment asks for."""
        return None if self.onion is None else self.onion.requirement

    @property
    def place(self) -> str:
        """Where the statement is, for messages about another one."""
        return place_words(self.found.cell, self.found.range.start.row)

    @property
    def requirement_span(self) -> Span:
        """Where the requirement is in the onion comment."""
        found = next((t for t in self._tokens if isinstance(t.value, Requirement)), None)
        return self._place(found, found.text if found else "")

    def option_span(self, text: str) -> Span:
        """Where an option (`--pre`) or a value is, or the word that holds it."""
        found = self._by_text.get(text)
        if found is None:
            found = next((token for token in self._tokens if text in token.text), None)
        return self._place(found, text)

    @cached_property
    def _tokens(self) -> Sequence[Token]:
        return () if self.onion is None else tokens(self.onion)

    @cached_property
    def _by_text(self) -> dict[str, Token]:
        """The first word that stands for a text."""
        return {_stands_for(token): token for token in reversed(self._tokens)}

    def _place(self, token: Token | None, text: str) -> Span:
        """The place of a text within that of a token, where quotes and `=` may be around it."""
        comment = self.found.statement.onion
        if comment is None:
            return self.span
        if token is None:
            return comment.args_span
        position = comment.args.find(text, token.start, token.end)
        start, end = (position, position + len(text)) if position >= 0 else (token.start, token.end)
        first = comment.args_span.start
        return Span(first + start, first + end)


def _stands_for(token: Token) -> str:
    """An option's full spelling; the text of another word."""
    return token.value.name if isinstance(token.value, Option) else token.text


class Context:
    """A document as the rules see it."""

    def __init__(self, document: Document, *, requires_lock: bool = False) -> None:
        self.document = document
        self.requires_lock = requires_lock
        self.is_notebook = document.kind == "notebook"
        self.uses_davos = any("smuggle" in c.text or "davos" in c.source for c in document.cells)

    @property
    def comments_magics(self) -> bool:
        """Whether a comment may be a magic: so Jupytext writes them in a percent script."""
        return not self.document.filename.lower().endswith((".ipynb", *MARKDOWN))

    @cached_property
    def cells(self) -> list[ParsedCell]:
        """The cells in which a rule could find something."""
        if not self.uses_davos:
            return []
        return [
            ParsedCell(self.document, cell, number)
            for number, cell in enumerate(self.document.cells)
            if _is_interesting(cell.source)
        ]

    @cached_property
    def with_magics(self) -> list[ParsedCell]:
        """The cells in which a line begins with a magic."""
        parsed = {cell.number: cell for cell in self.cells}
        return [
            parsed.get(number) or ParsedCell(self.document, cell, number)
            for number, cell in enumerate(self.document.cells)
            if "%" in cell.source and _MAGIC.search(cell.source)
        ]

    @cached_property
    def smuggling(self) -> list[ParsedCell]:
        """The cells that hold smuggle statements."""
        return [cell for cell in self.cells if cell.statements]

    def statements(self) -> Iterator[tuple[ParsedCell, FoundStatement]]:
        """The smuggle statements with their cells."""
        return ((cell, found) for cell in self.smuggling for found in cell.statements)

    @cached_property
    def targets(self) -> list[Target]:
        """The modules that pip installs: not the standard library, davos, or modules of the folder.

        A module of the folder that has an onion comment is included.
        """
        return [
            target
            for target in self.named
            if target.found.statement.onion is not None or not self.is_local(target.top)
        ]

    @cached_property
    def named(self) -> list[Target]:
        """The modules that absolute statements name, but for davos and the standard library."""
        return [
            target
            for cell, found in self.statements()
            for target in _targets(cell, found)
            if target.top != "davos" and not is_standard(target.top)
        ]

    @cached_property
    def locked(self) -> LockedVersions | None:
        """What the lock of the document says, None if it has none."""
        return locked_versions(self.document)

    def is_local(self, top: str) -> bool:
        """Whether a module lies beside the document."""
        if top not in self._local:
            self._local[top] = is_local(top, self.document.filename)
        return self._local[top]

    @cached_property
    def _local(self) -> dict[str, bool]:
        return {}

    @cached_property
    def davos_names(self) -> dict[str, tuple[str, ...]]:
        """The document's names for davos and its members."""
        return davos_names(self.cells)

    def davos_path(self, node: ast.AST) -> tuple[str, ...] | None:
        """`("config", "active")` for `davos.config.active`; None for what is not davos'."""
        return davos_path(node, self.davos_names)


def _is_interesting(text: str) -> bool:
    """Whether a cell holds one of the words without which no rule is about it."""
    # an expression, not a loop: this runs for thousands of cells
    return (
        "smuggle" in text
        or "import" in text
        or "davos" in text
        or "pip" in text
        or "uv" in text
        or "conda" in text
        or "noqa" in text
        or "activ" in text
        or "config" in text
    )


def _targets(cell: ParsedCell, found: FoundStatement) -> Iterator[Target]:
    statement = found.statement
    if not isinstance(statement, Smuggle):
        if not statement.level and statement.module:
            yield from _parts(cell, found, statement)
        return
    for number, alias in enumerate(statement.names):
        yield Target(cell, found, alias.name, alias.span, None if number else found.onion)


def _parts(cell: ParsedCell, found: FoundStatement, statement: SmuggleFrom) -> Iterator[Target]:
    """The module of a `from` statement; of a namespace package what it takes from there.

    The onion comment is about the first one.
    """
    module = statement.module or ""
    modules = parts_named(module, [alias.name for alias in statement.names]) or [module]
    yield Target(cell, found, modules[0], statement.span, found.onion)
    for alias, part in zip(statement.names[1:], modules[1:]):
        yield Target(cell, found, part, alias.span, None)
