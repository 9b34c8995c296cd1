"""`davos check`: find problems in the dependencies of notebooks and scripts."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Sequence

from davos.cli.arguments import Parser
from davos.cli.colors import add_color_option
from davos.cli.input_files import complain
from davos.escaping import for_terminal
from davos.lint.registry import LIST_HINT, RULES, page
from davos.lint.reports.text import REPORTERS
from davos.lint.settings import SettingsError
from davos.near_words import did_you_mean

if TYPE_CHECKING:
    import argparse

__all__ = ["command_parser", "main"]


def main(arguments: Sequence[str]) -> int:
    """Check files; 0 nothing found, 1 findings, 2 wrong use or unreadable file."""
    parser = command_parser()
    options = parser.parse_args(arguments)
    if options.explain is not None:
        return _explain(options.explain, parser)
    from davos.cli.check_run import CheckRun  # noqa: PLC0415 - not needed for --explain

    # Syntax trees are many objects without a cycle: looking for cycles takes a sixth of the time.
    gc.set_threshold(100_000, 20, 20)

    try:
        return CheckRun(options).status()
    except SettingsError as error:
        complain(str(error))
        return 2
    except ValueError as error:
        parser.error(for_terminal(str(error)))


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos check",
        description="Find problems in smuggle statements and their onion comments.",
        epilog="`davos rules` lists what is found, `--explain CODE` prints the page of a rule.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="notebooks, scripts, folders, or - for stdin [.]")
    _add_rule_options(parser.add_argument_group("rules"))
    _add_fix_options(parser.add_argument_group("fixes"))
    _add_output_options(parser.add_argument_group("output"))
    group = parser.add_argument_group("files")
    group.add_argument(
        "--stdin-filename", metavar="NAME", help="the file name that stdin stands for"
    )
    group.add_argument(
        "--exclude", type=_words, action="extend", default=[], metavar="PATTERNS",
        help="files and folders to leave out of a walk, as .gitignore writes them",
    )  # fmt: skip
    return parser


def _add_rule_options(group: argparse._ArgumentGroup) -> None:
    for name, text in (
        ("--select", "codes or prefixes to report, in place of the configured ones"),
        ("--ignore", "codes or prefixes to leave out"),
        ("--extend-select", "codes or prefixes to report in addition"),
    ):
        group.add_argument(
            name, type=_codes, action="extend", default=[], metavar="CODES", help=text
        )
    settings = group.add_mutually_exclusive_group()
    settings.add_argument("--config", metavar="FILE", help="read the settings of this TOML file")
    settings.add_argument("--isolated", action="store_true", help="read no pyproject.toml")
    group.add_argument("--explain", metavar="CODE", help="print a rule's page and exit")


def _add_fix_options(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--fix", action="store_true", help="write safe fixes into the files")
    add("--unsafe-fixes", action="store_true", help="with --fix or --diff: also fixes that may "
        "change what the code does")  # fmt: skip
    add("--diff", action="store_true", help="show what --fix would change, and write nothing")


def _add_output_options(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--output-format", choices=REPORTERS, default="text", help="how findings are written [text]"
    )
    add_color_option(group)
    add("--statistics", action="store_true", help="print only the number of findings of each rule")
    add("--exit-zero", action="store_true", help="exit with 0 even if there are findings")


def _codes(text: str) -> list[str]:
    return [code.strip().upper() for code in text.split(",")]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _explain(code: str, parser: argparse.ArgumentParser) -> int:
    if code.upper() not in RULES:
        parser.error(f"no rule {code!r}{did_you_mean(code, RULES, otherwise=LIST_HINT)}")
    print(page(code.upper()), end="")
    return 0
