"""What a rule is: a code, a name, a page, and a function that finds violations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Iterable, Literal, NamedTuple

if TYPE_CHECKING:
    from davos.documents.diagnostic import Applicability
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context
    from davos.span import Span

__all__ = ["Change", "Finding", "Repair", "Rule"]


class Change(NamedTuple):
    """A span of a cell and its new text; an empty span inserts."""

    cell: ParsedCell
    span: Span
    content: str


class Repair(NamedTuple):
    """A fix of a finding, in offsets."""

    title: str
    applicability: Applicability
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Finding:
    """What a rule found, in offsets."""

    cell: ParsedCell
    span: Span
    message: str
    repair: Repair | None = None


class Rule:
    """One thing that `davos check` finds.

    The docstring of a subclass is its page, its name says what is found (not what
    to do about it). `fixable` is "safe" or "unsafe" after the best fix it can have.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Literal["error", "warning"]] = "warning"
    fixable: ClassVar[Literal["safe", "unsafe", "no"]] = "no"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        """The findings in a document; the errors of the parser come by themselves."""
        del context
        return ()
