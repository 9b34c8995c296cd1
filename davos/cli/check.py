"""`davos check`: what is wrong with the smuggle statements of notebooks and scripts."""

from __future__ import annotations

import argparse
import sys
from difflib import get_close_matches
from typing import Sequence

from davos.cli.files import STDIN, Files, complain
from davos.lint.registry import RULES, Selection, page
from davos.lint.reporters import REPORTERS

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Check files; 0 nothing found, 1 findings, 2 wrong use or unreadable file."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.explain is not None:
        return _explain(options.explain, parser)
    try:
        selection = Selection(options.select, options.ignore)
    except ValueError as error:
        parser.error(str(error))
    files = Files(options.paths or [default_path(options)], options.stdin_filename or STDIN)
    from davos.lint.analysis import analyse  # noqa: PLC0415 - wrong use is told without the parser

    found = [
        diagnostic
        for document in files
        for diagnostic in analyse(document).diagnostics
        if diagnostic.code in selection
    ]
    if found or not files.failed or options.output_format != "text":
        sys.stdout.write(REPORTERS[options.output_format](found))
    if files.failed:
        return 2
    if not files.count:
        complain("no notebooks or Python files found under the given paths")
    return 1 if found and not options.exit_zero else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="davos check",
        description="Find what is wrong with smuggle statements and their onion comments.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="notebooks, scripts, folders, or - for stdin [.]")
    add(
        "--output-format", choices=REPORTERS, default="text", help="how findings are written [text]"
    )
    add("--select", type=_codes, action="extend", default=[], help="codes or prefixes to report")
    add("--ignore", type=_codes, action="extend", default=[], help="codes or prefixes to leave out")
    add("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    add("--stdin-filename", metavar="NAME", help="the name of what is read from stdin")
    add("--explain", metavar="CODE", help="print a rule's page and exit")
    return parser


def default_path(options: argparse.Namespace) -> str:
    """What is read when no path is given: stdin if it has a name, else this folder."""
    return "." if options.stdin_filename is None else STDIN


def _codes(text: str) -> list[str]:
    return [code.strip().upper() for code in text.split(",")]


def _explain(code: str, parser: argparse.ArgumentParser) -> int:
    if code.upper() not in RULES:
        near = get_close_matches(code.upper(), RULES, 1)
        parser.error(f"no rule {code!r}" + (f"; did you mean {near[0]}?" if near else ""))
    print(page(code.upper()), end="")
    return 0
