"""`davos convert`: imports to pinned smuggles, and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Sequence

from davos.cli.arguments import Parser
from davos.cli.diff import diff
from davos.cli.input_files import STDIN, Files, complain, put, read_input, reason
from davos.convert.backward import revert
from davos.convert.environment_file import is_environment_file, read_environment
from davos.convert.forward import convert
from davos.convert.inventory import Inventory, read_requirements, search_path_of
from davos.escaping import one_line
from davos.exceptions import DavosError
from davos.files import replace_file

if TYPE_CHECKING:
    import argparse

    from davos.convert.cell_changes import Converted, Pin

__all__ = ["command_parser", "main"]

EXIT_USAGE = 2
_REQUIREMENTS = "requirements.txt"


def main(arguments: Sequence[str]) -> int:
    """Convert files; 0 done, 1 `--check` or `--diff` found a change, 2 wrong use or bad file."""
    parser = command_parser()
    options = parser.parse_args(arguments)
    _refuse_wrong_use(options, parser)
    try:
        return _Conversions(options, _inventory(options)).status()
    except (OSError, DavosError) as error:
        if isinstance(error, OSError) and not error.filename:
            raise  # a write to standard output
        name = f"{error.filename}: " if isinstance(error, OSError) else ""
        complain(f"{name}{reason(error)}")
        return EXIT_USAGE


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos convert",
        description="Turn imports of third-party packages into smuggle statements with the "
        "installed versions, or back with --reverse. By default, the result goes to stdout.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="notebooks, scripts, folders, or - for stdin")
    add(
        "--reverse",
        action="store_true",
        help="turn smuggle statements into imports and a requirements file",
    )
    add("--stdin-filename", metavar="NAME", help="the file name that stdin stands for")
    _add_versions(parser.add_argument_group("versions").add_mutually_exclusive_group())
    add(
        "--install-davos",
        action="store_true",
        help='put %%pip install "davos>=0.3" before import davos',
    )
    _add_output(parser.add_argument_group("output"))
    return parser


def _add_versions(group: argparse._MutuallyExclusiveGroup) -> None:
    add = group.add_argument
    add(
        "--from-env",
        metavar="PYTHON",
        help="the versions of this interpreter [the one that runs davos]",
    )
    add(
        "--requirements",
        metavar="FILE",
        help="the versions that a requirements file names, or an environment.yml of conda",
    )
    add("--unpinned", action="store_true", help="without versions")


def _add_output(group: argparse._ArgumentGroup) -> None:
    one = group.add_mutually_exclusive_group()
    one.add_argument("--inplace", action="store_true", help="write the files")
    one.add_argument("--output", metavar="FILE", help="write the result of one file to another")
    one.add_argument("--diff", action="store_true", help="only show what would change; exit 1")
    one.add_argument("--check", action="store_true", help="only name what would change; exit 1")
    group.add_argument(
        "--requirements-out", metavar="FILE", help="with --reverse: where the requirements go"
        f" [with --inplace or --output: {_REQUIREMENTS} beside the file, if it is new]",
    )  # fmt: skip


def _refuse_wrong_use(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    several = len(options.paths) > 1 or Path(options.paths[0]).is_dir()
    if several and not (options.inplace or options.diff or options.check):
        parser.error("several files need --inplace, --diff or --check")
    if options.inplace and STDIN in options.paths:
        parser.error("stdin cannot be written in place")
    if options.requirements_out and not options.reverse:
        parser.error("--requirements-out needs --reverse")
    if options.reverse and options.install_davos:
        parser.error("--install-davos and --reverse exclude each other")


def _inventory(options: argparse.Namespace) -> Inventory:
    if options.requirements is not None and is_environment_file(options.requirements):
        environment = read_environment(options.requirements)
        for note in environment.notes:
            complain(note)
        return Inventory(requirements=environment.pip, conda=environment.conda)
    if options.requirements is not None:
        return Inventory(requirements=read_requirements(options.requirements))
    path = None if options.from_env is None else search_path_of(options.from_env)
    return Inventory(path, pinned=not options.unpinned)


class _Conversions:
    def __init__(self, options: argparse.Namespace, inventory: Inventory) -> None:
        self._options = options
        self._inventory = inventory
        self._required: dict[Path, dict[str, None]] = {}
        self._pins: dict[tuple[Path, str], Pin] = {}

    def status(self) -> int:
        """Convert all files, then write them; the exit status.

        Nothing is written if two pins of one distribution would go into one requirements file.
        """
        options = self._options
        files = Files(options.paths, options.stdin_filename or STDIN)
        done = list(self._converted(files))
        if options.reverse:
            for name, _, converted in done:
                self._require(name, converted)
        changes = 0
        for name, data, converted in done:
            changes += converted.data != data
            try:
                self._write(name, data, converted)
            except OSError as error:
                target = self._target(name)
                if target is None:
                    raise  # standard output
                files.fail(target, reason(error))
        self._write_requirements(files)
        if files.failed:
            return EXIT_USAGE
        return int(changes > 0 and (options.check or options.diff))

    def _converted(self, files: Files) -> Iterator[tuple[str, bytes, Converted]]:
        """The files that can be read, with what they become."""
        for path in files.paths():
            name = self._options.stdin_filename or STDIN if path == STDIN else path
            try:
                data = read_input(path, name)
                yield name, data, self._convert(data, name)
            except (OSError, DavosError) as error:
                files.fail(path, reason(error))

    def _convert(self, data: bytes, name: str) -> Converted:
        if self._options.reverse:
            return revert(data, name, self._inventory)
        return convert(data, name, self._inventory, install_davos=self._options.install_davos)

    def _write(self, name: str, data: bytes, converted: Converted) -> None:
        options = self._options
        for note in converted.notes:
            complain(f"{name}:{note}" if note[:1].isdigit() or note[:4] == "cell" else note)
        target = self._target(name)
        if options.diff:
            put("".join(diff(name, data, converted.data)))
        elif options.check:
            if converted.data != data:
                print(f"would convert {one_line(name)}")
        elif target is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(converted.data)
        elif options.output or converted.data != data:
            replace_file(target, converted.data)

    def _target(self, name: str) -> str | None:
        """The file that a document's new content goes to; None is standard output."""
        return name if self._options.inplace else self._options.output

    # ---- requirements ----

    def _require(self, name: str, converted: Converted) -> None:
        """Remember the requirements for their file; none if nothing is written.

        Raises `DavosError` for a second pin of a distribution in one file.
        """
        chosen = self._options.requirements_out
        target = self._target(name)
        if chosen is None and target is None:
            return
        file = Path(chosen) if chosen else Path(target or "").parent / _REQUIREMENTS
        for pin in converted.pins:
            earlier = self._pins.setdefault((file, pin.name), pin)
            if earlier.version != pin.version:
                message = (
                    f"{earlier.line} ({earlier.place}) and {pin.line} ({pin.place}) "
                    f"cannot both stand in {file}: nothing was written"
                )
                raise DavosError(message)
        self._required.setdefault(file, {}).update(dict.fromkeys(converted.requirements))

    def _write_requirements(self, files: Files) -> None:
        for file, lines in self._required.items():
            text = "".join(f"{line}\n" for line in lines)
            unasked = self._options.requirements_out is None
            if unasked and file.exists() and file.read_text("utf-8") != text:
                complain(f"{file} already exists: choose another file with --requirements-out")
                complain(f"the requirements are: {', '.join(lines)}")
            elif lines or not unasked:
                try:
                    file.write_text(text, "utf-8")
                except OSError as error:
                    files.fail(str(file), reason(error))
