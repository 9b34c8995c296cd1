"""Which statements of a cell exclude each other: those in different branches."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, Union

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.documents.python_source import Scope

__all__ = ["Branches", "branches", "exclude_each_other"]

Branches = tuple[tuple[ast.AST, Union[ast.AST, str]], ...]
"""The statements with branches around a statement, the outermost first, and the branch of each."""


def branches(cell: ParsedCell) -> dict[int, Branches]:
    """The branches around each import (or smuggle) of a cell, by where it starts."""
    return {cell.offset(node): tuple(_around((*scope, node))) for node, scope in cell.import_nodes}


def exclude_each_other(one: Branches, other: Branches) -> bool:
    """Whether of two statements of a cell only one runs."""
    for (outer, branch), (other_outer, other_branch) in zip(one, other):
        if outer is not other_outer:
            return False
        if branch is not other_branch:
            return True
    return False


def _around(path: Scope) -> Iterator[tuple[ast.AST, ast.AST | str]]:
    for outer, inner in zip(path, path[1:]):
        branch = _branch(outer, inner)
        if branch is not None:
            yield outer, branch


def _branch(outer: ast.AST, inner: ast.AST) -> ast.AST | str | None:
    """The branch of a statement in which a part of it lies; None if that runs in any case."""
    kind = type(outer).__name__  # Match is new in Python 3.10, TryStar in 3.11
    if kind == "Match":
        return inner
    if isinstance(outer, ast.If):
        return "body" if inner in outer.body else "orelse"
    if kind not in {"Try", "TryStar"} or inner in getattr(outer, "finalbody", ()):
        return None
    if not isinstance(inner, ast.ExceptHandler):
        return "body"  # and its `else`: both run
    return inner if kind == "Try" else "handlers"  # several `except*` may run
