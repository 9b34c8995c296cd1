"""Arguments split into words: an onion comment's, and those of a shell's command line.

Single and double quotes group. In an onion comment a backslash, `$`, `*` and the like are
ordinary characters, and nothing is expanded.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Iterator, NamedTuple

from davos.onion.characters import refused_characters

__all__ = ["Problem", "Word", "quote", "split", "split_unfinished", "unquote"]

_PLAIN = re.compile(r"[^ \t\r\n\f\v]+")
_WORD = re.compile(r"""(?:[^ \t\r\n\f\v'"]+|'[^']*'|"[^"]*")+""")
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_PART = re.compile(r"""[^'"]+|'[^']*'|"[^"]*\"""")
_SPACE = re.compile(r"[ \t\r\n\f\v]*")


class Problem(ValueError):  # noqa: N818 - private: the validator turns it into the public error
    """What is wrong with a part of the arguments, before anyone knows where they stand.

    `start` and `end` are offsets in the arguments, `argument` the option concerned.
    """

    def __init__(
        self, code: str, message: str, start: int, end: int, argument: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.start = start
        self.end = end
        self.argument = argument


class Word(NamedTuple):
    """A word with its quotes undone, its range in the text, and how it is written there."""

    text: str
    start: int
    end: int
    raw: str

    @property
    def quoted(self) -> bool:
        """Whether the word begins with a quote."""
        return self.raw[:1] in {"'", '"'}

    def offset(self, index: int) -> int:
        """The place of a character of `text`; `end` behind the last."""
        if self.text == self.raw:
            return self.start + index
        passed = 0
        for part in _PART.finditer(self.raw):
            content = unquote(part.group())
            if index < passed + len(content):
                opening = part.group() != content
                return self.start + part.start() + opening + index - passed
            passed += len(content)
        return self.end


def unquote(raw: str) -> str:
    """A word without its quotes; their contents stay as they are."""
    return _QUOTED.sub(lambda match: match[1] if match[2] is None else match[2], raw)


def quote(text: str) -> str:
    """A word as it can be written in an onion comment; `split` gives it back.

    Raises
    ------
    ValueError
        for a text that holds both kinds of quotes.

    """
    if text and not re.search(r"[\s'\"]", text):
        return text
    mark = '"' if "'" in text else "'"
    if mark in text:
        raise ValueError(text)
    return f"{mark}{text}{mark}"


def split(text: str) -> list[Word]:
    """The words of a text, in order.

    Raises
    ------
    Problem
        at a quote that nothing closes, or at a word with a character that is refused
        (see `davos.onion.characters`); between two words a line break is accepted.

    """
    words = list(_quoted_words(text)) if "'" in text or '"' in text else _split_at_spaces(text)
    _refuse_characters(text, words)
    return words


def split_unfinished(text: str) -> list[Word]:
    """The words of a text in which a quote may not be closed yet; then quotes do not group."""
    try:
        return split(text)
    except Problem:
        return _split_at_spaces(text)


def _split_at_spaces(text: str) -> list[Word]:
    return [Word(found[0], *found.span(), found[0]) for found in _PLAIN.finditer(text)]


def _quoted_words(text: str) -> Iterator[Word]:
    position = _skip_space(text, 0)
    while position < len(text):
        found = _WORD.match(text, position)
        end = found.end() if found else position
        if not found or text[end : end + 1] in {"'", '"'}:
            raise Problem("DAV107", f"the quote {text[end]} is never closed", end, end + 1)
        yield Word(unquote(found[0]), position, end, found[0])
        position = _skip_space(text, end)


def _skip_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _refuse_characters(text: str, words: list[Word]) -> None:
    """Raise Problem at the word that holds a refused character, or at the character itself."""
    refused = refused_characters(text)
    starts = [word.start for word in words] if refused else []
    for index, description in refused:
        place = bisect_right(starts, index) - 1
        is_inside = place >= 0 and index < words[place].end
        if is_inside or text[index] not in "\r\n":
            start, end = words[place][1:3] if is_inside else (index, index + 1)
            raise Problem("DAV103", f"an argument cannot hold {description}", start, end)
