"""From the tokens of a smuggle statement to its node, by the grammar in `grammar/smuggle.lark`.

Lark and the grammar are loaded when the first statement turns up.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple, Optional, Union

from davos.exceptions import DavosParserError
from davos.span import Span
from davos.syntax.lexer import Lexer, StatementTokens, Token
from davos.syntax.mistakes import explain
from davos.syntax.nodes import Alias, OnionComment, Smuggle, SmuggleFrom, Statement
from davos.syntax.onion_comment import read_onion_comment

if TYPE_CHECKING:
    from lark.exceptions import UnexpectedToken
    from lark.parsers.lalr_parser_state import ParserState

    from davos.source import Source

__all__ = ["load", "parse", "parse_all"]


def load() -> None:
    """Load Lark and the grammar, for good."""
    _grammar()


class _Mistake(NamedTuple):
    """What is wrong with a statement, and the token that the parser did not expect."""

    error: DavosParserError
    token: Token


def parse(source: Source) -> tuple[Statement, ...]:
    """The smuggle statements of a text.

    Raises `DavosParserError` at the first malformed one.
    """
    statements = []
    for found in Lexer(source.text).statements():
        statement = _read(source, found)
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
        statement = _read(source, found)
        if isinstance(statement, _Mistake):
            errors.append(statement.error)
            lexer.recover(found, statement.token)
        else:
            statements.append(statement)
    return tuple(statements), tuple(errors)


# What the grammar makes of a statement, as indices of its tokens: so it holds for every
# statement with the same token types, and Lark parses each kind of statement once.
class _Name(NamedTuple):
    """`identifier ["as" identifier]`, or `module ["as" identifier]`: first, last, asname."""

    first: int
    last: int
    asname: Optional[int]


class _Shape(NamedTuple):
    """A statement's names; `module` holds level, first and last, None in `smuggle a`."""

    module: Optional[tuple[int, Optional[int], int]]
    names: tuple[_Name, ...]


class _Builder:
    """One method for each rule of the grammar; Lark calls it with the rule's children.

    A token's value is its index.
    """

    @staticmethod
    def module(children: list[Token]) -> tuple[int, int]:
        """`module ::= (identifier ".")* identifier`"""
        return int(children[0].value), int(children[-1].value)

    @staticmethod
    def relative_module(children: list[Any]) -> tuple[int, Optional[int], int]:
        """`relative_module ::= "."* module | "."+`"""
        if isinstance(children[-1], Token):
            return len(children), None, 0
        return (len(children) - 1, *children[-1])

    @staticmethod
    def module_as(children: list[Any]) -> _Name:
        """`module ["as" identifier]`"""
        first, last = children[0]
        return _Name(first, last, int(children[2].value) if children[1:] else None)

    @staticmethod
    def name_as(children: list[Token]) -> _Name:
        """`identifier ["as" identifier]`"""
        name = int(children[0].value)
        return _Name(name, name, int(children[2].value) if children[1:] else None)

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


@lru_cache(maxsize=1)
def _grammar() -> tuple[ParserState[Any], type[UnexpectedToken]]:
    """The parser before its first token, and what it raises."""
    from lark import Lark  # noqa: PLC0415 - takes 44 ms, and most texts need none of it
    from lark.exceptions import UnexpectedToken  # noqa: PLC0415
    from lark.lexer import Lexer as LarkLexer  # noqa: PLC0415

    class NoLexer(LarkLexer):
        """The tokens are fed to the parser one by one."""

        def __init__(self, _: Any) -> None: ...

        def lex(self, *_: Any) -> Iterator[Any]:
            return iter(())

    lark = Lark(
        files("davos.grammar").joinpath("smuggle.lark").read_text("utf-8"),
        parser="lalr",
        lexer=NoLexer,
        start="smuggle_stmt",
        transformer=_Builder(),
        maybe_placeholders=False,
        keep_all_tokens=True,  # leaving tokens out costs more than passing over them
    )
    return lark.parse_interactive().parser_state, UnexpectedToken


_MOST_SHAPES = 1000
_shapes: dict[tuple[str, ...], _Shape] = {}


def _read(source: Source, found: StatementTokens) -> Union[Statement, _Mistake]:
    tokens = found.tokens
    types = tuple([token.type for token in tokens])
    shape = _shapes.get(types)
    if shape is None:
        parsed = _parse(source, tokens)
        if isinstance(parsed, _Mistake):
            return parsed
        if len(_shapes) >= _MOST_SHAPES:
            _shapes.clear()
        shape = _shapes[types] = parsed
    return _node(found, shape, _onion(source.text, found))


def _parse(source: Source, tokens: list[Token]) -> Union[_Shape, _Mistake]:
    """What Lark makes of a statement's tokens."""
    fresh, refused = _grammar()
    feed: Callable[..., Any] = type(fresh)(fresh.parse_conf, fresh.lexer).feed_token
    indexed = [Token(token.type, str(index), index, index) for index, token in enumerate(tokens)]
    try:
        for token in indexed[:-1]:
            feed(token)
        shape: _Shape = feed(indexed[-1], is_end=True)
    except refused as unexpected:
        wrong = tokens[int(unexpected.token.value)]
        message, span = explain(tokens, wrong, unexpected.expected)
        return _Mistake(source.error(DavosParserError, message, span), wrong)
    return shape


def _node(found: StatementTokens, shape: _Shape, onion: OnionComment | None) -> Statement:
    tokens = found.tokens
    names = tuple([_alias(tokens, name) for name in shape.names])
    if shape.module is None:
        return Smuggle(names, found.span, onion)
    level, first, last = shape.module
    module = None if first is None else _dotted(tokens, first, last)
    return SmuggleFrom(module, level, names, found.span, onion)


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


def _onion(text: str, found: StatementTokens) -> OnionComment | None:
    """The onion comment on the statement's first physical line, else the one on its last."""
    onion = None
    if found.first_comment is not None:
        onion = read_onion_comment(text, found.first_comment)
    if onion is None and found.last_comment is not None:
        onion = read_onion_comment(text, found.last_comment)
    return onion
