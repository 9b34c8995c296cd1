"""Documents in which every `smuggle` reads `import `, at the same columns; and the way back."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from davos.documents.edits import Edit, apply_edits
from davos.documents.parsed_cell import ParsedCell
from davos.documents.python_source import keyword
from davos.documents.reader import read_document
from davos.exceptions import DavosError
from davos.span import Span
from davos.translate import SMUGGLE, as_imports

if TYPE_CHECKING:
    from davos.documents.python_source import Import

__all__ = ["restored", "shimmed"]

_IMPORT = as_imports(SMUGGLE, [0], same_width=True)
_NOQA = "  # noqa: F401"


def shimmed(path: str, data: bytes) -> bytes:
    """A document's bytes for other tools; unchanged if davos cannot read it.

    An import of davos is for what it does, and is said to be so if its name is not used.
    """
    if b"smuggle" not in data and b"davos" not in data:
        return data
    try:
        cells = _cells(path, data)
    except DavosError:
        return data
    edits = [*_masks(cells), *_marks(cells)]
    return apply_edits(data, path, edits) if edits else data


def restored(path: str, before: bytes, after: bytes) -> bytes | None:
    """What a tool made of `shimmed(path, before)`, as `before` was written.

    None if that is no code with the same imports; their order may be another one.
    """
    try:
        old, new = _imports(_cells(path, before)), _imports(_cells(path, after))
    except DavosError:
        return None
    was_smuggled: dict[str, list[bool]] = {}
    for facts, node, said in old:
        was_smuggled.setdefault(said, []).append(facts.offset(node) in facts.by_start)
    if not old or sorted(said for *_, said in old) != sorted(said for *_, said in new):
        return None
    edits = []
    for facts, node, said in new:
        text, end = facts.source.text, facts.span(node).end
        if was_smuggled[said].pop(0):
            start = keyword(text, facts.offset(node), node)
            edits.append(_edit(facts, start, start + len("import"), SMUGGLE))
        elif text.startswith(_NOQA, end):
            edits.append(_edit(facts, end, end + len(_NOQA), ""))
    return apply_edits(after, path, edits)


def _cells(path: str, data: bytes) -> list[ParsedCell]:
    document = read_document(data, path)
    return [ParsedCell(document, cell, number) for number, cell in enumerate(document.cells)]


def _masks(cells: list[ParsedCell]) -> Iterator[Edit]:
    for facts in cells:
        for found in facts.statements:
            statement = found.statement
            start = keyword(facts.source.text, statement.span.start, statement)
            yield _edit(facts, start, start + len(SMUGGLE), _IMPORT)


def _marks(cells: list[ParsedCell]) -> Iterator[Edit]:
    """Comments that say of an import of davos alone that its name need not be used."""
    used = {
        node.id
        for facts in cells
        if "davos" in facts.source.text
        for node, _ in facts.nodes
        if isinstance(node, ast.Name)
    }
    for facts in cells if "davos" not in used else ():
        for node, _ in facts.import_nodes if "davos" in facts.source.text else ():
            names = [(alias.name, alias.asname) for alias in node.names]
            end = facts.behind(facts.span(node))
            if isinstance(node, ast.Import) and names == [("davos", None)] and end is not None:
                end = facts.span(node).end
                row = facts.source.line(facts.row(end))
                if "noqa" not in row:
                    yield _edit(facts, end, end, _NOQA)


def _edit(facts: ParsedCell, start: int, end: int, content: str) -> Edit:
    place = facts.range(Span(start, end))
    return Edit(facts.cell.index, place.start, place.end, content)


def _imports(cells: list[ParsedCell]) -> list[tuple[ParsedCell, Import, str]]:
    """Every import with its cell and what it says."""
    return [(facts, node, ast.dump(node)) for facts in cells for node, _ in facts.import_nodes]
