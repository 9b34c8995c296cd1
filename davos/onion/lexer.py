"""The words of an onion comment as tokens of `grammar/onion.lark`.

`davos.onion.arguments` reads the words as pip does; what pip or davos refuses is raised
here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from davos.onion.arguments import OptionUse, RequirementWords, UnknownOption, read
from davos.onion.options import Effect
from davos.onion.requirement import RequirementError, parse, requirement_text
from davos.onion.words import Problem, split

if TYPE_CHECKING:
    from davos.onion.arguments import OptionValue
    from davos.onion.options import Option, OptionTable
    from davos.onion.words import Word

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
        self._arguments = read(split(args), table)
        self._has_requirement = False

    def __iter__(self) -> Iterator[Token]:
        for argument in self._arguments:
            if isinstance(argument, OptionUse):
                yield from self._option(argument)
            elif isinstance(argument, RequirementWords):
                yield self._requirement(argument.start, argument.end, editable=False)
            else:
                raise self._unknown(argument)

    def _requirement(self, start: int, end: int, *, editable: bool) -> Token:
        text = requirement_text(self.args[start:end])
        self.words.append(text)
        return self._word(text, start, end, editable=editable)

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

    def _option(self, use: OptionUse) -> Iterator[Token]:
        option, flag, word = use.option, use.flag, use.word
        _refuse(option, flag, word)
        if use.is_first:
            self.words.append(word.text)
        if option.takes_value:
            kind = "EDITABLE" if option.names_requirement else "OPTION"
            yield Token(kind, option, word.start, word.end, flag)
            yield self._value(use)
        elif use.value is not None:
            raise Problem("DAV105", f"{flag} takes no value", word.start, word.end, flag)
        else:
            yield Token("FLAG", option, word.start, word.end, flag)

    def _value(self, use: OptionUse) -> Token:
        value = _given(use)
        first = value.words[0]
        if use.option.names_requirement:
            if value.joined:
                return self._word(value.text, first.start, first.end, editable=True)
            return self._requirement(value.start, value.end, editable=True)
        if not value.joined:
            self.words.append(value.text)
        converted = _convert(use.option, use.flag, value.text, first)
        return Token("VALUE", converted, first.start, first.end, value.text)

    def _unknown(self, argument: UnknownOption) -> Problem:
        flag, word, candidates = argument.flag, argument.word, argument.candidates
        if candidates:
            message = f"{flag} is ambiguous: it could be {', '.join(candidates)}"
        else:
            message = f"{self.table.installer} install has no option {flag}"
            message += self._suggestion(flag) if flag[:2] == "--" else ""
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


def _given(use: OptionUse) -> OptionValue:
    """The value of an option; raises where it is missing, or looks like another option."""
    flag, word, value = use.flag, use.word, use.value
    if value is None:
        message = f"{flag} needs a value: {flag} {use.option.metavar}"
        raise Problem("DAV105", message, word.start, word.end, flag)
    if value.text[:1] == "-" and not (value.joined or use.option.dash):
        message = f"{flag} needs a value, but {value.text} follows"
        raise Problem("DAV105", message, word.start, word.end, flag)
    return value


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
