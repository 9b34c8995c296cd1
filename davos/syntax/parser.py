"""Parses the tokens of a smuggle statement by the grammar in `grammar/smuggle.lark`.

The grammar is loaded with the first statement.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union

from davos.exceptions import DavosParserError
from davos.parsing import Driver, UnexpectedTokenError, grammar_text, kept_trees
from davos.span import Span
from davos.syntax.lexer import Lexer, StatementTokens, Token
from davos.syntax.mistakes import explain
from davos.syntax.nodes import Alias, OnionComment, Smuggle, SmuggleFrom, Statement
from davos.syntax.onion_comment import read_onion_comment

if TYPE_CHECKING:
    import lark

    from davos.source import Source

__all__ = ["StatementDriver", "load", "parse", "parse_all", "statement_driver"]


class _Mistake(NamedTuple):
    """What is wrong with a statement, and the token that the grammar does not allow."""

    error: DavosParserError
    token: Token


class _Name(NamedTuple):
    """The token indices of `identifier ["as" identifier]` or `module ["as" identifier]`."""

    first: int
    last: int
    asname: Optional[int]


class _Shape(NamedTuple):
    """A statement's names; `module` holds level, first and last token, None in `smuggle a`."""

    module: Optional[tuple[int, Optional[int], int]]
    names: tuple[_Name, ...]


StatementDriver = Driver[_Shape]


def load() -> None:
    """Load Lark and the grammar, so that no later call does."""
    _installed().load()


def parse(source: Source, driver: StatementDriver | None = None) -> tuple[Statement, ...]:
    """The smuggle statements of a text.

    Raises `DavosParserError` at the first malformed one. `driver` is for another grammar.
    """
    statements = []
    for found in Lexer(source.text).statements():
        statement = _read(source, found, driver or _installed())
        if isinstance(statement, _Mistake):
            raise statement.error
        statements.append(statement)
    return tuple(statements)


def parse_all(source: Source) -> tuple[tuple[Statement, ...], tuple[DavosParserError, ...]]:
    """The well-formed smuggle statements of a text, and an error for each malformed one."""
    lexer = Lexer(source.text)
    statements: list[Statement] = []
    errors: list[DavosParserError] = []
    for found in lexer.statements():
        statement = _read(source, found, _installed())
        if isinstance(statement, _Mistake):
            errors.append(statement.error)
            lexer.recover(found, statement.token)
        else:
            statements.append(statement)
    return tuple(statements), tuple(errors)


def statement_driver(grammar: str) -> StatementDriver:
    """A parser of statements for the text of a grammar with the rules of `smuggle.lark`."""
    return Driver(grammar, "smuggle_stmt", _Rules, kept_trees("smuggle", grammar))


@lru_cache(maxsize=1)
def _installed() -> StatementDriver:
    return statement_driver(grammar_text("smuggle"))


class _Rules:
    """What each rule of the grammar stands for, given the rule's children."""

    @staticmethod
    def module(children: list[lark.Token]) -> tuple[int, int]:
        """`module ::= (identifier ".")* identifier`"""
        return _index(children[0]), _index(children[-1])

    @staticmethod
    def relative_module(children: list[Any]) -> tuple[int, Optional[int], int]:
        """`relative_module ::= "."* module | "."+`"""
        *dots, last = children
        if isinstance(last, tuple):
            return (len(dots), *last)
        return len(children), None, 0

    @staticmethod
    def module_as(children: list[Any]) -> _Name:
        """`module ["as" identifier]`"""
        first, last = children[0]
        return _Name(first, last, _index(children[2]) if children[1:] else None)

    @staticmethod
    def name_as(children: list[lark.Token]) -> _Name:
        """`identifier ["as" identifier]`"""
        name = _index(children[0])
        return _Name(name, name, _index(children[2]) if children[1:] else None)

    star = name_as

    @staticmethod
    def smuggle(children: list[Any]) -> _Shape:
        """`"smuggle" module ["as" identifier] ("," module ["as" identifier])*`"""
        return _Shape(None, tuple(children[1::2]))

    @staticmethod
    def smuggle_from(children: list[Any]) -> _Shape:
        """`"from" relative_module "smuggle" ...`"""
        names = [child for child in children[3:] if isinstance(child, _Name)]
        return _Shape(children[1], tuple(names))


def _index(token: lark.Token) -> int:
    return token.start_pos or 0


def _read(
    source: Source, found: StatementTokens, driver: StatementDriver
) -> Union[Statement, _Mistake]:
    tokens = found.tokens
    try:
        shape = driver.parse(tuple([token.type for token in tokens[:-1]]))
    except UnexpectedTokenError as unexpected:
        wrong = tokens[unexpected.index]
        message, span = explain(tokens, wrong, unexpected.expected)
        return _Mistake(source.error(DavosParserError, message, span), wrong)
    return _node(found, shape, _onion(source.text, found))


def _node(found: StatementTokens, shape: _Shape, onion: OnionComment | None) -> Statement:
    tokens = found.tokens
    names = tuple([_alias(tokens, name) for name in shape.names])
    comments = () if onion else _comments(found)
    if shape.module is None:
        return Smuggle(names, found.span, onion, comments)
    level, first, last = shape.module
    module = None if first is None else _dotted(tokens, first, last)
    return SmuggleFrom(module, level, names, found.span, onion, comments)


def _alias(tokens: list[Token], name: _Name) -> Alias:
    first, last, asname = name
    dotted, start = _dotted(tokens, first, last), tokens[first].start
    if asname is None:
        return Alias(dotted, None, Span(start, tokens[last].end))
    return Alias(dotted, tokens[asname].value, Span(start, tokens[asname].end))


def _dotted(tokens: list[Token], first: int, last: int) -> str:
    if first == last:
        return tokens[first].value
    return "".join([token.value for token in tokens[first : last + 1]])


def _comments(found: StatementTokens) -> tuple[Span, ...]:
    """The comments that could be the statement's onion comment."""
    first, last = found.first_comment, found.last_comment
    return tuple([comment for comment in (first, last if last != first else None) if comment])


def _onion(text: str, found: StatementTokens) -> OnionComment | None:
    """The onion comment on the statement's first physical line, else the one on its last."""
    onion = None
    if found.first_comment is not None:
        onion = read_onion_comment(text, found.first_comment)
    if onion is None and found.last_comment is not None:
        onion = read_onion_comment(text, found.last_comment)
    return onion
