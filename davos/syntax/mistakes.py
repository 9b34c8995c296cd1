"""Error messages for malformed smuggle statements, in the wording of Python's own."""

from __future__ import annotations

from typing import AbstractSet

from davos.span import Span
from davos.syntax.lexer import END, FUTURE, KEYWORD, Token

__all__ = ["explain"]

_EXPECTED = {
    "AS": "'as'",
    "COMMA": "','",
    "DOT": "'.'",
    "IDENTIFIER": "a name",
    "LPAR": "'('",
    "RPAR": "')'",
    "SMUGGLE": "'smuggle'",
    "STAR": "'*'",
    END: "the end of the statement",
}


def explain(tokens: list[Token], token: Token, expected: AbstractSet[str]) -> tuple[str, Span]:
    """The message about a token that the grammar does not allow there, and its place."""
    before = [earlier for earlier in tokens if earlier.end <= token.start and earlier is not token]
    return (
        _about_parentheses(before, token)
        or _about_missing_names(before, token)
        or _about_future(token)
        or _about_names(before, token, expected)
        or (
            f"expected {_alternatives(before, expected)}{_not(token)}{_meant(before, token)}",
            _span(token),
        )
    )


def _about_parentheses(before: list[Token], token: Token) -> tuple[str, Span] | None:
    opened = next((earlier for earlier in before if earlier.type == "LPAR"), None)
    closed = any(earlier.type == "RPAR" for earlier in before)
    if opened and not closed:
        if token.type == END:
            return "'(' was never closed", _span(opened)
        if token.value in {"]", "}"}:
            return (
                f"closing parenthesis '{token.value}' does not match opening parenthesis '('",
                _span(token),
            )
    elif token.value in {")", "]", "}"}:
        return f"unmatched '{token.value}'", _span(token)
    return None


def _about_missing_names(before: list[Token], token: Token) -> tuple[str, Span] | None:
    last = before[-1]
    if last.type == "SMUGGLE" and token.type == END:
        return "expected one or more names after 'smuggle'", _span(token)
    if last.type == "LPAR" and token.type == "RPAR":
        return "expected one or more names between the parentheses", _span(token)
    if last.type == "COMMA" and token.type == END:
        if before[0].type == "FROM":
            return "trailing comma not allowed without surrounding parentheses", _span(last)
        return "trailing comma not allowed", _span(last)
    return None


def _about_future(token: Token) -> tuple[str, Span] | None:
    if token.type == FUTURE:
        return "a future statement cannot smuggle: use 'from __future__ import'", _span(token)
    return None


def _about_names(
    before: list[Token], token: Token, expected: AbstractSet[str]
) -> tuple[str, Span] | None:
    last = before[-1]
    if token.type == KEYWORD and "IDENTIFIER" in expected:
        return f"expected a name, not the keyword '{token.value}'", _span(token)
    if token.type == "STAR" and before[0].type == "SMUGGLE":
        return "'smuggle *' needs a module: 'from module smuggle *'", _span(token)
    if last.type == "AS":
        return f"expected a name after 'as'{_not(token)}", _span(token)
    if token.type == "DOT" and len(before) > 1 and before[-2].type == "AS":
        return f"a name after 'as' cannot be dotted: '{last.value}.'", _span(token)
    if token.type == "DOT" and before[0].type == "FROM":
        return "a name after 'smuggle' cannot be dotted in a 'from' statement", _span(token)
    return None


def _meant(before: list[Token], token: Token) -> str:
    """What belongs into an onion comment, if that was written behind a module's name."""
    last = before[-1]
    if last.type != "IDENTIFIER" or (len(before) > 1 and before[-2].type == "AS"):
        return ""
    if token.value[:1] in {"=", "<", ">", "~", "!"}:
        return f"; a version goes into an onion comment: # pip: {last.value}==VERSION"
    if token.value[:1] == "-":
        return "; the name of a distribution goes into an onion comment: # pip: NAME"
    if token.value in {"pip", "conda", "uv"}:
        return f"; an onion comment begins with a #: # {token.value}: {last.value}"
    return ""


def _alternatives(before: list[Token], expected: AbstractSet[str]) -> str:
    """`'as', ',' or the end of the statement`

    An LALR parser's states forget whether a parenthesis is open and what came long before.
    """
    seen = {token.type for token in before}
    impossible = {END} if "LPAR" in seen and "RPAR" not in seen else {"RPAR"}
    kinds = expected - impossible - (seen & {"SMUGGLE"})
    words = [word for kind, word in _EXPECTED.items() if kind in kinds]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _not(token: Token) -> str:
    """`, not 'word'`, unless the statement just ends."""
    if token.type == END:
        return ""
    word = token.value.splitlines()[0] if token.value.strip() else token.value
    return f", not {word[:40]!r}"


def _span(token: Token) -> Span:
    return Span(token.start, token.end)
