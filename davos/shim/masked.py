"""Documents in which every `smuggle` reads `import `, at the same columns."""

from __future__ import annotations

from davos.documents.edits import Edit, apply_edits
from davos.documents.parsed_cell import ParsedCell
from davos.documents.python_source import keyword
from davos.documents.reader import read_document
from davos.exceptions import DavosError
from davos.span import Span

__all__ = ["shimmed"]

_WIDTH = len("smuggle")


def shimmed(path: str, data: bytes) -> bytes:
    """A document's bytes for other tools; as they are if it is none of ours."""
    if b"smuggle" not in data:
        return data
    try:
        document = read_document(data, path)
    except DavosError:
        return data
    edits = []
    for number, cell in enumerate(document.cells):
        facts = ParsedCell(document, cell, number)
        for found in facts.statements:
            start = keyword(facts.source.text, found.statement)
            place = facts.range(Span(start, start + _WIDTH))
            edits.append(Edit(cell.index, place.start, place.end, "import".ljust(_WIDTH)))
    return apply_edits(data, path, edits)
