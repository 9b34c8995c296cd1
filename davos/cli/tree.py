"""`davos tree`: who needs what, as the lock of a document says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Sequence

from packaging.utils import canonicalize_name

from davos.cli.arguments import Parser
from davos.cli.input_files import Files, complain
from davos.cli.locked_documents import lock_or_fail
from davos.escaping import one_line
from davos.resolution.asked import asked_in
from davos.resolution.conda_lock import locked_packages
from davos.resolution.lock_tree import nodes, tree_lines

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.resolution.lock_document import Lock

__all__ = ["command_parser", "main"]

EXIT_MISSING = 1
EXIT_USAGE = 2


def main(arguments: Sequence[str]) -> int:
    """Show trees; 0 done, 1 no such package, 2 wrong use, no lock or bad file."""
    options = command_parser().parse_args(arguments)
    files = Files(options.paths)
    found = [(document, lock) for document in files if (lock := lock_or_fail(document, files))]
    if options.json:
        trees = [_object(document, lock) for document, lock in found]
        print(json.dumps({"schema": 1, "files": trees}, indent=2))
        return EXIT_USAGE if files.failed else 0
    shown = [_show(document, lock, options.package) for document, lock in found]
    if files.failed:
        return EXIT_USAGE
    return 0 if all(shown) else EXIT_MISSING


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos tree",
        description="Show the packages of a lock, and below each what it needs.",
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="notebooks, scripts, folders")
    parser.add_argument("--package", metavar="NAME", help="show what needs this package instead")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _show(document: Document, lock: Lock, package: str | None) -> bool:
    """Print a tree; False if there is no such package."""
    known = nodes(lock.pylock, locked_packages(lock))
    if package is not None and canonicalize_name(package) not in known:
        complain(f"{one_line(document.filename)}: {package} is not in the lock")
        return False
    asked = [package] if package is not None else _names(document)
    print(one_line(document.filename))
    names = map(canonicalize_name, asked)
    for line in tree_lines(known, names, upwards=package is not None):
        print(f"  {one_line(line)}")
    return True


def _names(document: Document) -> list[str]:
    return [one.requirement.name for one in asked_in(document) if one.requirement.name]


def _object(document: Document, lock: Lock) -> dict[str, Any]:
    asked = set(map(canonicalize_name, _names(document)))
    packages = nodes(lock.pylock, locked_packages(lock)).values()
    return {
        "filename": document.filename,
        "packages": [{**one._asdict(), "asked": one.name in asked} for one in packages],
    }
