"""`davos lock`: resolve all onion comments of documents, and keep the result with them."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from davos.cli.arguments import Parser
from davos.cli.input_files import STDIN, Files, complain
from davos.cli.lock_report import Entry, as_json, as_text
from davos.cli.lock_wishes import OLDEST, backend_of, python_of, wishes_of
from davos.configuration import BACKENDS
from davos.escaping import one_line
from davos.exceptions import DavosError, LockError
from davos.resolution.as_of import AsOf, own_date, read_as_of
from davos.resolution.lock_check import changes, out_of_date
from davos.resolution.lock_document import check_place, read_lock, remove_lock, write_lock
from davos.resolution.lock_making import make_lock
from davos.resolution.lock_resolver import resolver

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.resolution.lock_document import Lock
    from davos.resolution.lock_making import Wishes
    from davos.resolution.lock_run import LockRun

__all__ = ["command_parser", "main"]

EXIT_FOUND = 1
EXIT_USAGE = 2
_AUTO = "auto"


def main(arguments: Sequence[str]) -> int:
    """Lock documents; 0 done, 1 out of date or not resolved, 2 wrong use or bad file."""
    parser = command_parser()
    options = parser.parse_args(arguments)
    if STDIN in options.paths:
        parser.error("stdin has no place for a lock")
    files = Files(options.paths)
    entries = [_entry(document, options) for document in files]
    entries = [one for one in entries if one.status != "empty" or one.filename in options.paths]
    print(as_json(entries) if options.json else as_text(entries), end="")
    for entry in entries:
        for note in entry.notes:
            complain(f"{one_line(entry.filename)}: {note}")
    if files.failed or any(one.status == "unreadable" for one in entries):
        return EXIT_USAGE
    return EXIT_FOUND if any(one.is_finding for one in entries) else 0


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos lock",
        description="Resolve all onion comments of a notebook or script at once, and keep the "
        "exact files in its metadata, or in pylock.NAME.toml beside a script.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="notebooks, scripts, folders")
    add("--json", action="store_true", help="print what was done as JSON")
    _add_modes(parser.add_argument_group("what to do").add_mutually_exclusive_group())
    _add_versions(parser.add_argument_group("versions"))
    return parser


def _add_modes(group: argparse._MutuallyExclusiveGroup) -> None:
    add = group.add_argument
    add(
        "--check",
        action="store_true",
        help="only say whether the lock is what the onion comments ask for; exit 1 if not",
    )
    add("--diff", action="store_true", help="only show what would change; exit 1 if anything does")
    add("--remove", action="store_true", help="take the lock away")


def _add_versions(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--as-of",
        type=_as_of,
        metavar="DATE",
        help="take nothing uploaded later; `auto` is the day on which the document last ran",
    )
    add("--upgrade", action="store_true", help="take the newest versions, not those locked before")
    add(
        "--upgrade-package",
        action="append",
        default=[],
        metavar="NAME",
        help="the same for one package; repeatable",
    )
    add(
        "--python-version",
        type=_minor,
        metavar="X.Y",
        help="the Python to lock for [that of the earlier lock, of the notebook, or this one]",
    )
    add(
        "--resolver",
        choices=BACKENDS,
        help="what resolves: uv, for all platforms, or pip, for this one [DAVOS_PIP_BACKEND; "
        "auto: uv if it is there and can do what pip would]",
    )


def _as_of(text: str) -> AsOf | str:
    try:
        return text if text == _AUTO else read_as_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}, nor auto") from None


def _minor(text: str) -> str:
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,3})", text)
    if match is None or (int(match[1]), int(match[2])) < OLDEST:
        message = f"{text!r} is not a version of Python such as 3.11, from 3.9 on"
        raise argparse.ArgumentTypeError(message)
    return text


# ---- one document ----


def _entry(document: Document, options: argparse.Namespace) -> Entry:
    """What is done with a document, or what is wrong with it."""
    entry = Entry(document.filename)
    try:
        if options.remove:
            entry.status = "removed" if remove_lock(document.filename) else "empty"
            return entry
        try:
            before = read_lock(document.filename)
        except LockError as error:
            entry.fail("unreadable", f"{error}\n  `davos lock --remove` takes it away")
            return entry
        _lock(document, before, options, entry)
    except (OSError, DavosError) as error:
        entry.fail("failed", str(error))
    return entry


def _lock(
    document: Document, before: Lock | None, options: argparse.Namespace, entry: Entry
) -> None:
    if options.check:
        folder = Path(document.filename).absolute().parent
        entry.reasons = out_of_date(document, before, folder)
        entry.lock = before
        entry.status = "outdated" if entry.reasons else "empty" if before is None else "unchanged"
        return
    wishes = _wishes(document, before, options)
    backend = options.resolver or backend_of(document)
    resolve = resolver(backend, entry.notes.append)

    def checked(run: LockRun) -> Mapping[str, Any]:
        check_place(document.filename)
        return resolve(run)

    made = make_lock(document, wishes, before, checked)
    entry.lock = made
    entry.changes = changes(before, made)
    if made is None and before is None:
        entry.status = "empty"
    elif made is not None and before is not None and made.pylock == before.pylock:
        entry.status = "unchanged"
    else:
        entry.status = "would change" if options.diff else "locked" if made else "removed"
        if not options.diff:
            _write(document, made)
    entry.notes += made.notes if made else ()


def _write(document: Document, made: Lock | None) -> None:
    if made is None:
        remove_lock(document.filename)
    else:
        write_lock(document.filename, made.pylock)


def _wishes(document: Document, before: Lock | None, options: argparse.Namespace) -> Wishes:
    """How a document is to be locked: as the command line says, else as it was locked before."""
    as_of = options.as_of
    if as_of == _AUTO:
        as_of = own_date(document.filename)
    wishes = wishes_of(document, None if options.upgrade else before)
    return replace(
        wishes,
        python=options.python_version or python_of(document, before),
        as_of=as_of.text if as_of else wishes.as_of,
        cutoff=as_of.cutoff if as_of else wishes.cutoff,
        upgrade=options.upgrade,
        upgrade_packages=tuple(options.upgrade_package),
    )
