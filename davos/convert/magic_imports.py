"""Magics that need a package before the document imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, NamedTuple, Sequence

from davos.convert.import_selection import is_foreign, statement_modules
from davos.distributions.import_names import imported_modules
from davos.distributions.magic_modules import needed_module, provides
from davos.documents.magic_uses import magic_uses
from davos.documents.text_notebooks import MARKDOWN

if TYPE_CHECKING:
    from davos.convert.import_selection import Imports
    from davos.documents.magic_uses import MagicUse
    from davos.documents.parsed_cell import ParsedCell

__all__ = ["EarlyMagic", "early_magics"]

_Place = tuple[int, int]


class EarlyMagic(NamedTuple):
    """A magic that needs a module, which only a later statement imports, or none."""

    facts: ParsedCell
    use: MagicUse
    module: str
    is_imported: bool


def early_magics(
    cells: Sequence[ParsedCell], imports: dict[int, Imports], filename: str
) -> Iterator[EarlyMagic]:
    """The magics above the imports and smuggles of what they need, once for each module."""
    there = [one for facts in cells for one in _named(facts, imports[facts.number])]
    in_comments = not filename.lower().endswith((".ipynb", *MARKDOWN))
    for facts in cells if cells and cells[0].document.kind == "notebook" else ():
        for use in magic_uses(facts, in_comments=in_comments):
            module = needed_module(use.name, use.argument)
            if module is None or not is_foreign(module, filename):
                continue
            bringing = [place for place, name, asked in there if provides(name, asked, module)]
            here = facts.number, use.span.start
            if not any(place < here for place in bringing):
                there.append((here, module, None))
                yield EarlyMagic(facts, use, module, bool(bringing))


def _named(facts: ParsedCell, imports: Imports) -> Iterator[tuple[_Place, str, str | None]]:
    """The modules that a cell imports or smuggles, each with its place and what is asked for."""
    for node in imports.nodes:
        for module in imported_modules(node):
            yield (facts.number, facts.offset(node)), module, None
    for found in facts.statements:
        asked = found.onion.requirement.name if found.onion else None
        for module in statement_modules(found.statement):
            yield (facts.number, found.statement.span.start), module, asked
