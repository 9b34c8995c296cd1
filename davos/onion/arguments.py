"""The words of `pip install` as arguments: requirements, and options with their values.

Words are read as pip's own parser (optparse) reads them: short options may be joined
(`-Ivv`), a value follows in the same word or in the next, long options may be shortened to
a unique prefix, and `--` ends the options. Nothing is refused: what pip would reject is an
`UnknownOption`, or an `OptionUse` with a `fault`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Literal, NamedTuple, Sequence, Union

if TYPE_CHECKING:
    from davos.onion.options import Option, OptionTable
    from davos.onion.requirement_syntax import RequirementEnd
    from davos.onion.words import Word

__all__ = [
    "Argument",
    "EndOfOptions",
    "OptionUse",
    "OptionValue",
    "RequirementWords",
    "UnknownOption",
    "one_word",
    "read",
]


class RequirementWords(NamedTuple):
    """The words that name what to install: in an onion comment several may state one."""

    words: tuple[Word, ...]

    @property
    def start(self) -> int:
        """Where the first word starts."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Where the last word ends."""
        return self.words[-1].end


class OptionValue(NamedTuple):
    """The value of an option: `joined` if it stands in the option's own word.

    That of `--editable` is a requirement, whose words are grouped as others are.
    """

    text: str
    start: int
    end: int
    words: tuple[Word, ...]
    joined: bool


class OptionUse(NamedTuple):
    """An option, how it is spelled there, its word, and the part of the word that is its own."""

    option: Option
    flag: str
    word: Word
    start: int
    end: int
    value: OptionValue | None = None

    @property
    def is_first(self) -> bool:
        """Whether no other option stands before it in the same word."""
        return self.start == self.word.start

    @property
    def fault(self) -> Literal["missing value", "unexpected value"] | None:
        """Why pip would refuse the option."""
        if self.option.takes_value == (self.value is not None):
            return None
        return "missing value" if self.option.takes_value else "unexpected value"


class UnknownOption(NamedTuple):
    """What begins like an option but is none; `candidates` are those it may be short for."""

    flag: str
    word: Word
    start: int
    end: int
    candidates: tuple[str, ...] = ()


class EndOfOptions(NamedTuple):
    """The word `--`: what follows are requirements, also with a dash in front."""

    word: Word


Argument = Union[RequirementWords, OptionUse, UnknownOption, EndOfOptions]


def one_word(words: Sequence[Word], first: int) -> int:  # noqa: ARG001 - as others
    """The index behind a requirement of one word, as a shell hands it to pip."""
    return first + 1


def read(
    words: Sequence[Word], table: OptionTable, end_of: RequirementEnd | None = None
) -> Iterator[Argument]:
    """The arguments that some words are, in their order.

    `end_of` gives the index behind the last word of a requirement, from that of its first: if it
    is None, as an onion comment for the table's installer has it.
    """
    return _Reader(words, table, end_of or table.syntax.end).arguments()


class _Reader:
    def __init__(self, words: Sequence[Word], table: OptionTable, end_of: RequirementEnd) -> None:
        self.words = words
        self.table = table
        self.end_of = end_of
        self.index = 0

    def arguments(self) -> Iterator[Argument]:
        options_ended = False
        while self.index < len(self.words):
            word = self.words[self.index]
            if options_ended or word.text[:1] != "-" or word.text == "-":
                yield RequirementWords(self._requirement())
                continue
            self.index += 1
            if word.text == "--":
                options_ended = True
                yield EndOfOptions(word)
            elif word.text[1] == "-":
                yield self._long(word)
            else:
                yield from self._short(word)

    def _requirement(self) -> tuple[Word, ...]:
        first = self.index
        self.index = self.end_of(self.words, first)
        return tuple(self.words[first : self.index])

    def _long(self, word: Word) -> Argument:
        """`--flag`, `--flag value`, `--flag=value`, each also with a unique prefix of the flag."""
        flag, equals, _ = word.text.partition("=")
        candidates = [flag] if flag in self.table.by_flag else self.table.candidates(flag)
        if len(candidates) != 1:
            return UnknownOption(flag, word, word.start, word.end, tuple(candidates))
        option = self.table.by_flag[candidates[0]]
        if equals:
            joined = _joined(word, len(flag) + 1)
            return OptionUse(option, flag, word, word.start, word.offset(len(flag)), joined)
        value = self._value(option) if option.takes_value else None
        return OptionUse(option, flag, word, word.start, word.end, value)

    def _short(self, word: Word) -> Iterator[Argument]:
        """`-v`, several joined as `-Ivv`, a value joined to the last or in the next word.

        If the table says so, a joined value may stand behind an equals sign.
        """
        start, last = word.start, len(word.text)
        for position in range(1, last):
            flag = f"-{word.text[position]}"
            option = self.table.by_flag.get(flag)
            if option is None:
                yield UnknownOption(flag, word, start, word.end)
                return
            end = word.offset(position + 1)
            if option.takes_value and position + 1 < last:
                equals = self.table.equals and word.text[position + 1] == "="
                joined = _joined(word, position + 1 + equals)
                yield OptionUse(option, flag, word, start, end, joined)
                return
            value = self._value(option) if option.takes_value else None
            yield OptionUse(option, flag, word, start, end, value)
            start = end

    def _value(self, option: Option) -> OptionValue | None:
        """The value in the next word, also if that begins with a dash."""
        if self.index == len(self.words):
            return None
        first = self.words[self.index]
        if option.names_requirement:
            words = self._requirement()
        else:
            words = (first,)
            self.index += 1
        return OptionValue(first.text, first.start, words[-1].end, words, joined=False)


def _joined(word: Word, index: int) -> OptionValue:
    """What stands in an option's own word from an index on."""
    return OptionValue(word.text[index:], word.offset(index), word.end, (word,), joined=True)
