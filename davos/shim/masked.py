"""Documents in which every `smuggle` reads `import `, at the same columns."""

from __future__ import annotations

from davos.documents.edits import Edit, apply_edits
from davos.documents.parsed_cell import ParsedCell
from davos.documents.python_source import keyword
from davos.documents.reader import read_document
from davos.exceptions import DavosError
from davos.span import Span
from davos.translate import SMUGGLE, as_imports

__all__ = ["shimmed"]

_IMPORT = as_imports(SMUGGLE, [0], same_width=True)


def shimmed(path: str, data: bytes) -> bytes:
    """A document's bytes for other tools; unchanged if davos cannot read it."""
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
            statement = found.statement
            start = keyword(facts.source.text, statement.span.start, statement)
            place = facts.range(Span(start, start + len(SMUGGLE)))
            edits.append(Edit(cell.index, place.start, place.end, _IMPORT))
    return apply_edits(data, path, edits)
