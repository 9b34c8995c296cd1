"""Splits an onion comment into the tokens of `grammar/onion.lark`.

Words are read as pip's own parser (optparse) reads them: short options may be
joined (`-Ivv`), a value follows in the same word or in the next, long options may
be shortened to a unique prefix, and `--` ends the options.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Iterator, NamedTuple

from davos.onion.options import Effect, Option, OptionTable
from davos.onion.requirement import RequirementError, parse, requirement_end, requirement_text
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
        self._split: list[Word] = []
        self._index = 0
        self._has_requirement = False
        self._options_ended = False

    def __iter__(self) -> Iterator[Token]:
        try:
            self._split = split(self.args)
            while self._index < len(self._split):
                word = self._next()
                text = word.text
                if text[:1] != "-" or text == "-" or self._options_ended:
                    yield from self._requirement(word)
                elif text == "--":
                    self._options_ended = True
                    yield Token("DASHES", None, word.start, word.end, text)
                elif text[1] == "-":
                    yield from self._long(word)
                else:
                    yield from self._short(word)
        except Problem as problem:
            yield Token(INVALID, problem, problem.start, problem.end)

    def _next(self) -> Word:
        self._index += 1
        return self._split[self._index - 1]

    def _requirement(self, first: Word, *, editable: bool = False) -> Iterator[Token]:
        end = requirement_end(self._split, self._index - 1)
        last = self._split[end - 1]
        self._index = end
        text = requirement_text(self.args[first.start : last.end])
        self.words.append(text)
        return self._package(text, first.start, last.end, editable=editable)

    def _package(self, text: str, start: int, end: int, *, editable: bool) -> Iterator[Token]:
        kind = "VALUE" if editable else "WORD"
        if self._has_requirement:
            # the grammar refuses a second one, whatever it says
            yield Token(kind, None, start, end, text)
            return
        self._has_requirement = True
        try:
            requirement = parse(text, editable=editable)
        except RequirementError as error:
            yield Token(kind, None, start, end, text)
            raise Problem("DAV103", str(error), start, end) from error
        yield Token(kind, requirement, start, end, text)

    def _long(self, word: Word) -> Iterator[Token]:
        flag, equals, value = word.text.partition("=")
        option = self.table.by_flag.get(flag) or self._abbreviated(flag, word)
        _refuse(option, flag, word)
        self.words.append(word.text)
        if option.takes_value:
            yield from self._with_value(option, flag, word, value if equals else None)
            return
        yield Token("FLAG", option, word.start, word.end, flag)
        if equals:
            yield Token("VALUE", None, word.start, word.end, value)

    def _short(self, word: Word) -> Iterator[Token]:
        self.words.append(word.text)
        for position, letter in enumerate(word.text[1:], 2):
            flag = f"-{letter}"
            option = self.table.by_flag.get(flag)
            if option is None:
                raise self._unknown(flag, word)
            _refuse(option, flag, word)
            if option.takes_value:
                yield from self._with_value(option, flag, word, word.text[position:] or None)
                return
            yield Token("FLAG", option, word.start, word.end, flag)

    def _with_value(
        self, option: Option, flag: str, word: Word, joined: str | None
    ) -> Iterator[Token]:
        """An option and its value; the option alone if none is joined and none follows."""
        editable = option.dest == "editable"
        yield Token("EDITABLE" if editable else "OPTION", option, word.start, word.end, flag)
        if joined is not None:
            if editable:
                yield from self._package(joined, word.start, word.end, editable=True)
            else:
                yield from _value(option, flag, joined, word)
        elif self._value_follows(option):
            value = self._next()
            if editable:
                yield from self._requirement(value, editable=True)
            else:
                self.words.append(value.text)
                yield from _value(option, flag, value.text, value)

    def _value_follows(self, option: Option) -> bool:
        """Whether the next word is a value: one with a dash only where the option allows it."""
        if self._index == len(self._split):
            return False
        return option.dash or self._split[self._index].text[:1] != "-"

    def _abbreviated(self, prefix: str, word: Word) -> Option:
        candidates = self.table.candidates(prefix)
        if not candidates:
            raise self._unknown(prefix, word)
        if len(candidates) > 1:
            message = f"{prefix} is ambiguous: it could be {', '.join(candidates)}"
            raise Problem("DAV101", message, word.start, word.end, prefix)
        return self.table.by_flag[candidates[0]]

    def _unknown(self, flag: str, word: Word) -> Problem:
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
        message = f"{flag} is not allowed in an onion comment: {option.reason}"
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
