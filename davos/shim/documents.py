"""Documents in which every `smuggle` reads `import `, at the same columns."""

from __future__ import annotations

from davos.exceptions import DavosError
from davos.lint.analysis import CellFacts
from davos.lint.diagnostic import Edit
from davos.lint.fixing import apply_edits
from davos.lint.python import keyword
from davos.lint.text_notebooks import read_document
from davos.source import Span

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
        facts = CellFacts(document, cell, number)
        for found in facts.statements:
            start = keyword(facts.source.text, found.statement)
            place = facts.range(Span(start, start + _WIDTH))
            edits.append(Edit(cell.index, place.start, place.end, "import".ljust(_WIDTH)))
    return apply_edits(data, path, edits)
