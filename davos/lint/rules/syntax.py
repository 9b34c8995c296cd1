"""DAV0xx: malformed statements, invalid Python, and unused noqa comments."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Iterable

from davos.lint.rule import Finding, Rule
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context

__all__ = ["InvalidPython", "MalformedStatement", "UnusedNoqa"]

_VERSION = ".".join(map(str, sys.version_info[:2]))


class MalformedStatement(Rule):
    """A smuggle statement that does not follow the grammar.

    ## What it does
    Finds statements that begin like a smuggle statement and do not follow its grammar.

    ## Why is this bad?
    The cell raises a SyntaxError, and nothing in it runs.

    ## Example
    ```python
    from scipy smuggle    # pip: scipy==1.12.0
    ```
    Use instead:
    ```python
    from scipy smuggle stats    # pip: scipy==1.12.0
    ```
    """

    code = "DAV001"
    name = "malformed-statement"
    severity = "error"


class InvalidPython(Rule):
    """A cell or file that is not valid Python for another reason.

    ## What it does
    Finds cells (or scripts) that Python could not parse even if each smuggle
    statement in them were an import. Only cells that smuggle, import or name davos
    are looked at, and only in documents that use davos. What is valid depends on the
    version of Python that runs `davos check`.

    ## Why is this bad?
    The cell raises a SyntaxError, nothing in it runs, and most rules cannot
    check it.

    ## Example
    ```python
    smuggle numpy as np    # pip: numpy==1.26.4
    total = np.sum([1, 2)
    ```
    Use instead:
    ```python
    smuggle numpy as np    # pip: numpy==1.26.4
    total = np.sum([1, 2])
    ```
    """

    code = "DAV002"
    name = "invalid-python"
    severity = "error"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for cell in context.cells:
            if any(error.code == MalformedStatement.code for error in cell.errors):
                continue
            if isinstance(cell.tree, SyntaxError):
                message = f"not valid Python {_VERSION}: {cell.tree.msg}"
                yield Finding(cell, _place(cell, cell.tree), message)


class UnusedNoqa(Rule):
    """A noqa comment that suppresses no finding.

    ## What it does
    Finds `# noqa: DAV...` comments whose rule finds nothing in that line, and plain
    `# noqa` comments after a smuggle statement without findings. Codes of other
    tools are left alone.

    ## Why is this bad?
    It points the reader to a problem that no longer exists, and hides the next one in
    that line.

    ## Example
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1  # noqa: DAV301
    ```
    Use instead:
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV003"
    name = "unused-noqa"
    fixable = "safe"


def _place(cell: ParsedCell, error: SyntaxError) -> Span:
    """Where a syntax error points, within the cell."""
    starts = cell.source.line_starts
    row = min(max(error.lineno or 1, 1), len(starts))
    length = len(cell.source.line(row))
    column = min(max((error.offset or 1) - 1, 0), length)
    start = starts[row - 1] + column
    return Span(start, min(start + 1, starts[row - 1] + length))
