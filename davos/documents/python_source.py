"""A cell as Python's own parser sees it: `smuggle` reads `import`, and no column moves."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from typing import TYPE_CHECKING, Iterator, Union

from davos.span import Span
from davos.syntax.nodes import Smuggle
from davos.syntax.skimmer import NAME

if TYPE_CHECKING:
    from davos.source import Source
    from davos.syntax.nodes import Statement

__all__ = [
    "Import",
    "Scope",
    "comments",
    "imports",
    "keyword",
    "offset",
    "parse",
    "scopes",
]

# The fields of a node that hold statements, handlers and cases, in the order of the text.
_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")
_IDENTIFIER = re.compile(NAME)

Import = Union[ast.Import, ast.ImportFrom]

Scope = tuple[ast.AST, ...]
"""The nodes around a node, the outermost first."""


def keyword(text: str, start: int, statement: Statement | Import) -> int:
    """The offset of the word `smuggle` or `import` of a statement that starts at an offset."""
    if isinstance(statement, (Smuggle, ast.Import)):
        return start
    dotted = statement.module.count(".") + 1 if statement.module else 0
    words = _IDENTIFIER.finditer(text, start + len("from"))
    return next(word for number, word in enumerate(words) if number == dotted).start()


def parse(text: str) -> ast.Module:
    """Parse a text; warnings, as of invalid escapes, are suppressed. Raises `SyntaxError`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error)) from None


def offset(source: Source, row: int, column: int) -> int:
    """The offset of a place as `ast` tells it: row from 1, column in bytes from 0."""
    return source.line_starts[row - 1] + source.column(row, column, "utf-8") - 1


def scopes(tree: ast.AST, around: Scope = ()) -> Iterator[tuple[ast.AST, Scope]]:
    """Every node below a node, in the order of the text, with what is around it."""
    stack = [(tree, around)]
    while stack:
        node, outer = stack.pop()
        if outer or node is not tree:
            yield node, outer
        inner = (*outer, node)
        stack.extend((child, inner) for child in reversed(list(ast.iter_child_nodes(node))))


def imports(tree: ast.AST) -> Iterator[tuple[Import, Scope]]:
    """Every import statement of a tree, in the order of the text, with what is around it.

    Expressions, which hold none, are passed over: they are most of a tree.
    """
    stack: list[tuple[ast.AST, Scope]] = [(tree, ())]
    while stack:
        node, outer = stack.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, outer
            continue
        inside = [child for field in _BLOCKS for child in getattr(node, field, ())]
        if inside:
            inner = (*outer, node)
            stack.extend((child, inner) for child in reversed(inside))


def comments(source: Source, text: str) -> list[Span]:
    """The comments of a text, up to where it can no longer be read."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                start = source.line_starts[row - 1] + column
                found.append(Span(start, start + len(token.string)))
    except (tokenize.TokenError, SyntaxError, IndexError):
        pass
    return found
