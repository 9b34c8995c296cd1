"""A file that does not have the hash that was asked for, as pip and uv report it."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Mismatch", "mismatch_in"]

_PIP = re.compile(
    r"^\s*(?P<package>\S+?)(?: ?@ \S+)? from .*\n\s*Expected (?P<expected>\w+ [0-9a-f]+)\n"
    r"(?:\s*Expected     or .*\n)*\s*Got\s+(?P<found>[0-9a-f]+)",
    re.MULTILINE,
)
_UV = re.compile(
    r"Hash mismatch for `(?P<package>[^`]+?)(?: @ [^`]+)?`\s+Expected:\s+"
    r"(?P<expected>\w+:[0-9a-f]+)(?:\s+\w+:[0-9a-f]+)*\s+Computed:\s+\w+:(?P<found>[0-9a-f]+)"
)


@dataclass(frozen=True)
class Mismatch:
    """A package, the digest that was asked for, and that of the file.

    The package is as `six==1.16.0`, or `six` if it is from a URL.
    """

    package: str
    algorithm: str
    expected: str
    found: str


def mismatch_in(output: str) -> Mismatch | None:
    """The first mismatch that an installer's output reports, None if there is none."""
    match = _PIP.search(output) or _UV.search(output)
    if match is None:
        return None
    algorithm, expected = re.split("[ :]", match["expected"])
    return Mismatch(match["package"], algorithm, expected, match["found"])
