"""Which imports of a document become smuggles."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from davos.lint.modules import is_local, is_standard

if TYPE_CHECKING:
    from davos.lint.analysis import CellFacts
    from davos.lint.python import Scope

__all__ = ["Imports", "is_foreign"]

# What the kernel itself is made of, or davos: another version of it would end the session.
_RUNNING = frozenset(
    "IPython __main__ davos debugpy ipykernel jupyter_client jupyter_core pip tornado traitlets"
    " zmq".split(),
)
_HOSTED = ("google.colab", "kaggle_secrets", "dbruntime", "pyodide", "js")
_HANDLERS = frozenset({"BaseException", "Exception", "ImportError", "ModuleNotFoundError"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def is_foreign(module: str, filename: str) -> bool:
    """Whether a dotted module comes from a distribution that could be smuggled."""
    top = module.partition(".")[0]
    return not (
        is_standard(top)
        or top in _RUNNING
        or any(module == name or module.startswith(f"{name}.") for name in _HOSTED)
        or is_local(top, filename)
    )


class Imports:
    """The import statements of a cell that may become smuggles, by their nodes.

    Left out are those that only type checkers see, and in notebooks those in functions and
    classes, where a smuggle would bind a global name: they are in `kept`.
    `optional` are those in a `try` that handles the module's absence.
    """

    def __init__(self, facts: CellFacts) -> None:
        self.optional: set[ast.AST] = set()
        self.kept: list[ast.AST] = []
        self.nodes: set[ast.AST] = set()
        is_notebook = facts.document.kind == "notebook"
        for node, scope in facts.nodes:
            if not isinstance(node, (ast.Import, ast.ImportFrom)):
                continue
            if facts.offset(node) in facts.by_start or _for_types(scope):
                continue
            if not any(is_foreign(module, facts.document.filename) for module in modules(node)):
                continue
            if is_notebook and any(isinstance(outer, _FUNCTIONS) for outer in scope):
                self.kept.append(node)
                continue
            self.nodes.add(node)
            if any(
                type(outer).__name__ in {"Try", "TryStar"} and _handles(outer) for outer in scope
            ):
                self.optional.add(node)


def modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The dotted modules that an absolute import names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif not node.level and node.module:
        # Of a namespace package, each part may come from elsewhere.
        parts = [f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*"]
        yield from parts if node.module == "google" else [node.module]


def _for_types(scope: Scope) -> bool:
    return any(
        isinstance(outer, ast.If) and "'TYPE_CHECKING'" in ast.dump(outer.test) for outer in scope
    )


def _handles(block: ast.AST) -> bool:
    return any(
        handler.type is None
        or any(isinstance(n, ast.Name) and n.id in _HANDLERS for n in ast.walk(handler.type))
        for handler in getattr(block, "handlers", ())
    )
