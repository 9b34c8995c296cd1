"""A file as cells of Python, and places in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from davos.span import Location

__all__ = ["Cell", "Document", "TextCell", "place_words"]


@dataclass(frozen=True)
class Cell:
    """A code cell of a notebook, or a whole script (then `index` is None).

    `index` counts all cells of the notebook from 1. `source` is the cell as it
    stands in the file, `text` what Python would see of it, `removed` how many
    columns of each row were taken away in front (prompts, common indentation).
    """

    index: int | None
    source: str
    text: str
    removed: tuple[int, ...] = ()

    @property
    def ordinal(self) -> int | None:
        """Which of all cells of the file it is, from 1; None in a script."""
        return self.index

    def place(self, location: Location) -> Location:
        """Where in `source` a location in `text` is."""
        if not self.removed:
            return location
        return Location(location.row, location.column + self.removed[location.row - 1])


@dataclass(frozen=True)
class TextCell(Cell):
    """A cell of a text notebook: `index` is None, because its rows are those of the file.

    `first_row` is the row of the file in which the cell begins. `counted` is its
    `ordinal`: None in Markdown, where programs count cells differently.
    """

    first_row: int = 1
    counted: int | None = None

    @property
    def ordinal(self) -> int | None:
        """Which of all cells of the file it is, from 1, if that is known."""
        return self.counted

    def place(self, location: Location) -> Location:
        """Where in the file a location in `text` is."""
        row, column = super().place(location)
        return Location(row + self.first_row - 1, column)


class Document(NamedTuple):
    """A file with its code: the cells of a notebook, or a script as its only cell.

    `text` is the whole file, if it is text (None for the JSON of a notebook). A
    notebook whose kernel runs another language (`is_python` is false) has no cells. `lock` is
    what the metadata of a notebook hold as its lock, as it is.
    """

    filename: str
    kind: Literal["notebook", "script"]
    cells: tuple[Cell, ...]
    is_python: bool = True
    text: str | None = None
    lock: Any = None


def place_words(cell: int | None, row: int) -> str:
    """How messages name a place in a file: `cell 2, row 3`, or `row 3` in a script."""
    return f"row {row}" if cell is None else f"cell {cell}, row {row}"
