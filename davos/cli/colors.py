"""Whether what davos prints has colours: decided here for all commands."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    import argparse

__all__ = ["add_color_option", "wants_color"]

_CHOICES = ("auto", "always", "never")


def add_color_option(group: argparse._ArgumentGroup | argparse.ArgumentParser) -> None:
    """Add `--color`, as ruff has it."""
    group.add_argument(
        "--color", choices=_CHOICES, default="auto",
        help="auto, always or never; auto: in a terminal, unless NO_COLOR or FORCE_COLOR says "
        "otherwise [auto]",
    )  # fmt: skip


def wants_color(stream: TextIO, when: str = "auto") -> bool:
    """Whether text for a stream has colours.

    `when` is what `--color` says. If that is `auto`, NO_COLOR (https://no-color.org) decides
    first, then FORCE_COLOR and CLICOLOR_FORCE, then whether the stream is a terminal that can show
    them. Empty variables do not count, and those that force do not if they are 0.
    """
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if os.environ.get("TERM") == "dumb" or os.environ.get("CLICOLOR") == "0":
        return False
    return stream.isatty()
