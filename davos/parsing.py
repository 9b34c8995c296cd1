"""The Lark parser of both grammars: which rules apply to a sequence of token types.

The grammars decide by the types of the tokens alone, so their rules build results
out of token indices. Such a result applies to every sequence of the same types:
Lark parses each sequence once. Lark is used through its documented interface only: a
custom lexer, which yields the given types, and a transformer.

The trees of common sequences are kept beside a grammar, in `grammar/NAME.json`, together with the
text of the grammar that they are from. While that is the grammar's text, Lark is loaded for
other sequences only: to import it and to build the parser takes 40 ms.
"""

from __future__ import annotations

import json
from functools import cached_property, lru_cache
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    AbstractSet,
    Any,
    Callable,
    Generic,
    Iterable,
    Iterator,
    Mapping,
    NamedTuple,
    TypeVar,
)

if TYPE_CHECKING:
    from lark import Lark

__all__ = ["Driver", "UnexpectedTokenError", "grammar_text", "kept_trees", "trees"]

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


class _Leaf(NamedTuple):
    """A token of a kept tree: all that the rules read of a Lark token."""

    start_pos: int


class Driver(Generic[_Result]):
    """A parser for one grammar, which is a text in Lark's notation.

    `start` is the name of the grammar's first rule. `rules` is a class with a method
    for each rule: it gets the rule's children and returns what the rule stands for. A
    child is the result of another rule, or a token with its index in `start_pos`. `trees` are
    those that the grammar gives common sequences (`kept_trees`).
    """

    def __init__(
        self, text: str, start: str, rules: type, trees: Mapping[str, list[Any]] | None = None
    ) -> None:
        self._grammar = text, start
        self._rules = rules
        self._trees = trees or {}
        self.parse: Callable[[tuple[str, ...]], _Result] = lru_cache(_MOST_RESULTS)(self._parse)
        """What the rules build from token types; raises UnexpectedTokenError."""
        if not self._trees:
            self.load()

    def load(self) -> None:
        """Load Lark and build the parser, so that no later call does."""
        _ = self._lark

    @cached_property
    def _lark(self) -> Lark:
        return _lark(*self._grammar, self._rules)

    def _parse(self, types: tuple[str, ...]) -> _Result:
        kept = self._trees.get(" ".join(types))
        result: Any = self._parsed(types) if kept is None else self._built(kept)
        return result  # type: ignore[no-any-return]

    def _built(self, kept: list[Any]) -> Any:
        """What the rules build from a kept tree: `[rule, child, ...]`, a token is its index."""
        rule, *children = kept
        return getattr(self._rules, rule)(
            [_Leaf(one) if isinstance(one, int) else self._built(one) for one in children]
        )

    def _parsed(self, types: tuple[str, ...]) -> Any:
        lark = self._lark
        from lark.exceptions import UnexpectedToken  # noqa: PLC0415 - loaded with the grammar

        try:
            # A custom lexer may be given any object. Lark returns what its transformer returns.
            return lark.parse(types)
        except UnexpectedToken as error:
            at_end = error.token.type == "$END"
            index = len(types) if at_end else error.token.start_pos or 0
            raise UnexpectedTokenError(index, error.expected) from None


class _NoRules:
    """Lark's own trees stay."""


def trees(text: str, start: str, sequences: Iterable[str]) -> dict[str, list[Any]]:
    """The trees that a grammar gives sequences of token types, as they are kept.

    The types of a sequence are joined by spaces. Raises UnexpectedTokenError.
    """
    driver: Driver[Any] = Driver(text, start, _NoRules)
    return {types: _as_list(driver.parse(tuple(types.split()))) for types in sequences}


def _as_list(found: Any) -> list[Any]:
    leaves = (child.start_pos if hasattr(child, "start_pos") else None for child in found.children)
    pairs = zip(found.children, leaves)
    return [str(found.data), *[_as_list(one) if leaf is None else leaf for one, leaf in pairs]]


def kept_trees(name: str, text: str) -> Mapping[str, list[Any]]:
    """Token types, joined by spaces -> tree; none for another text of the grammar `name`."""
    kept: dict[str, Any] = json.loads(_data(f"{name}.json"))
    return kept["trees"] if kept["grammar"] == text else {}


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
    return _data(f"{name}.lark")


def _data(file: str) -> str:
    from pkgutil import get_data  # noqa: PLC0415 - with the first statement only

    data = get_data("davos.grammar", file)
    if data is None:  # a clone that is not installed: setuptools maps the package to a folder
        data = (Path(__file__).parent.parent / "grammar" / file).read_bytes()
    return data.decode("utf-8")
