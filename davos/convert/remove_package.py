"""`davos remove`: a distribution's smuggle statements taken out of a document."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from davos.convert.cell_changes import NOTHING_LEFT, CellChanges, Converted
from davos.convert.named_statements import is_whole, named_statements, place_of, take_out
from davos.documents.edits import apply_edits
from davos.documents.json_cells import remove_cells
from davos.documents.parsed_cell import ParsedCell
from davos.documents.reader import read_document
from davos.exceptions import DavosError
from davos.near_words import did_you_mean

if TYPE_CHECKING:
    from davos.convert.named_statements import Use

__all__ = ["remove_package"]


def remove_package(data: bytes, filename: str, name: str) -> Converted:
    """A document without the statements that ask for a distribution, or that import a module.

    Other names of a statement stay, and so does all else. A cell of a notebook of which nothing is
    left goes. Raises what `read_document` raises, and `DavosError` where there is no statement.
    """
    document = read_document(data, filename)
    cells = [ParsedCell(document, cell, number) for number, cell in enumerate(document.cells)]
    uses = list(named_statements(cells))
    meant = [one for one in uses if canonicalize_name(one.distribution) == canonicalize_name(name)]
    meant = meant or [one for one in uses if one.module == name]
    if not meant:
        raise DavosError(_unknown(name, uses))
    changed: dict[int, CellChanges] = {}
    notes = []
    statements = [list(found) for _, found in groupby(meant, _key)]
    gone = [
        _key(one[0]) for one in statements if is_whole(one[0].found, [use.number for use in one])
    ]
    for mine in statements:
        facts, statement = mine[0].facts, mine[0].found
        changes = changed.setdefault(facts.number, CellChanges(facts))
        of_cell = [start for number, start in gone if number == facts.number]
        take_out(changes, statement, [one.number for one in mine], of_cell)
        notes.append(f"removed {mine[0].distribution} ({_place(mine[0])})")
    edits = [edit for changes in changed.values() for edit in changes.edits()]
    emptied = [one for one in changed.values() if NOTHING_LEFT.fullmatch(one.result())]
    data = apply_edits(data, filename, edits)
    if document.text is None and emptied:
        data = remove_cells(data, [one.facts.cell.index or 0 for one in emptied])
        notes += [f"removed cell {one.facts.cell.index}: nothing was left in it" for one in emptied]
    return Converted(data, notes)


def _key(use: Use) -> tuple[int, int]:
    return use.facts.number, use.found.statement.span.start


def _place(use: Use) -> str:
    return place_of(use.facts, use.found.statement.span.start)


def _unknown(name: str, uses: list[Use]) -> str:
    names = dict.fromkeys(one for use in uses for one in (use.distribution, use.module))
    return f"no smuggle statement asks for {name}{did_you_mean(name, names)}"
