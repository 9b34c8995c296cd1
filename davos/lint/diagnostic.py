"""What a rule reports: a code, a message and a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from davos.source import Location

__all__ = ["Diagnostic", "location_json"]


@dataclass(frozen=True)
class Diagnostic:
    """A finding in a file, in one of its cells if it is a notebook (else `cell` is None)."""

    filename: str
    cell: int | None
    location: Location
    end_location: Location
    code: str
    severity: str
    message: str

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
            "fix": None,
        }


def location_json(location: Location) -> dict[str, int]:
    """A location as ruff writes it."""
    return {"row": location.row, "column": location.column}
