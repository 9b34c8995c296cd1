"""The words of an onion comment and what each is, also while it is being typed.

Unlike `davos.onion.lexer` nothing is refused: what is wrong or unfinished is "unknown".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, Literal, NamedTuple

from davos.onion.words import Problem, Word, split

if TYPE_CHECKING:
    from davos.onion.options import Option, OptionTable

__all__ = ["Piece", "pieces"]

Kind = Literal["option", "value", "requirement", "unknown"]

_PLAIN = re.compile(r"[^ \t\r\n\f\v]+")


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
    waiting: Piece | None = None
    options_ended = False
    for word in _words(args):
        if waiting is not None:
            kind = _value_kind(waiting)
            yield Piece(kind, word.start, word.end, waiting.option, waiting.flag)
            waiting = None
        elif word.text == "--":
            options_ended = True
        elif options_ended or word.text[:1] != "-" or word.text == "-":
            yield Piece("requirement", word.start, word.end)
        else:
            found = list(_option(args, word, table))
            yield from found
            last = found[-1]
            if last.kind == "option" and last.option and last.option.takes_value:
                waiting = last


def _words(args: str) -> list[Word]:
    try:
        return split(args)
    except Problem:  # a quote that is not closed yet
        return [Word(found.group(), *found.span()) for found in _PLAIN.finditer(args)]


def _option(args: str, word: Word, table: OptionTable) -> Iterator[Piece]:
    if word.text.startswith("--"):
        return _long(args, word, table)
    return _short(args, word, table)


def _long(args: str, word: Word, table: OptionTable) -> Iterator[Piece]:
    """`--flag`, `--flag=value`, or a unique prefix of a flag."""
    raw = args[word.start : word.end]
    flag, equals, _ = raw.partition("=")
    candidates = [flag] if flag in table.by_flag else table.candidates(flag)
    if len(candidates) != 1:
        yield Piece("unknown", word.start, word.end, None, flag)
        return
    option, end = table.by_flag[candidates[0]], word.start + len(flag)
    yield Piece("option", word.start, end, option, flag)
    if equals:
        yield Piece("value", end + 1, word.end, option, flag)


def _short(args: str, word: Word, table: OptionTable) -> Iterator[Piece]:
    """`-v`, several joined as `-Ivv`, a value glued to the last."""
    start = word.start
    for position in range(word.start + 1, word.end):
        flag = f"-{args[position]}"
        option = table.by_flag.get(flag)
        if option is None:
            yield Piece("unknown", start, word.end, None, flag)
            return
        yield Piece("option", start, position + 1, option, flag)
        start = position + 1
        if option.takes_value and start < word.end:
            piece = Piece("option", position, start, option, flag)
            yield Piece(_value_kind(piece), start, word.end, option, flag)
            return


def _value_kind(option: Piece) -> Kind:
    """The value of `--editable` is the requirement."""
    editable = option.option is not None and option.option.dest == "editable"
    return "requirement" if editable else "value"
