"""`davos shell`: IPython with davos on."""

from __future__ import annotations

from typing import Sequence

from davos.cli.arguments import Parser

__all__ = ["command_parser", "main"]


def main(arguments: Sequence[str]) -> int:
    """Run IPython until it ends; its exit status, 2 for wrong use."""
    words = list(arguments)
    own = words[: words.index("--")] if "--" in words else words
    command_parser().parse_args(own)
    from davos.frontends.terminal_shell import run_shell  # noqa: PLC0415 - loads IPython

    run_shell(words[len(own) + 1 :])
    return 0


def command_parser() -> Parser:
    """The parser of the command line."""
    return Parser(
        prog="davos shell",
        usage="davos shell [-- IPYTHON_ARG...]",
        description="Start IPython in this terminal with smuggle statements on. Arguments after "
        "-- are passed to IPython, as in `davos shell -- -i script.ipy`; `davos shell -- --help` "
        "lists them.",
        allow_abbrev=False,
    )
