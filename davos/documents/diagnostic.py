"""What a rule reports: a code, a message, a place, and perhaps a fix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from davos.span import Location

__all__ = ["Applicability", "Diagnostic", "Edit", "Fix", "location_json"]

Applicability = Literal["safe", "unsafe"]


@dataclass(frozen=True)
class Edit:
    """A range of a cell (of the file, where `cell` is None) and what shall stand there."""

    cell: int | None
    location: Location
    end_location: Location
    content: str


@dataclass(frozen=True)
class Fix:
    """A title and the edits; an unsafe fix may change what the code does."""

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...]

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


@dataclass(frozen=True)
class Diagnostic:
    """A finding in a file, in one of its cells if it is a notebook (else `cell` is None).

    `text` is the row it begins in.
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

    @property
    def place(self) -> str:
        """`nb.ipynb:cell 4:2:8`, or `a.py:2:8`."""
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{self.filename}:{cell}{self.location.row}:{self.location.column}"

    @property
    def line(self) -> str:
        """`nb.ipynb:cell 4:2:8: DAV101 message`."""
        return f"{self.place}: {self.code} {self.message}"

    def json(self) -> dict[str, Any]:
        """The diagnostic in `davos parse --json`."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "cell": self.cell,
            "location": location_json(self.location),
            "end_location": location_json(self.end_location),
            "fix": None if self.fix is None else self.fix.json(),
        }


def location_json(location: Location) -> dict[str, int]:
    """A location as ruff writes it."""
    return {"row": location.row, "column": location.column}
