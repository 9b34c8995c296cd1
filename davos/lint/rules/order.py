"""DAV204, 205, 207: smuggle statements where davos is not imported or not active."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterable, Iterator, Literal, NamedTuple

from davos.lint.rule import Finding, Rule
from davos.lint.rules.order_fixes import earlier_import

if TYPE_CHECKING:
    from davos.documents.parsed_cell import FoundStatement, ParsedCell
    from davos.lint.context import Context

__all__ = ["SmuggleAfterDeactivation", "SmuggleBeforeImport", "SmuggleInImportCell"]

_LOAD = re.compile(r"^[ \t]*(?:#[ \t]*)?%(?:re)?load_ext[ \t]+davos\b", re.MULTILINE)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_Kind = Literal["on", "import", "off", "smuggle"]


class _Event(NamedTuple):
    """What happens to davos at an offset of a cell."""

    offset: int
    kind: _Kind
    found: FoundStatement | None = None


class SmuggleBeforeImport(Rule):
    """A smuggle statement before davos is imported.

    ## What it does
    Finds smuggle statements above the first `import davos` (or `%load_ext davos`) of a
    notebook or script, and those of a notebook that never imports it. A script that
    never does is left alone: `davos run` runs it, or another one imports it.

    ## Why is this bad?
    Until davos is imported, the statement is a SyntaxError.

    ## Example
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1
    # %%
    import davos
    ```
    Use instead:
    ```python
    import davos
    # %%
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV204"
    name = "smuggle-before-import"
    severity = "error"
    fixable = "unsafe"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        return _findings(context, "before", "davos is not imported yet")


class SmuggleInImportCell(Rule):
    """A smuggle statement in the same cell as the first `import davos`.

    ## What it does
    Finds smuggle statements in the cell that imports davos for the first time.

    ## Why is this bad?
    IPython compiles a whole cell before it runs its first line: `smuggle` is not
    translated yet, and the cell raises a SyntaxError.

    ## Example
    ```python
    # %%
    import davos
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    Use instead:
    ```python
    # %%
    import davos
    # %%
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV205"
    name = "smuggle-in-import-cell"
    severity = "error"
    fixable = "unsafe"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        message = "smuggle is available only after the cell that imports davos"
        return _findings(context, "same cell", message)


class SmuggleAfterDeactivation(Rule):
    """A smuggle statement where davos is deactivated.

    ## What it does
    Finds smuggle statements after `davos.deactivate()`, `davos.active = False` or
    `davos.configure(active=False)`, up to where it is activated again (in a notebook,
    that takes effect in the next cell).

    ## Why is this bad?
    The statement is a SyntaxError, or in the same cell a NameError.

    ## Example
    ```python
    import davos
    # %%
    davos.deactivate()
    # %%
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    Use instead:
    ```python
    import davos
    # %%
    davos.activate()
    # %%
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV207"
    name = "smuggle-after-deactivation"
    severity = "error"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        on = at_start = True
        for cell in context.cells:
            at_start = on
            for event in _events(context, cell):
                if event.kind == "off":
                    on = False
                elif event.kind == "on":
                    on = True
                elif event.found and not (on and (at_start or not context.is_notebook)):
                    yield Finding(cell, event.found.statement.span, "davos is deactivated here")


def _findings(context: Context, wanted: str, message: str) -> Iterator[Finding]:
    early = [(cell, found) for cell, found, when in _early(context) if when == wanted]
    repair = earlier_import(context) if early else None
    for cell, found in early:
        yield Finding(cell, found.statement.span, message, repair)


def _early(context: Context) -> Iterator[tuple[ParsedCell, FoundStatement, str]]:
    """The statements before the import, or in the cell of the import, and which of them."""
    events = [(cell, event) for cell in context.cells for event in _events(context, cell)]
    first = next(((cell, e.offset) for cell, e in events if e.kind == "import"), None)
    if first is None and not context.is_notebook:
        return
    for cell, event in events:
        if event.found is None:
            continue
        if first is None or cell.number < first[0].number:
            yield cell, event.found, "before"
        elif cell is first[0] and context.is_notebook:
            yield cell, event.found, "same cell"
        elif cell is first[0] and event.offset < first[1]:
            yield cell, event.found, "before"


def _events(context: Context, cell: ParsedCell) -> list[_Event]:
    """What happens in a cell, in the order of its text."""
    events = [_Event(f.statement.span.start, "smuggle", f) for f in cell.statements]
    if any(name in cell.written for name in context.davos_names):
        if context.is_notebook:
            events += [
                _Event(match.start(), "import")
                for match in _LOAD.finditer(cell.written)
                if context.comments_magics or "#" not in match[0]
            ]
        events += [
            _Event(cell.offset(node), kind)
            for node, scope in cell.nodes
            for kind in _kinds(context, node)
            if not any(isinstance(outer, _FUNCTIONS) for outer in scope)
        ]
    return sorted(events, key=lambda event: event.offset)


def _kinds(context: Context, node: ast.AST) -> Iterator[_Kind]:
    """What a node does to davos."""
    if isinstance(node, ast.Import):
        if any(alias.name.partition(".")[0] == "davos" for alias in node.names):
            yield "import"
    elif isinstance(node, ast.ImportFrom):
        if not node.level and (node.module or "").partition(".")[0] == "davos":
            yield "import"
    elif isinstance(node, ast.Call):
        yield from _called(context, node)
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            if context.davos_path(target) in {("active",), ("config", "active")}:
                yield from _switched(node.value)


def _called(context: Context, node: ast.Call) -> Iterator[_Kind]:
    path = context.davos_path(node.func)
    if path == ("activate",):
        yield "on"
    elif path == ("deactivate",):
        yield "off"
    elif path == ("configure",):
        for keyword in node.keywords:
            if keyword.arg == "active":
                yield from _switched(keyword.value)


def _switched(value: ast.expr) -> Iterator[_Kind]:
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        yield "on" if value.value else "off"
