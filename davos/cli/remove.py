"""`davos remove`: take a package's smuggle statements out of a notebook or script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from davos.cli.arguments import Parser
from davos.cli.input_files import complain
from davos.cli.package_edits import EditedDocument, check_arguments, edit
from davos.configuration import BACKENDS
from davos.convert.remove_package import remove_package
from davos.exceptions import LockError

if TYPE_CHECKING:
    import argparse

__all__ = ["command_parser", "main"]


def main(arguments: Sequence[str]) -> int:
    """Remove packages; 0 done, 1 no such statement (or `--diff` found a change), 2 wrong use."""
    parser = command_parser()
    options = parser.parse_args(arguments)
    check_arguments(options.path, options.packages, parser)
    return edit(options.path, options.resolver, lambda document: _remove(document, options))


def _remove(document: EditedDocument, options: argparse.Namespace) -> int:
    data, notes = document.data, []
    for name in options.packages:
        removed = remove_package(data, document.path, name)
        data = removed.data
        notes += removed.notes
    if options.diff:
        return document.show(data)
    lock = document.lock
    if lock is not None:
        try:
            lock = document.relocked(data)
        except LockError as error:
            complain(f"the lock is out of date, and `davos lock` renews it: {error}")
    document.write(data, notes, lock)
    return 0


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos remove",
        description="Take the smuggle statements of packages out of a notebook or script, with "
        "their onion comments. Other names of a statement stay; a cell in which nothing is left "
        "is removed.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("path", metavar="PATH", help="a notebook or script")
    add("packages", nargs="+", metavar="PACKAGE", help="a distribution, or the module it is")
    add("--diff", action="store_true", help="only show what would change; exit 1 if anything does")
    add(
        "--resolver",
        choices=BACKENDS,
        help="what renews the lock, if there is one [uv if it is there]",
    )
    return parser
