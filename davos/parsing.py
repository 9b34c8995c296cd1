"""The Lark parser of both grammars: which rules apply to a sequence of token types.

The grammars decide by the types of the tokens alone, so their rules build results
out of token indices. Such a result applies to every sequence of the same types:
Lark parses each sequence once. Lark is used through its documented interface only: a
custom lexer, which yields the given types, and a transformer.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, AbstractSet, Any, Callable, Generic, Iterator, TypeVar

if TYPE_CHECKING:
    from lark import Lark

__all__ = ["Driver", "UnexpectedTokenError", "grammar_text"]

_MOST_RESULTS = 1000
_Result = TypeVar("_Result")


class UnexpectedTokenError(ValueError):
    """The grammar does not allow a token where it stands.

    `index` is the token's, or the number of tokens if more should follow;
    `expected` holds the types that the grammar allows there.
    """

    def __init__(self, index: int, expected: AbstractSet[str]) -> None:
        super().__init__(f"token {index}: expected {', '.join(sorted(expected))}")
        self.index = index
        self.expected = expected


class Driver(Generic[_Result]):
    """A parser for one grammar, which is a text in Lark's notation.

    `start` is the name of the grammar's first rule. `rules` is a class with a method
    for each rule: it gets the rule's children and returns what the rule stands for. A
    child is the result of another rule, or a Lark token with its index in `start_pos`.
    """

    def __init__(self, text: str, start: str, rules: type) -> None:
        self._lark = _lark(text, start, rules)
        self.parse: Callable[[tuple[str, ...]], _Result] = lru_cache(_MOST_RESULTS)(self._parse)
        """What the rules build from token types; raises UnexpectedTokenError."""

    def _parse(self, types: tuple[str, ...]) -> _Result:
        from lark.exceptions import UnexpectedToken  # noqa: PLC0415 - loaded with the grammar

        try:
            # A custom lexer may be given any object. Lark returns what its transformer returns.
            result: Any = self._lark.parse(types)
        except UnexpectedToken as error:
            at_end = error.token.type == "$END"
            index = len(types) if at_end else error.token.start_pos or 0
            raise UnexpectedTokenError(index, error.expected) from None
        return result  # type: ignore[no-any-return]


def _lark(text: str, start: str, rules: type) -> Lark:
    from lark import Lark, Token, Transformer  # noqa: PLC0415 - takes 44 ms
    from lark.lexer import Lexer  # noqa: PLC0415

    class TypesLexer(Lexer):
        """Yields a token for each of the types that Lark's `parse` is given."""

        def __init__(self, _: Any) -> None: ...

        def lex(self, types: Any, _: Any = None) -> Iterator[Token]:
            for index, kind in enumerate(types):
                yield Token(kind, kind, index)

    return Lark(
        text,
        parser="lalr",
        lexer=TypesLexer,
        start=start,
        transformer=type("Rules", (rules, Transformer), {})(),
        maybe_placeholders=False,
        keep_all_tokens=True,  # leaving tokens out costs more than passing over them
    )


def grammar_text(name: str) -> str:
    """A grammar of davos: `smuggle` or `onion`."""
    from pkgutil import get_data  # noqa: PLC0415 - with the first statement only

    data = get_data("davos.grammar", f"{name}.lark")
    if data is None:  # a clone that is not installed: setuptools maps the package to a folder
        data = (Path(__file__).parent.parent / "grammar" / f"{name}.lark").read_bytes()
    return data.decode("utf-8")
