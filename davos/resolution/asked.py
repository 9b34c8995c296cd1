"""What a document asks for, statement by statement: onion comments, and modules without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterator

from davos.distributions.import_names import distribution_asked, parts_named
from davos.documents.document import place_words
from davos.documents.parsed_cell import ParsedCell, analyse
from davos.onion.asked_text import asked_text, decisive_options
from davos.onion.validator import validate_text
from davos.resolution.later_statements import has_effect, top_level_imports
from davos.syntax.nodes import SmuggleFrom

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.documents.parsed_cell import FoundStatement
    from davos.onion.comment import Onion, Requirement

__all__ = ["Asked", "asked_in", "unreadable_in"]


@dataclass(frozen=True)
class Asked:
    """A requirement of a document, and where it stands.

    `top_level` says that the statement is in no other one. `written` is false for a module
    without an onion comment, whose distribution davos' tables name.
    """

    onion: Onion
    place: str
    top_level: bool = True
    written: bool = True

    @property
    def requirement(self) -> Requirement:
        """What the installer is asked for."""
        return self.onion.requirement

    @property
    def is_of_conda(self) -> bool:
        """Whether it is a package of conda; pip and uv install the others."""
        return self.onion.installer == "conda"

    @property
    def options(self) -> dict[str, Any]:
        """The options that decide which files it gives (`davos.onion.asked_text.DECISIVE`)."""
        return decisive_options(self.onion)

    @property
    def shown(self) -> str:
        """The requirement with its place, for messages."""
        return f"{asked_text(self.onion)} ({self.place})"


def asked_in(document: Document) -> list[Asked]:
    """What the valid smuggle statements of a document ask for, in their order.

    Those that install nothing are left out: of the standard library, of davos, of modules
    beside the document, and relative ones.
    """
    asked: list[Asked] = []
    for cell in document.cells:
        if "smuggle" in cell.text:
            facts = ParsedCell(document, cell)
            top = set(top_level_imports(cell.text))
            for found in facts.statements:
                location = facts.source.location(found.statement.span.start)
                asked += _asked(found, document.filename, top_level=tuple(location) in top)
    return asked


def unreadable_in(document: Document) -> list[str]:
    """A sentence about each smuggle statement or onion comment that cannot be read.

    These are not in `asked_in`: the document stops at them when it runs.
    """
    return [
        f"{place_words(one.ordinal, one.location.row)} is not in the lock: {one.message}"
        for one in analyse(document).diagnostics
    ]


def _asked(found: FoundStatement, filename: str, *, top_level: bool) -> Iterator[Asked]:
    place = place_words(found.ordinal, found.range.start.row)
    modules = _modules(found)
    if found.statement.onion is not None:
        # an onion comment is about the first module; `davos check` reports an invalid one
        if found.onion is not None and has_effect(found.statement):
            yield Asked(found.onion, place, top_level)
        modules = modules[1:]
    for module in modules:
        name = distribution_asked(module, filename)
        if name is not None:
            yield Asked(validate_text("pip", name), place, top_level, written=False)


def _modules(found: FoundStatement) -> list[str]:
    """The absolute modules of a statement, as far as they come from different distributions."""
    statement = found.statement
    names = [alias.name for alias in statement.names]
    if not isinstance(statement, SmuggleFrom):
        return names
    if statement.level or not statement.module:
        return []
    return parts_named(statement.module, names) or [statement.module]
