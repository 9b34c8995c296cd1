"""Which imports of a document become smuggles."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from davos.distributions.import_names import (
    comes_with_kernel,
    imported_modules,
    is_local,
    parts_named,
)
from davos.documents.import_statements import handles_absence, is_for_types
from davos.syntax.nodes import Smuggle

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.documents.python_source import Import
    from davos.syntax.nodes import Statement

__all__ = ["Imports", "is_foreign", "statement_modules"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def is_foreign(module: str, filename: str) -> bool:
    """Whether a dotted module comes from a distribution that could be smuggled."""
    return not (comes_with_kernel(module) or is_local(module.partition(".")[0], filename))


def statement_modules(statement: Statement) -> list[str]:
    """The modules that a smuggle statement names, as `imported_modules` does for an import."""
    names = [alias.name for alias in statement.names]
    if isinstance(statement, Smuggle):
        return names
    if statement.level or not statement.module:
        return []
    return parts_named(statement.module, names)


class Imports:
    """The import statements of a cell that may become smuggles, by their nodes.

    Left out are those that only type checkers see, and in notebooks those in functions and
    classes, where a smuggle would bind a global name: they are in `kept`.
    `optional` are those in a `try` that handles the module's absence.
    """

    def __init__(self, facts: ParsedCell) -> None:
        self.optional: set[Import] = set()
        self.kept: list[Import] = []
        self.nodes: set[Import] = set()
        is_notebook = facts.document.kind == "notebook"
        for node, scope in facts.import_nodes:
            if facts.offset(node) in facts.by_start or is_for_types(scope):
                continue
            modules = imported_modules(node)
            if not any(is_foreign(module, facts.document.filename) for module in modules):
                continue
            if is_notebook and any(isinstance(outer, _FUNCTIONS) for outer in scope):
                self.kept.append(node)
                continue
            self.nodes.add(node)
            if handles_absence(scope):
                self.optional.add(node)
