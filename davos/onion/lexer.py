"""The words of an onion comment as tokens of `grammar/onion.lark`.

Words are read as pip's own parser (optparse) reads them: short options may be
joined (`-Ivv`), a value follows in the same word or in the next, long options may
be shortened to a unique prefix, and `--` ends the options.
"""

from __future__ import annotations

from typing import Any, Iterator, NamedTuple

from davos.onion.options import Effect, Option, OptionTable
from davos.onion.requirement import RequirementError, parse, requirement_end, requirement_text
from davos.onion.words import Problem, Word, split

__all__ = ["Token", "Tokens"]


class Token(NamedTuple):
    """A token: its type in the grammar, what it stands for, its range in the arguments.

    The value is an `Option` (OPTION, FLAG, EDITABLE), the option's converted
    value (VALUE) or a `Requirement` (WORD).
    """

    type: str
    value: Any
    start: int
    end: int
    text: str = ""


class Tokens:
    """An onion comment's arguments as tokens; `words` holds the words read so far."""

    def __init__(self, args: str, table: OptionTable) -> None:
        self.args = args
        self.table = table
        self.words: list[str] = []
        self._split = split(args)
        self._index = 0
        self._has_requirement = False

    def __iter__(self) -> Iterator[Token]:
        options_ended = False
        while self._index < len(self._split):
            word = self._next()
            text = word.text
            if text[:1] != "-" or text == "-" or options_ended:
                yield self._requirement(word, editable=False)
            elif text == "--":
                options_ended = True
            elif text[1] == "-":
                yield from self._long(word)
            else:
                yield from self._short(word)

    def _next(self) -> Word:
        self._index += 1
        return self._split[self._index - 1]

    def _requirement(self, first: Word, *, editable: bool) -> Token:
        end = requirement_end(self._split, self._index - 1)
        last = self._split[end - 1]
        self._index = end
        text = requirement_text(self.args[first.start : last.end])
        self.words.append(text)
        return self._word(text, first.start, last.end, editable=editable)

    def _word(self, text: str, start: int, end: int, *, editable: bool) -> Token:
        if self._has_requirement:
            # the grammar refuses a second one, so it is not looked into
            return Token("WORD", None, start, end, text)
        self._has_requirement = True
        try:
            requirement = parse(text, editable=editable)
        except RequirementError as error:
            raise Problem("DAV103", str(error), start, end) from error
        return Token("WORD", requirement, start, end, text)

    def _long(self, word: Word) -> Iterator[Token]:
        flag, equals, value = word.text.partition("=")
        option = self.table.by_flag.get(flag) or self._abbreviated(flag, word)
        _refuse(option, flag, word)
        self.words.append(word.text)
        if option.takes_value:
            yield from self._with_value(option, flag, word, value if equals else None)
        elif equals:
            raise Problem("DAV105", f"{flag} takes no value", word.start, word.end, flag)
        else:
            yield Token("FLAG", option, word.start, word.end, flag)

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
        self, option: Option, flag: str, word: Word, glued: str | None
    ) -> Iterator[Token]:
        editable = option.dest == "editable"
        yield Token("EDITABLE" if editable else "OPTION", option, word.start, word.end, flag)
        if glued is None:
            value = self._value_word(option, flag, word)
            if editable:
                yield self._requirement(value, editable=True)
                return
            self.words.append(value.text)
            glued, word = value.text, value
        elif editable:
            yield self._word(glued, word.start, word.end, editable=True)
            return
        yield Token("VALUE", _convert(option, flag, glued, word), word.start, word.end, glued)

    def _value_word(self, option: Option, flag: str, word: Word) -> Word:
        if self._index == len(self._split):
            message = f"{flag} needs a value: {flag} {option.metavar}"
            raise Problem("DAV105", message, word.start, word.end, flag)
        value = self._next()
        if value.text[:1] == "-" and not option.dash:
            message = f"{flag} needs a value, but {value.text} follows"
            raise Problem("DAV105", message, word.start, word.end, flag)
        return value

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
