"""How the installers write what to install: one kind of text for pip and uv, another for conda."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple, Protocol, Sequence

if TYPE_CHECKING:
    from davos.onion.comment import Requirement
    from davos.onion.words import Word

__all__ = ["RequirementEnd", "RequirementError", "RequirementSyntax"]

RequirementEnd = Callable[["Sequence[Word]", int], int]


class RequirementError(ValueError):
    """What is wrong with a requirement, for the reader of the onion comment."""


class _Parse(Protocol):
    def __call__(self, text: str, *, editable: bool = False) -> Requirement:
        """The requirement that a text states; raises RequirementError."""


class RequirementSyntax(NamedTuple):
    """How a requirement is found among the words of an onion comment, and read.

    `end` gives the index behind its last word, from that of its first, `text` a requirement as
    its installer shall get it, from the text that spans it.
    """

    end: RequirementEnd
    text: Callable[[str], str]
    parse: _Parse
