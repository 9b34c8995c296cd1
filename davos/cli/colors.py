"""Whether what davos prints has colours: decided here for all commands."""

from __future__ import annotations

import os
from typing import TextIO

__all__ = ["wants_color"]


def wants_color(stream: TextIO) -> bool:
    """Whether text for a stream has colours.

    NO_COLOR (https://no-color.org) decides first, then FORCE_COLOR and CLICOLOR_FORCE, then
    whether the stream is a terminal that can show them. Empty variables do not count, and those
    that force do not if they are 0.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if os.environ.get("TERM") == "dumb" or os.environ.get("CLICOLOR") == "0":
        return False
    return stream.isatty()
