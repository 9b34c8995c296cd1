"""What another program printed, as lines for a person to read.

A terminal would obey escape sequences (ECMA-48, 5.4 and 8.3), go back at a backspace, and write
over a progress bar; in a text all of that is noise.
"""

from __future__ import annotations

import re

__all__ = ["SEQUENCE", "readable_lines", "shortened"]

# Control sequences (CSI), commands with a text of their own (OSC and the like), other escapes.
SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_OVERWRITTEN = re.compile(r".*\r(?=.)")  # `\r` goes back to the start of the line
# The bars of pip (rich), of tqdm, and those made of number signs, equals signs or dots.
_BAR = re.compile(
    r"[\u2500-\u259f]{3,}.*"
    r"|(?:.*\s)?\d{1,3}%\s?[|\[(].*"
    r"|[\[|(]?[#=.>\- ]{5,}[\])|]?\s*[\d.]+ ?(?:%|[kKMGT]?i?B\b).*"
)
_NOISE = re.compile(
    r"Looking in |WARNING: |INFO: |\[notice\]|Collecting |Using cached "
    # what pip says of every contradiction
    r"|To fix this you could try to:|1\. loosen the range|2\. remove package versions"
    r"|ERROR: ResolutionImpossible: for help visit"
)
_MOST_LINES = 100
_WIDEST = 240
_FOLLOWS = "..."


def readable_lines(output: str) -> list[str]:
    """The lines without control characters, progress bars, empty lines and what is no reason.

    The latter is what pip says of its progress, and its warnings.
    """
    lines = (_plain(line) for line in output.split("\n"))
    return [line for line in lines if line and not _is_noise(line.strip())]


def shortened(lines: list[str], most: int = _MOST_LINES) -> list[str]:
    """The last lines, cut to a width that a person reads, and before them how many were left out.

    `most` is the number of lines that are returned, at most; at least two.
    """
    left = len(lines) - most + 1 if len(lines) > most else 0
    head = [f"[{left} lines more, in the error's attribute `output`]"]
    return [*head[: bool(left)], *map(_cut, lines[left:])]


def _plain(line: str) -> str:
    line = _OVERWRITTEN.sub("", SEQUENCE.sub("", line).rstrip("\r"))
    return _CONTROL.sub("", line).rstrip()


def _is_noise(line: str) -> bool:
    return bool(_NOISE.match(line) or _BAR.fullmatch(line))


def _cut(line: str) -> str:
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - len(_FOLLOWS)]}{_FOLLOWS}"
