"""DAV209: fields of `davos.config` that do not exist."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterable, Iterator

from davos.configuration import FIELDS, Config
from davos.lint.rule import Change, Finding, Repair, Rule
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.diagnostic import Applicability
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context

__all__ = ["UnknownConfigField"]

_METHODS = frozenset(name for name in vars(Config) if not name.startswith("_"))


class UnknownConfigField(Rule):
    """A field that `davos.config` does not have.

    ## What it does
    Finds names of config fields, read or written through `davos.config`, set on
    `davos` itself or given to `davos.configure()`, that do not exist.

    ## Why is this bad?
    The line raises an error; davos 0.2.3 ignored it silently.

    ## Example
    ```python
    import davos
    # %%
    davos.config.supress_stdout = True
    ```
    Use instead:
    ```python
    import davos
    # %%
    davos.config.suppress_stdout = True
    ```
    """

    code = "DAV209"
    name = "unknown-config-field"
    severity = "error"
    fixable = "safe"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for cell in context.cells:
            for node, _ in cell.nodes if _has_fields(context, cell) else ():
                for name, span in _fields(context, cell, node):
                    if name not in FIELDS:
                        yield _finding(cell, name, span)


def _has_fields(context: Context, cell: ParsedCell) -> bool:
    return any(name in cell.source.text for name in context.davos_names)


def _fields(context: Context, cell: ParsedCell, node: ast.AST) -> Iterator[tuple[str, Span]]:
    """The names in a node that must be fields, with their places."""
    if isinstance(node, ast.Attribute):
        if _must_be_field(node, context.davos_path(node)):
            end = cell.span(node).end
            yield node.attr, Span(end - len(node.attr), end)
    elif isinstance(node, ast.Call) and context.davos_path(node.func) == ("configure",):
        for keyword in node.keywords:
            if keyword.arg is not None:
                start = cell.offset(keyword)
                yield keyword.arg, Span(start, start + len(keyword.arg))


def _must_be_field(node: ast.Attribute, path: tuple[str, ...] | None) -> bool:
    if path is None:
        return False
    if path[:-1] == ("config",):
        return node.attr not in _METHODS and node.attr[0] != "_"
    return len(path) == 1 and isinstance(node.ctx, ast.Store) and bool(_nearest(node.attr))


def _nearest(name: str) -> list[str]:
    return get_close_matches(name, FIELDS, 2, cutoff=0.7)


def _finding(cell: ParsedCell, name: str, span: Span) -> Finding:
    near = _nearest(name)
    if not near:
        return Finding(cell, span, f"davos.config has no field {name!r}")
    message = f"davos.config has no field {name!r}; did you mean {near[0]!r}?"
    sure: Applicability = "safe" if len(near) == 1 and FIELDS[near[0]].writable else "unsafe"
    repair = Repair(f"Replace with `{near[0]}`", sure, (Change(cell, span, near[0]),))
    return Finding(cell, span, message, repair)
