"""Source text with smuggle statements to Python text: the language and its onion comments.

What depends on where a statement runs is left to the call: `from x smuggle *` inside a
function, a relative module outside a package.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Callable, Iterable, Iterator

from davos.source import Source
from davos.syntax.compiler import Binding, compile_statements
from davos.syntax.lexer import Lexer
from davos.syntax.parser import load as load_syntax
from davos.syntax.parser import parse as parse_source
from davos.syntax.parser import parse_all

if TYPE_CHECKING:
    from davos.onion.comment import Onion
    from davos.onion.near_miss import NearMiss
    from davos.span import Span
    from davos.syntax.nodes import Statement

__all__ = [
    "SMUGGLE",
    "Tell",
    "as_imports",
    "keyword_offsets",
    "load",
    "near_misses",
    "parse",
    "parse_all",
    "translate",
]

Tell = Callable[[int, str], None]
"""Gets the row of something in a text that is not wrong but has no effect, and a sentence."""

SMUGGLE = "smuggle"


def load() -> None:
    """Import all that `translate` needs, so that no later call does."""
    from davos.onion.validator import load as load_onions  # noqa: PLC0415 - costs 80 ms

    load_syntax()
    load_onions()


def translate(
    source: str,
    *,
    filename: str = "<unknown>",
    binding: Binding = "global",
    tell: Tell | None = None,
) -> str:
    """The text with each smuggle statement replaced by calls of `smuggle()`.

    The number of lines stays the same, and so does the line of all other code; a text
    without smuggle statements comes back as it is, the same object. `binding` "local" binds
    names where `import` would, as in a module; else they are bound by the calls.
    `tell` gets the row of each comment that looks like an onion comment and is none, and a
    sentence about it.

    Raises
    ------
    DavosParserError
        (a `SyntaxError`) at a malformed smuggle statement
    OnionParserError
        (a `DavosParserError`) at an onion comment that does not hold

    """
    if "smuggle" not in source:
        return source
    translated, misses = _translate(source, filename, binding)
    if tell is not None:
        for row, message in misses:
            tell(row, message)
    return source if translated is None else translated


def as_imports(
    text: str, keywords: Iterable[int] | None = None, *, same_width: bool = False
) -> str:
    """The text with `import` for the keyword `smuggle`, for tools that only parse Python.

    The syntax of both is the same, and so are the lines and the indentation, also of an
    unfinished text. `keywords` are the offsets of the keywords, in order, if they are
    known. With `same_width` no column moves.
    """
    word = "import".ljust(len(SMUGGLE) if same_width else 0)
    parts, position = [], 0
    for start in keyword_offsets(text) if keywords is None else keywords:
        parts += [text[position:start], word]
        position = start + len(SMUGGLE)
    return "".join([*parts, text[position:]])


def keyword_offsets(text: str) -> list[int]:
    """Where the keyword `smuggle` of each statement stands, well-formed or not."""
    if SMUGGLE not in text:
        return []
    tokens = (statement.tokens for statement in Lexer(text).statements())
    return [next(token.start for token in found if token.type == "SMUGGLE") for found in tokens]


def parse(source: str, *, filename: str = "<unknown>") -> tuple[Statement, ...]:
    """The smuggle statements of a text; raises `DavosParserError` at a malformed one."""
    return parse_source(Source(source, filename))


@lru_cache(maxsize=256)
def _translate(
    text: str, filename: str, binding: Binding
) -> tuple[str | None, list[tuple[int, str]]]:
    """The translated text, or None if there is nothing to translate, and what `tell` gets."""
    source = Source(text, filename)
    statements = parse_source(source)
    if not statements:
        return None, []
    validated = [(found, _validated(found, source)) for found in statements]
    misses = [
        (source.location(span.start).row, miss.message)
        for found in statements
        for span, miss in near_misses(text, found)
    ]
    return compile_statements(text, validated, binding=binding), misses


def near_misses(text: str, statement: Statement) -> Iterator[tuple[Span, NearMiss]]:
    """The comments of a statement that look like an onion comment; none if it has one."""
    if not statement.comments:
        return
    from davos.onion.near_miss import near_miss  # noqa: PLC0415 - for such comments only

    module = getattr(statement, "module", None) or statement.names[0].name
    for span in statement.comments:
        miss = near_miss(text[span.start : span.end], module.partition(".")[0])
        if miss:
            yield span, miss


def _validated(statement: Statement, source: Source) -> Onion | None:
    if statement.onion is None:
        return None
    from davos.onion.validator import validate  # noqa: PLC0415 - costs 80 ms

    return validate(statement.onion, source)
