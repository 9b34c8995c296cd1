"""`davos compile`: the Python that runs: that of a script, or of a notebook's cells."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING, Sequence

from davos.cli.arguments import Parser
from davos.cli.input_files import STDIN, Files, put
from davos.documents.document import Cell
from davos.documents.text_notebooks import MARKDOWN
from davos.escaping import for_terminal
from davos.translate import translate

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.syntax.compiler import Binding

__all__ = ["command_parser", "main"]


def main(arguments: Sequence[str]) -> int:
    """Print a file's Python; 0 done, 1 syntax errors, 2 wrong use or unreadable file."""
    options = command_parser().parse_args(arguments)
    files = Files([options.path], options.stdin_filename or STDIN)
    failures = sum(_print(document) for document in files)
    return 2 if files.failed else int(failures > 0)


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos compile",
        description="Print the Python that `davos run` runs: a notebook's cells behind "
        "`# %% [cell n]` lines, where names bind in the global namespace; a script as a whole.",
        allow_abbrev=False,
    )
    parser.add_argument("path", metavar="PATH", help="a notebook, a script, or - for stdin")
    parser.add_argument(
        "--stdin-filename", metavar="NAME", help="the file name that stdin stands for"
    )
    return parser


def _print(document: Document) -> int:
    """Print the file or each cell, and return how many do not compile."""
    if document.text is not None and not document.filename.lower().endswith(MARKDOWN):
        # `davos run` runs a percent script as Python does: from end to end.
        script = Cell(None, document.text, document.text)
        return _print_cell(script, document.filename, "local")
    return sum(_print_cell(cell, document.filename, "global") for cell in document.cells)


def _print_cell(cell: Cell, filename: str, binding: Binding) -> int:
    """Print a cell; 1 if it does not compile, else 0."""
    if cell.index is not None:
        filename = f"{filename}:cell {cell.index}"
        print(f"# %% [cell {cell.index}]")
    try:
        code = _python(cell, filename, binding)
    except SyntaxError as error:
        sys.stdout.flush()
        lines = traceback.format_exception_only(type(error), error)
        sys.stderr.write(for_terminal("".join(lines)))
        return 1
    put(code if cell.index is None or code.endswith("\n") else f"{code}\n")
    return 0


def _python(cell: Cell, filename: str, binding: Binding) -> str:
    """The cell after IPython's transformations, if it needs any, and after davos'."""
    translated = translate(cell.text, filename=filename, binding=binding)
    if cell.text == cell.source:
        return translated
    from davos.frontends.notebook.input_transformer import as_python  # noqa: PLC0415 - see there

    return translate(as_python(cell.source), filename=filename, binding=binding)
