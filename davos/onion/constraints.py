"""What a constraints file says, read by davos instead of the installer.

pip's own reader takes options there (an index, another file, digests that then every
package needs) and reads further files and URLs. Here a line is a name, versions and a marker.
"""

from __future__ import annotations

import re
from typing import Iterator

from davos.onion.characters import first_refused
from davos.onion.requirement import parse
from davos.onion.requirement_syntax import RequirementError
from davos.source import LINE_BREAK

__all__ = ["ConstraintError", "constraint_lines"]

_WHAT = "a constraint is a name with versions and perhaps a marker"
_COMMENT = re.compile(r"(?:^|\s)#.*")
_FOLLOWED_BY_OPTION = re.compile(r"\s-")


class ConstraintError(ValueError):
    """A line of a constraints file that is refused: `row` is its number, from 1."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row


def constraint_lines(text: str) -> list[str]:
    """The constraints of a file, each as a line of a constraints file that holds nothing else.

    Raises
    ------
    ConstraintError
        at a line that is not a name with versions and a marker: an option (`-c`, `-r`,
        `--index-url`, `--hash`), a URL, a path, extras, or a character that is refused.

    """
    return list(_lines(text))


def _lines(text: str) -> Iterator[str]:
    for row, written in enumerate(LINE_BREAK.split(text), 1):
        refused = first_refused(written)
        if refused:
            raise ConstraintError(row, f"a constraint cannot hold {refused.description}")
        line = _COMMENT.sub("", written).strip()
        if line:
            yield _checked(line, row)


def _checked(line: str, row: int) -> str:
    if line[0] == "-" or _FOLLOWED_BY_OPTION.search(line):
        raise ConstraintError(row, f"{line!r} has an option: {_WHAT}")
    try:
        found = parse(line)
    except RequirementError as error:
        raise ConstraintError(row, str(error)) from None
    if found.name is None or found.url or found.path:
        raise ConstraintError(row, f"{line!r} is a URL or a path: {_WHAT}")
    if found.extras:
        raise ConstraintError(row, f"{line!r} has extras: {_WHAT}")
    return line
