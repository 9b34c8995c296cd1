"""`davos`: finds the command's module and runs its `main(arguments) -> exit status`."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from difflib import get_close_matches
from importlib import import_module
from typing import Sequence

from davos import __version__

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "check": "find what is wrong with the smuggle statements of notebooks and scripts",
    "rules": "list what `davos check` can find",
    "parse": "print the smuggle statements and the errors of files, for editors",
    "compile": "print the Python code that would run",
    "add": "put a smuggle statement for a package into a notebook or script, pinned",
    "remove": "take the smuggle statements for a package out",
    "convert": "turn imports into smuggle statements with the installed versions, or back",
    "shim": "run another linter on a copy in which `smuggle` reads `import`",
    "lock": "resolve all onion comments of notebooks and scripts, and keep the exact files",
    "run": "run a notebook in a kernel, or a script",
    "sync": "install what the locks of notebooks and scripts name, without running them",
    "verify": "compare the installed files with the locks of notebooks and scripts",
    "tree": "show the packages of a lock, and who needs them",
    "export": "print a lock as a requirements file, pylock.toml, environment.yml, or for uv",
    "shell": "start IPython with smuggle statements on",
    "lsp": "start the language server for editors",
    "projects": "list, show, rename and delete the projects of notebooks",
    "guide": "show a page of the guide, or the list of its topics",
}
EXIT_USAGE = 2
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
        # What is still buffered would raise again when the interpreter exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


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
        near = get_close_matches(options.command, COMMANDS, 1)
        parser.error(
            f"no command {options.command!r}" + (f"; did you mean {near[0]}?" if near else "")
        )
    status: int = import_module(f"davos.cli.{options.command}").main(arguments[1:])
    return status


def _parser() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:9} {text}" for name, text in COMMANDS.items())
    parser = argparse.ArgumentParser(
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
