"""From the tokens of a smuggle statement to its node, by the grammar in `grammar/smuggle.lark`.

Lark and the grammar are loaded when the first statement turns up.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple, Optional, Union

from davos.exceptions import DavosParserError
from davos.source import Source, Span
from davos.syntax.lexer import Lexer, StatementTokens, Token
from davos.syntax.mistakes import explain
from davos.syntax.nodes import Alias, OnionComment, Smuggle, SmuggleFrom, Statement
from davos.syntax.onion_comment import read_onion_comment

if TYPE_CHECKING:
    from lark.exceptions import UnexpectedToken
    from lark.parsers.lalr_parser_state import ParserState

__all__ = ["parse", "parse_all"]


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


class _Module(NamedTuple):
    """`relative_module ::= "."* module | "."+`"""

    level: int
    name: Optional[str]


class _Names(NamedTuple):
    """What a statement names; `module` is None in `smuggle a`."""

    module: Optional[_Module]
    names: tuple[Alias, ...]


class _Builder:
    """One method for each rule of the grammar; Lark calls it with the rule's children."""

    @staticmethod
    def module(children: list[Token]) -> Token:
        """`module ::= (identifier ".")* identifier`"""
        if len(children) == 1:
            return children[0]
        name = "".join([child.value for child in children])
        return Token("IDENTIFIER", name, children[0].start, children[-1].end)

    @staticmethod
    def relative_module(children: list[Token]) -> _Module:
        """`relative_module ::= "."* module | "."+`"""
        if children[-1].type == "DOT":
            return _Module(len(children), None)
        return _Module(len(children) - 1, children[-1].value)

    @staticmethod
    def name_as(children: list[Token]) -> Alias:
        """`identifier ["as" identifier]`, or `module ["as" identifier]`"""
        name = children[0]
        if len(children) == 1:
            return Alias(name.value, None, Span(name.start, name.end))
        asname = children[2]
        return Alias(name.value, asname.value, Span(name.start, asname.end))

    module_as = name_as

    @staticmethod
    def star(children: list[Token]) -> Alias:
        """`"*"`"""
        return Alias("*", None, Span(children[0].start, children[0].end))

    @staticmethod
    def smuggle(children: list[Any]) -> _Names:
        """`"smuggle" module ["as" identifier] ("," module ["as" identifier])*`"""
        return _Names(None, tuple(children[1::2]))

    @staticmethod
    def smuggle_from(children: list[Any]) -> _Names:
        """`"from" relative_module "smuggle" ...`"""
        names = [child for child in children[3:] if isinstance(child, Alias)]
        return _Names(children[1], tuple(names))


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


def _read(source: Source, found: StatementTokens) -> Union[Statement, _Mistake]:
    fresh, refused = _grammar()
    feed: Callable[..., Any] = type(fresh)(fresh.parse_conf, fresh.lexer).feed_token
    tokens = found.tokens
    try:
        for token in tokens[:-1]:
            feed(token)
        names = feed(tokens[-1], is_end=True)
    except refused as unexpected:
        message, span = explain(tokens, unexpected.token, unexpected.expected)
        return _Mistake(source.error(DavosParserError, message, span), unexpected.token)
    return _node(found, names, _onion(source.text, found))


def _node(found: StatementTokens, names: _Names, onion: OnionComment | None) -> Statement:
    if names.module is None:
        return Smuggle(names.names, found.span, onion)
    return SmuggleFrom(names.module.name, names.module.level, names.names, found.span, onion)


def _onion(text: str, found: StatementTokens) -> OnionComment | None:
    """The onion comment on the statement's first physical line, else the one on its last."""
    onion = None
    if found.first_comment is not None:
        onion = read_onion_comment(text, found.first_comment)
    if onion is None and found.last_comment is not None:
        onion = read_onion_comment(text, found.last_comment)
    return onion
