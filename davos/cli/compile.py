"""`davos compile`: the Python that would run."""

from __future__ import annotations

import argparse
import sys
import traceback
from typing import TYPE_CHECKING, Sequence

from davos.cli.input_files import STDIN, Files
from davos.translate import translate

if TYPE_CHECKING:
    from davos.documents.notebook import Cell, Document

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Print a file's Python; 0 done, 1 syntax errors, 2 wrong use or unreadable file."""
    options = _parser().parse_args(arguments)
    files = Files([options.path], options.stdin_filename or STDIN)
    failures = sum(_print(document) for document in files)
    return 2 if files.failed else int(failures > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="davos compile",
        description="Print the Python code that would run, each cell after a `# %% [cell n]` line.",
        allow_abbrev=False,
    )
    parser.add_argument("path", metavar="PATH", help="a notebook, a script, or - for stdin")
    parser.add_argument(
        "--stdin-filename", metavar="NAME", help="the file name that stdin stands for"
    )
    return parser


def _print(document: Document) -> int:
    """Print each cell, and return how many do not compile."""
    failures = 0
    for cell in document.cells:
        filename = (
            document.filename if cell.index is None else f"{document.filename}:cell {cell.index}"
        )
        if cell.index is not None:
            print(f"# %% [cell {cell.index}]")
        try:
            code = _python(cell, filename)
        except SyntaxError as error:
            failures += 1
            sys.stdout.flush()
            sys.stderr.writelines(traceback.format_exception_only(type(error), error))
        else:
            sys.stdout.write(code if cell.index is None or code.endswith("\n") else f"{code}\n")
    return failures


def _python(cell: Cell, filename: str) -> str:
    """The cell after IPython's transformations, if it needs any, and after davos'."""
    translated = translate(cell.text, filename=filename)
    if cell.text == cell.source:
        return translated
    from davos.frontends.notebook.magics import as_python  # noqa: PLC0415 - loads IPython

    return translate(as_python(cell.source), filename=filename)
