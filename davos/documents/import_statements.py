"""Import statements: whether what they name is needed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from davos.documents.python_source import Scope

__all__ = ["handles_absence", "is_for_types"]

_HANDLERS = frozenset({"BaseException", "Exception", "ImportError", "ModuleNotFoundError"})


def handles_absence(scope: Scope) -> bool:
    """Whether it is handled that what is imported there is not installed."""
    return any(type(outer).__name__ in {"Try", "TryStar"} and _handles(outer) for outer in scope)


def is_for_types(scope: Scope) -> bool:
    """Whether only type checkers see what is imported there."""
    return any(
        isinstance(outer, ast.If) and "'TYPE_CHECKING'" in ast.dump(outer.test) for outer in scope
    )


def _handles(block: ast.AST) -> bool:
    return any(
        handler.type is None
        or any(isinstance(n, ast.Name) and n.id in _HANDLERS for n in ast.walk(handler.type))
        for handler in getattr(block, "handlers", ())
    )
