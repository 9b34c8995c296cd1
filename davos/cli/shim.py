"""`davos shim`: another tool, on a copy of the files in which `smuggle` reads `import`."""

from __future__ import annotations

import sys
from typing import Sequence

from davos.cli.arguments import Parser
from davos.cli.input_files import complain

__all__ = ["command_parser", "main"]

EXIT_USAGE = 2


def main(arguments: Sequence[str]) -> int:
    """Run a tool; its exit status, 2 for wrong use, 127 if the tool is not found."""
    parser = command_parser()
    before, after = _split(list(arguments))
    options = parser.parse_args(before)
    command = [*options.command, *after]
    if not command:
        parser.error("the following arguments are required: TOOL")
    from davos.shim.tool import run_shimmed  # noqa: PLC0415 - wrong use is told without it

    try:
        done = run_shimmed(command)
    except FileNotFoundError:
        complain(f"no command {command[0]!r}")
        return 127
    sys.stdout.flush()
    sys.stdout.buffer.write(done.stdout)
    sys.stdout.buffer.flush()
    sys.stderr.buffer.write(done.stderr)
    if done.changed:
        complain(
            f"the tool changed its copies of {', '.join(done.changed)}; nothing was written back"
        )
    return done.returncode


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos shim",
        usage="davos shim -- TOOL [ARG...]",
        description="Run a linter or type checker on a copy of the files that it is given, in "
        "which `smuggle` reads `import` at the same columns. Paths in its output and its exit "
        "status are those of the files; what it changes is not written back.",
        allow_abbrev=False,
    )
    parser.add_argument("command", nargs="*", metavar="TOOL", help="e.g. ruff check nb.ipynb")
    return parser


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """The arguments before `--`, which may be left out, and the tool's."""
    if "--" in arguments[:1]:
        return [], arguments[1:]
    first = next((n for n, word in enumerate(arguments) if not word.startswith("-")), None)
    if first is None:
        return arguments, []
    return arguments[:first], arguments[first:]
