"""`davos`: finds the command's module and runs its `main(arguments) -> exit status`."""

from __future__ import annotations

import argparse
import errno
import io
import os
import shlex
import signal
import sys
from typing import Sequence

from davos import __version__
from davos.cli.arguments import Parser
from davos.cli.commands import COMMANDS, command_module
from davos.near_words import did_you_mean

__all__ = ["COMMANDS", "main"]

EXIT_USAGE = 2
# Errors of a write that name no file: `davos` opens its own files by name.
_CANNOT_WRITE = {errno.ENOSPC, errno.EIO, errno.EFBIG}
EXIT_INTERRUPTED = 128 + signal.SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 nothing found, 1 findings or a failed run, 2 wrong use or bad file."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _dispatch(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return 1
    except OSError as error:
        if error.errno not in _CANNOT_WRITE or error.filename is not None:
            raise
        _drop_output()
        print(f"davos: standard output: {error.strerror}", file=sys.stderr)
        return EXIT_USAGE
    return status


def _drop_output() -> None:
    """What is still buffered would raise again when the interpreter exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _dispatch(arguments: list[str]) -> int:
    parser = _parser()
    options = parser.parse_args(arguments[:1])
    if options.version:
        print(f"davos {__version__}")
        return 0
    if options.command is None:
        parser.print_help(sys.stderr)
        return EXIT_USAGE
    if options.command not in COMMANDS:
        parser.error(f"no command {options.command!r}{_meant(options.command)}")
    status: int = command_module(options.command).main(arguments[1:])
    return status


def _meant(word: str) -> str:
    """What a word that is no command may stand for: a near one, or a file that is to be run."""
    if word.lower().endswith((".ipynb", ".py")):
        return f"; did you mean davos run {shlex.quote(word)}?"
    return did_you_mean(word, COMMANDS)


def _parser() -> Parser:
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:{width}} {text}" for name, text in COMMANDS.items())
    parser = Parser(
        prog="davos",
        usage="davos [-h] [--version] COMMAND ...",
        description="Notebooks and scripts that carry their own dependencies.",
        epilog=f"commands:\n{commands}\n\n`davos COMMAND --help` prints the options of a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print davos' version and exit")
    parser.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    return parser
