"""The parts of an onion comment's arguments and what each is, also while it is being typed.

Unlike in `davos.onion.lexer` nothing is refused: what is wrong or unfinished is "unknown".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Literal, NamedTuple

from davos.onion.arguments import OptionUse, RequirementWords, UnknownOption, read
from davos.onion.words import split_unfinished

if TYPE_CHECKING:
    from davos.onion.arguments import Argument
    from davos.onion.options import Option, OptionTable

__all__ = ["Piece", "pieces"]

Kind = Literal["option", "value", "requirement", "unknown"]


class Piece(NamedTuple):
    """A word, or a part of one, with its range in the arguments.

    `option` is the option itself, or the one that a value belongs to; `flag` how it is written.
    """

    kind: Kind
    start: int
    end: int
    option: Option | None = None
    flag: str = ""


def pieces(args: str, table: OptionTable) -> Iterator[Piece]:
    """What the words of an onion comment's arguments are, in order."""
    for argument in read(split_unfinished(args), table):
        yield from _pieces(argument)


def _pieces(argument: Argument) -> Iterator[Piece]:
    if isinstance(argument, RequirementWords):
        for word in argument.words:
            yield Piece("requirement", word.start, word.end)
    elif isinstance(argument, OptionUse):
        yield Piece("option", argument.start, argument.end, argument.option, argument.flag)
        yield from _value(argument)
    elif isinstance(argument, UnknownOption):
        yield Piece("unknown", argument.start, argument.end, None, argument.flag)


def _value(use: OptionUse) -> Iterator[Piece]:
    """The value of `--editable` is the requirement."""
    if use.value is None:
        return
    kind: Kind = "requirement" if use.option.names_requirement else "value"
    yield Piece(kind, use.value.start, use.value.words[0].end, use.option, use.flag)
    for word in use.value.words[1:]:
        yield Piece(kind, word.start, word.end)
