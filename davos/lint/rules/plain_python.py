"""DAV211: scripts that say themselves that plain Python runs them."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Iterable

from davos.lint.rule import Change, Finding, Repair, Rule
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context

__all__ = ["PlainPythonScript"]

# `/usr/bin/python3 -O`, `/usr/bin/env python`, `/usr/bin/env -S FLAG=1 pypy3`; Unix: execve(2).
_SHEBANG = re.compile(r"#![^\r\n]*\b(?:python|pypy)[\w.]*[^\r\n]*")
_TRANSLATED = re.compile(r"\bdavos[ \t]+(?:run|shell|-m)\b|\bpytest\b|%run\b|\.ipynb\b")
_TEST = re.compile(r"(?:test_.*|.*_test|conftest)\.py")
_NEW = "#!/usr/bin/env -S davos run"


class PlainPythonScript(Rule):
    """A script that smuggles and is run by plain Python.

    ## What it does
    Finds scripts with smuggle statements whose `#!` line names Python, and scripts with
    `if __name__ == "__main__":`. The latter are left alone if their text mentions `davos run`,
    `davos shell`, `pytest`, `%run` or a notebook, if a notebook lies in the same folder, and if
    pytest collects them by their name (`test_*.py`, `*_test.py`, `conftest.py`).

    ## Why is this bad?
    `python script.py` compiles the file itself: the first smuggle statement is a SyntaxError.
    Nothing can translate it.

    ## Example
    ```python
    #!/usr/bin/env python3
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    Use instead:
    ```python
    #!/usr/bin/env -S davos run
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV211"
    name = "plain-python-script"
    fixable = "unsafe"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        if context.is_notebook or not context.smuggling:
            return
        cell = context.smuggling[0]
        shebang = _SHEBANG.match(cell.source.text)
        if shebang and "davos" not in shebang[0]:
            span = Span(*shebang.span())
            repair = Repair("Run it with davos", "unsafe", (Change(cell, span, _NEW),))
            message = "Python cannot run a file with smuggle statements: davos run can"
            yield Finding(cell, span, message, repair)
        elif not shebang and not _is_translated(cell, context.document.filename):
            yield from _guards(cell)


def _guards(cell: ParsedCell) -> Iterable[Finding]:
    for node in getattr(cell.tree, "body", ()):  # none of a SyntaxError
        if isinstance(node, ast.If) and _is_main(node.test):
            message = "python cannot run a file with smuggle statements: say that `davos run` does"
            yield Finding(cell, cell.span(node.test), message)


def _is_main(test: ast.expr) -> bool:
    """Whether it is `__name__ == "__main__"`, either way round."""
    if not isinstance(test, ast.Compare):
        return False
    sides = {ast.dump(side) for side in (test.left, *test.comparators)}
    name = ast.dump(ast.Name("__name__", ast.Load()))
    return sides == {name, ast.dump(ast.Constant("__main__"))}


def _is_translated(cell: ParsedCell, filename: str) -> bool:
    """Whether the text, the name or the folder shows that davos translates the file."""
    path = Path(filename)
    if _TEST.fullmatch(path.name) or _TRANSLATED.search(cell.source.text):
        return True
    try:
        return any(other.suffix == ".ipynb" for other in path.parent.iterdir())
    except OSError:
        return False
