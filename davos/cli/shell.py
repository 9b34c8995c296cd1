"""`davos shell`: IPython with davos on."""

from __future__ import annotations

import argparse
from typing import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Run IPython until it ends; its exit status, 2 for wrong use."""
    words = list(arguments)
    own = words[: words.index("--")] if "--" in words else words
    _parser().parse_args(own)
    from davos.frontends.terminal_shell import run_shell  # noqa: PLC0415 - loads IPython

    run_shell(words[len(own) + 1 :])
    return 0


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog="davos shell",
        usage="davos shell [-- IPYTHON_ARG...]",
        description="Start IPython in this terminal with smuggle statements on. Arguments after "
        "-- are passed to IPython, as in `davos shell -- -i script.ipy`; `davos shell -- --help` "
        "lists them.",
        allow_abbrev=False,
    )
