"""`davos lock`: resolve all onion comments of documents, and keep the result with them."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence

from packaging.utils import canonicalize_name

from davos.cli.arguments import Parser
from davos.cli.input_files import STDIN, Files, complain, reason
from davos.cli.lock_report import Entry, as_json, as_text
from davos.cli.lock_wishes import OLDEST, backend_of, python_of, wishes_of
from davos.configuration import BACKENDS
from davos.escaping import one_line
from davos.exceptions import DavosError, LockError
from davos.near_words import did_you_mean
from davos.resolution.as_of import AsOf, is_to_come, own_date, read_as_of
from davos.resolution.asked import unreadable_in
from davos.resolution.conda_lock import locked_packages
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
# Options that say how a lock is made, which neither --check nor --remove does.
_OF_MAKING = ("as_of", "upgrade", "upgrade_package", "python_version", "resolver")
# PEP 508, "Names"
_NAME = re.compile(r"[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9]", re.IGNORECASE)


def main(arguments: Sequence[str]) -> int:
    """Lock documents; 0 done, 1 out of date or not resolved, 2 wrong use or bad file."""
    parser = command_parser()
    options = parser.parse_args(arguments)
    _check_use(parser, options)
    files = Files(options.paths)
    entries = [_entry(document, options) for document in files]
    entries = [one for one in entries if _is_told(one, options.paths)]
    print(as_json(entries) if options.json else as_text(entries), end="")
    for entry in entries:
        for note in entry.notes:
            complain(f"{one_line(entry.filename)}: {note}")
    if files.failed or any(one.status == "unreadable" for one in entries):
        return EXIT_USAGE
    return EXIT_FOUND if any(one.is_finding for one in entries) else 0


def _is_told(entry: Entry, paths: Sequence[str]) -> bool:
    """Whether something is said of a document: of any that is named, else where there is work."""
    return entry.status not in {"empty", "absent"} or bool(entry.notes) or entry.filename in paths


def _check_use(parser: Parser, options: argparse.Namespace) -> None:
    """Exit with what is wrong about the options as a whole, if something is."""
    if STDIN in options.paths:
        parser.error("stdin has no place for a lock")
    mode = "check" if options.check else "remove" if options.remove else None
    given = next((dest for dest in _OF_MAKING if getattr(options, dest)), None)
    if mode and given:
        parser.error(f"argument --{given.replace('_', '-')}: not allowed with argument --{mode}")


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
        type=_package,
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
    if text == _AUTO:
        return text
    try:
        as_of = read_as_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}, nor auto") from None
    if is_to_come(as_of, datetime.now(timezone.utc)):
        raise argparse.ArgumentTypeError(f"{text!r} has not come yet")
    return as_of


def _package(text: str) -> str:
    if not _NAME.fullmatch(text):
        message = f"{text!r} is not the name of a package; an onion comment names its version"
        raise argparse.ArgumentTypeError(message)
    return canonicalize_name(text)


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
            entry.status = "removed" if remove_lock(document.filename) else "absent"
            return entry
        try:
            before = read_lock(document.filename)
            if before is not None:
                locked_packages(before)
        except LockError as error:
            entry.fail("unreadable", f"{error}\n  `davos lock --remove` takes it away")
            return entry
        _lock(document, before, options, entry)
    except (OSError, DavosError) as error:
        entry.fail("failed", reason(error))
    return entry


def _lock(
    document: Document, before: Lock | None, options: argparse.Namespace, entry: Entry
) -> None:
    entry.notes += unreadable_in(document)
    if before is not None and before.newer:
        entry.notes.append(before.newer)
    if options.check:
        folder = Path(document.filename).absolute().parent
        entry.reasons = out_of_date(document, before, folder, python_of(document, before))
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
    entry.notes += _not_there(options.upgrade_package, before, made)


def _not_there(names: Sequence[str], *locks: Lock | None) -> Iterator[str]:
    """A sentence about each package to upgrade that no lock holds."""
    there = [lock for lock in locks if lock is not None]
    known = {str(one.name) for lock in there for one in lock.pylock.packages}
    known |= {str(one.get("name")) for lock in there for one in lock.conda if isinstance(one, dict)}
    for name in names:
        if name not in known:
            hint = did_you_mean(name, sorted(known))
            yield f"--upgrade-package {name}: the lock does not hold it{hint}"


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
    wishes = wishes_of(document, None if options.upgrade or as_of else before)
    return replace(
        wishes,
        python=options.python_version or python_of(document, before),
        as_of=as_of.text if as_of else wishes.as_of,
        cutoff=as_of.cutoff if as_of else wishes.cutoff,
        upgrade=options.upgrade,
        upgrade_packages=tuple(options.upgrade_package),
    )
