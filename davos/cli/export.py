"""`davos export`: the lock of a document in the formats of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Sequence

from davos.cli.arguments import Parser
from davos.cli.input_files import STDIN, Files, complain, put, reason
from davos.cli.lock_wishes import python_of
from davos.cli.locked_documents import lock_or_fail
from davos.convert.backward import revert
from davos.convert.inventory import Inventory
from davos.convert.script_metadata import with_block
from davos.escaping import one_line
from davos.exceptions import DavosError
from davos.files import read_file, replace_file
from davos.resolution.asked import asked_in
from davos.resolution.conda_environment import environment
from davos.resolution.conda_lock import locked_packages
from davos.resolution.lock_export import FORMATS, Exported, moved, script_block

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.resolution.asked import Asked
    from davos.resolution.lock_document import Lock

__all__ = ["command_parser", "main"]

EXIT_USAGE = 2
_SCRIPT = "pep723"
_PYLOCK = "pylock"
_ENVIRONMENT = "environment.yml"
_LEFT_OUT = "{} left out: only environment.yml and explicit are for packages of conda"
_FOR_CONDA = "explicit"
_NAMES_OF_UV = {"requirements.txt": "requirements", "pylock.toml": "pylock"}


def main(arguments: Sequence[str]) -> int:
    """Print a lock in another format; 0 done, 2 wrong use, no lock or bad file."""
    parser = command_parser()
    options = parser.parse_args(arguments)
    if options.path == STDIN:
        parser.error("stdin has no lock")
    files = Files([options.path])
    for document in files:
        asked = asked_in(document)
        alone = options.format == _ENVIRONMENT and asked and all(one.is_of_conda for one in asked)
        lock = None if alone else lock_or_fail(document, files)
        if lock is None and not alone:
            continue
        if lock is not None and options.format == _PYLOCK and options.output:
            lock = moved(lock, Path(options.output).parent)
        try:
            made = _exported(document, lock, asked, options.format)
            _write(document, made, options.output)
        except (OSError, DavosError) as error:
            files.fail(options.output or document.filename, reason(error))
    if not files.count and not files.failed:
        parser.error(f"{options.path} is a folder without notebooks or scripts")
    return EXIT_USAGE if files.failed else 0


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos export",
        description="Print what a notebook or script needs, all of it, as its lock says, for "
        "other tools.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("path", metavar="PATH", help="a notebook or script that has a lock")
    add(
        "--format",
        type=lambda name: _NAMES_OF_UV.get(name, name),
        choices=(*FORMATS, _ENVIRONMENT, _SCRIPT),
        default="requirements",
        help="requirements file with hashes, pylock.toml, a list of URLs for conda, a conda "
        "environment, or the document itself with imports and inline metadata, as uv and juv run "
        "it [requirements]",
    )
    add("--output", metavar="FILE", help="write it to a file")
    return parser


def _exported(
    document: Document, lock: Lock | None, asked: Sequence[Asked], name: str
) -> tuple[bytes, tuple[str, ...]]:
    """The contents of the file, and notes about it; only an environment needs no lock."""
    if lock is None or name == _ENVIRONMENT:
        python = lock.python if lock else python_of(document, None)
        stem = Path(document.filename).stem
        return _encoded(environment(stem, python, asked, lock))
    if name != _SCRIPT:
        left_out = [] if name == _FOR_CONDA else list(_left_out(lock, asked))
        return _encoded(FORMATS[name](lock), left_out)
    plain = revert(read_file(document.filename), document.filename, Inventory())
    data = with_block(plain.data, document.filename, script_block(lock))
    return data, tuple(plain.notes)


def _left_out(lock: Lock, asked: Sequence[Asked]) -> Iterator[str]:
    """A note about the packages of conda: those of the lock, else those that are asked for."""
    locked = [f"{one.package} {one.version}" for one in locked_packages(lock)]
    if locked:
        yield _LEFT_OUT.format(f"{', '.join(locked)} of conda {'are' if locked[1:] else 'is'}")
        return
    yield from (_LEFT_OUT.format(f"{one.shown} is") for one in asked if one.is_of_conda)


def _encoded(made: Exported, notes: Sequence[str] = ()) -> tuple[bytes, tuple[str, ...]]:
    return made.text.encode("utf-8"), (*made.notes, *notes)


def _write(document: Document, made: tuple[bytes, tuple[str, ...]], output: str | None) -> None:
    data, notes = made
    for note in notes:
        complain(f"{one_line(document.filename)}: {note}")
    if output is None:
        put(data.decode("utf-8"))
    else:
        replace_file(output, data)
