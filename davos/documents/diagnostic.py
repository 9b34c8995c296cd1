"""What a rule reports: a code, a message, a place, and perhaps a fix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from davos.credentials import credentials

if TYPE_CHECKING:
    from davos.documents.edits import Edit
    from davos.span import Location

__all__ = ["Applicability", "Diagnostic", "DiffLine", "Fix", "location_json"]

Applicability = Literal["safe", "unsafe"]


class DiffLine(NamedTuple):
    """A row that a fix takes away (`-`), adds (`+`) or leaves, with its number afterwards."""

    sign: Literal["-", "+", " "]
    row: int | None
    text: str
    cell: int | None = None


class Fix(NamedTuple):
    """A title and the edits; an unsafe fix may change what the code does.

    `diff` is for people, and empty unless it was asked for.
    """

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...]
    diff: tuple[DiffLine, ...] = ()

    @property
    def is_safe(self) -> bool:
        """Whether it does not change what the code does."""
        return self.applicability == "safe"

    def json(self) -> dict[str, Any]:
        """The fix as ruff writes it; edits of a notebook also name their cell."""
        return {
            "applicability": self.applicability,
            "message": self.title,
            "edits": [
                {
                    "cell": edit.cell,
                    "content": edit.content,
                    "location": location_json(edit.location),
                    "end_location": location_json(edit.end_location),
                }
                for edit in self.edits
            ],
        }


class Diagnostic(NamedTuple):
    """A finding in a file. Its rows are those of a cell, or of the file if `cell` is None.

    `text` is the row it begins in, cut around it if the row is long, and `text_shift` what
    turns a column of the row into one of `text`. `ordinal` is which of all cells of the file
    it is in: `cell` in a notebook, and known in a percent script, too.
    """

    filename: str
    cell: int | None
    location: Location
    end_location: Location
    code: str
    severity: str
    message: str
    fix: Fix | None = None
    text: str = ""
    ordinal: int | None = None
    text_shift: int = 0

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits of its fix."""
        return () if self.fix is None else self.fix.edits

    @property
    def place(self) -> str:
        """`nb.ipynb:cell 4:2:8`, or `a.py:2:8`."""
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{self.filename}:{cell}{self.location.row}:{self.location.column}"

    @property
    def line(self) -> str:
        """`nb.ipynb:cell 4:2:8: DAV101 message`."""
        return f"{self.place}: {self.code} {self.message}"

    def fix_json(self) -> dict[str, Any] | None:
        """The fix, unless its text holds credentials: it would be wrong with them masked."""
        if self.fix is None or any(any(credentials(edit.content)) for edit in self.edits):
            return None
        return self.fix.json()

    def json(self) -> dict[str, Any]:
        """The diagnostic in `davos parse --json`."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "cell": self.ordinal,
            "location": location_json(self.location),
            "end_location": location_json(self.end_location),
            "fix": self.fix_json(),
        }


def location_json(location: Location) -> dict[str, int]:
    """A location as ruff writes it."""
    return {"row": location.row, "column": location.column}
