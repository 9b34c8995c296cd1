"""DAV307, 308: packages that the document needs but does not smuggle."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterable

from davos.distributions.import_names import (
    comes_with_kernel,
    imported_modules,
    installed_version,
    is_ambiguous,
    providers,
)
from davos.distributions.namespaces import decisive
from davos.documents.import_statements import handles_absence, is_for_types
from davos.documents.python_source import keyword
from davos.lint.rule import Change, Finding, Repair, Rule
from davos.lint.rules.pip_lines import distributions, fold, packages, wanted
from davos.onion.pip_command import conda_lines, install_lines
from davos.span import Span
from davos.syntax.onion_comment import read_onion_comment

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context
    from davos.onion.pip_command import InstallLine

__all__ = ["PipInstall", "PlainImport"]


class PlainImport(Rule):
    """A third-party import in a document that smuggles others.

    ## What it does
    Finds `import` statements of packages that are neither in the standard library, nor
    in the folder of the file, nor smuggled in it, in documents that smuggle something. Imports in
    a `try` that handles their absence are left alone.

    ## Why is this bad?
    The document looks self-contained, but fails, or behaves differently, where this
    package is missing or another version of it is installed.

    ## Example
    ```python
    import pandas as pd
    smuggle numpy as np    # pip: numpy==1.26.4
    ```
    Use instead:
    ```python
    smuggle pandas as pd    # pip: pandas==2.2.1
    smuggle numpy as np    # pip: numpy==1.26.4
    ```
    """

    code = "DAV307"
    name = "plain-import"
    fixable = "unsafe"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        if not context.smuggling:
            return
        smuggled = {decisive(target.module) for target in context.named}
        for cell in context.cells:
            for node, scope in cell.import_nodes if "import" in cell.source.text else ():
                if handles_absence(scope) or is_for_types(scope):
                    continue
                if cell.offset(node) in cell.by_start:
                    continue
                missing = [
                    module
                    for module in imported_modules(node)
                    if decisive(module) not in smuggled and _is_foreign(context, module)
                ]
                if missing:
                    verb = "is" if len(missing) == 1 else "are"
                    message = f"{', '.join(missing)} {verb} imported, not smuggled"
                    repair = _smuggled(cell, node, missing[0])
                    yield Finding(cell, cell.span(node), message, repair)


class PipInstall(Rule):
    """A `%pip install` or `%conda install` that an onion comment can replace.

    ## What it does
    Finds `%pip install`, `!pip install`, `%conda install`, `!mamba install` and the like of
    packages that the document imports or smuggles, in documents that use davos. davos itself and
    what the notebook runs in (pip, ipykernel, ...) are left alone. The fix is for lines of pip;
    `davos convert` replaces those of conda, too.

    ## Why is this bad?
    It changes the environment the notebook runs in, also for everything else that uses
    it, and asks the index at every run. An onion comment installs into the
    notebook's own project, and only what is missing.

    ## Example
    ```python
    # %%
    # %pip install "davos>=0.3" tqdm==4.66.1
    import davos
    # %%
    import tqdm
    ```
    Use instead:
    ```python
    # %%
    # %pip install "davos>=0.3"
    import davos
    # %%
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV308"
    name = "pip-install"
    fixable = "unsafe"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        asked_for: frozenset[str] | None = None
        for cell in context.cells if context.is_notebook else ():
            for line in (*install_lines(cell.written), *conda_lines(cell.written)):
                if not packages(line.command) or not _is_magic(context, cell, line):
                    continue
                if asked_for is None:
                    asked_for = distributions(context)
                found = wanted(line.command, asked_for)
                if found:
                    tool, named = line.command.installer, ", ".join(found)
                    message = f"replace this {tool} install with an onion comment: {named}"
                    alone = line.is_comment or line.magic == line.start
                    repair = fold(context, cell, line) if alone else None
                    yield Finding(cell, Span(line.magic, line.end), message, repair)


def _is_foreign(context: Context, module: str) -> bool:
    return not (comes_with_kernel(module) or context.is_local(module.partition(".")[0]))


def _smuggled(cell: ParsedCell, node: ast.Import | ast.ImportFrom, module: str) -> Repair | None:
    """The statement as a smuggle of what its onion comment asks for, or of what is installed."""
    text, span = cell.source.text, cell.span(node)
    rest = cell.behind(span)
    if rest is None:
        return None
    if len(node.names) > 1 and isinstance(node, ast.Import):
        return None
    at = keyword(text, span.start, node)
    smuggle = Change(cell, Span(at, at + len("import")), "smuggle")
    comment = cell.comment_at(rest)
    if comment and read_onion_comment(text, comment):
        return Repair("Smuggle it", "unsafe", (smuggle,))
    known = providers(module)
    if not known and is_ambiguous(module):
        return None
    name = next(iter(known), module.partition(".")[0])
    version = installed_version(name)
    if version is None:
        return None
    onion = Change(cell, Span(span.end, span.end), f"  # pip: {name}=={version}")
    return Repair(f"Smuggle {name} {version}", "unsafe", (smuggle, onion))


def _is_magic(context: Context, cell: ParsedCell, line: InstallLine) -> bool:
    """Whether a line that looks like a magic is one, not a line of a string."""
    if line.is_comment:
        number_sign = cell.written.index("#", line.start)
        return context.comments_magics and any(
            comment.start == number_sign for comment in cell.comments
        )
    return cell.source.text[line.magic] != cell.written[line.magic]
