"""Splits an onion comment into the tokens of `grammar/onion.lark`.

`davos.onion.arguments` reads the words as pip does. A word that the installer or davos
refuses for what it says is followed by an INVALID token; what the grammar decides is left
to it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Iterator, NamedTuple

from davos.onion.arguments import (
    EndOfOptions,
    OptionUse,
    OptionValue,
    RequirementWords,
    UnknownOption,
    read,
)
from davos.onion.options import Effect, Option, OptionTable
from davos.onion.requirement_syntax import RequirementError
from davos.onion.words import Problem, Word, split

__all__ = ["INVALID", "UNKNOWN_INSTALLER", "Token", "Tokens", "head"]

INVALID = "INVALID"
"""The type of a word that the installer or davos refuses: no rule of the grammar has it."""

UNKNOWN_INSTALLER = "UNKNOWN_INSTALLER"
"""The type of an installer that davos has no options of: no rule of the grammar has it."""


class Token(NamedTuple):
    """A token: its type in the grammar, its value, its range in the arguments.

    The value is an `Option` (OPTION, FLAG, EDITABLE), an option's converted value
    (VALUE), a `Requirement` (WORD, and the VALUE of EDITABLE), a `Problem` (INVALID) or
    None. `text` is an option as spelled, without what is joined to it; another word unquoted.
    """

    type: str
    value: Any
    start: int
    end: int
    text: str = ""


@lru_cache(maxsize=16)
def head(installer: str, *, known: bool) -> tuple[Token, ...]:
    """The tokens of `"#" installer ":"`, which stand before the arguments."""
    kind = "INSTALLER" if known else UNKNOWN_INSTALLER
    parts = (("HASH", "#"), (kind, installer), ("COLON", ":"))
    return tuple(Token(kind, None, 0, 0, text) for kind, text in parts)


class Tokens:
    """An onion comment's arguments as tokens; `words` holds the words read so far.

    An INVALID token stands behind what is refused for what it says, and ends the tokens.
    """

    def __init__(self, args: str, table: OptionTable) -> None:
        self.args = args
        self.table = table
        self.words: list[str] = []
        self._has_requirement = False

    def __iter__(self) -> Iterator[Token]:
        try:
            for argument in read(split(self.args), self.table):
                if isinstance(argument, RequirementWords):
                    yield from self._requirement(argument.start, argument.end)
                elif isinstance(argument, OptionUse):
                    yield from self._option(argument)
                elif isinstance(argument, EndOfOptions):
                    word = argument.word
                    yield Token("DASHES", None, word.start, word.end, word.text)
                else:
                    raise self._unknown(argument)
        except Problem as problem:
            yield Token(INVALID, problem, problem.start, problem.end)

    def _requirement(self, start: int, end: int, *, editable: bool = False) -> Iterator[Token]:
        text = self.table.syntax.text(self.args[start:end])
        self.words.append(text)
        return self._package(text, start, end, editable=editable)

    def _package(self, text: str, start: int, end: int, *, editable: bool) -> Iterator[Token]:
        kind = "VALUE" if editable else "WORD"
        if self._has_requirement:
            # the grammar refuses a second one, whatever it says
            yield Token(kind, None, start, end, text)
            return
        self._has_requirement = True
        try:
            requirement = self.table.syntax.parse(text, editable=editable)
        except RequirementError as error:
            yield Token(kind, None, start, end, text)
            raise Problem("DAV103", str(error), start, end) from None
        yield Token(kind, requirement, start, end, text)

    def _option(self, use: OptionUse) -> Iterator[Token]:
        option, flag, word = use.option, use.flag, use.word
        _refuse(option, flag, word)
        if use.is_first:
            self.words.append(word.text)
        kind = "FLAG" if not option.takes_value else "OPTION"
        kind = "EDITABLE" if option.names_requirement else kind
        yield Token(kind, option, word.start, word.end, flag)
        if use.value is not None:
            yield from self._value(option, flag, word, use.value)

    def _value(self, option: Option, flag: str, word: Word, value: OptionValue) -> Iterator[Token]:
        """The value of an option, also of one that takes none: the grammar decides that."""
        if not value.joined and value.text[:1] == "-" and not option.dash:
            # more likely the next option than a value: to the grammar it is no value
            yield Token("FLAG", None, value.start, value.end, value.text)
        elif not option.takes_value:
            yield Token("VALUE", None, word.start, word.end, value.text)
        elif option.names_requirement and value.joined:
            yield from self._package(value.text, word.start, word.end, editable=True)
        elif option.names_requirement:
            yield from self._requirement(value.start, value.end, editable=True)
        else:
            place = word if value.joined else value.words[0]
            if not value.joined:
                self.words.append(value.text)
            yield from _value(option, flag, value.text, place)

    def _unknown(self, argument: UnknownOption) -> Problem:
        flag, word = argument.flag, argument.word
        if argument.candidates:
            message = f"{flag} is ambiguous: it could be {', '.join(argument.candidates)}"
            return Problem("DAV101", message, word.start, word.end, flag)
        message = f"{self.table.installer} install has no option {flag}"
        if flag[:2] == "--":
            message += self._suggestion(flag)
        return Problem("DAV101", message, word.start, word.end, flag)

    def _suggestion(self, flag: str) -> str:
        from difflib import get_close_matches  # noqa: PLC0415 - 6 ms, for errors only

        close = get_close_matches(flag, self.table.by_flag, n=1, cutoff=0.75)
        if close:
            return f"; did you mean {close[0]}?"
        glued = [known for known in self.table.by_flag if flag.startswith(f"{known}-")]
        return f"; is white space missing behind {max(glued, key=len)}?" if glued else ""


def _refuse(option: Option, flag: str, word: Word) -> None:
    if option.effect is Effect.REFUSE:
        shown = flag if flag in option.flags else f"{flag}, short for {option.name},"
        message = f"{shown} is not allowed in an onion comment: {option.reason}"
        raise Problem("DAV102", message, word.start, word.end, flag)


def _value(option: Option, flag: str, text: str, word: Word) -> Iterator[Token]:
    try:
        value = _convert(option, flag, text, word)
    except Problem:
        yield Token("VALUE", None, word.start, word.end, text)
        raise
    yield Token("VALUE", value, word.start, word.end, text)


def _convert(option: Option, flag: str, text: str, word: Word) -> Any:
    if not text.strip():
        raise Problem("DAV105", f"the value of {flag} is empty", word.start, word.end, flag)
    if text[0] == "-" and not option.dash:
        message = f"the value of {flag} cannot begin with a dash: {text!r}"
        raise Problem("DAV105", message, word.start, word.end, flag)
    try:
        return option.value(text)
    except ValueError as error:
        message = f"{flag} takes {error}, not {text!r}"
        raise Problem("DAV105", message, word.start, word.end, flag) from None
