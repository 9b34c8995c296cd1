"""The magics of a cell, by their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from davos.documents.magics import PYTHON_CELL_MAGICS
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell

__all__ = ["MagicUse", "magic_uses"]

_MAGIC = re.compile(
    r"^[ \t]*(?P<use>(?P<comment>\#[ \t]*)?(?P<marks>%%?)(?P<name>\w+)"
    r"(?:[ \t]+(?P<argument>[\w.]+))?)",
    re.MULTILINE,
)


class MagicUse(NamedTuple):
    """A magic: how it is called (`%name`), its first argument, its place in the cell."""

    name: str
    argument: str
    span: Span
    marks: str

    @property
    def begins_cell(self) -> bool:
        """Whether it is a cell magic."""
        return self.marks == "%%"


def magic_uses(cell: ParsedCell, *, in_comments: bool) -> Iterator[MagicUse]:
    """The magics that begin a line of a cell.

    `in_comments` says that a comment may be a magic, as Jupytext writes them in percent scripts.
    """
    for match in _MAGIC.finditer(cell.written):
        start = match.start("use")
        if match["comment"]:
            is_magic = in_comments and cell.comment_at(start) is not None
        else:  # what stays as it is in the cell as Python sees it is a line of a string
            is_magic = cell.source.text[start] != cell.written[start]
        if is_magic:
            span = Span(start, match.end("use"))
            yield MagicUse(match["name"], match["argument"] or "", span, match["marks"])
            if match["marks"] == "%%" and match["name"] not in PYTHON_CELL_MAGICS:
                return
