"""An onion comment's arguments split into words, as a shell would, without a shell.

Single and double quotes group; a backslash, `$`, `*` and the like are ordinary
characters, and nothing is expanded.
"""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple

__all__ = ["Problem", "Word", "split", "unquote"]

_PLAIN = re.compile(r"[^ \t\r\n\f\v]+")
_WORD = re.compile(r"""(?:[^ \t\r\n\f\v'"]+|'[^']*'|"[^"]*")+""")
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_SPACE = re.compile(r"[ \t\r\n\f\v]*")
# a lone surrogate cannot be handed to another process
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")


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
    """A word with its quotes undone and its range in the text; `quoted` if it begins with one."""

    text: str
    start: int
    end: int
    quoted: bool = False


def unquote(raw: str) -> str:
    """A word without its quotes; their contents stay as they are."""
    return _QUOTED.sub(lambda match: match[1] if match[2] is None else match[2], raw)


def split(text: str) -> list[Word]:
    """The words of a text, in order.

    Raises
    ------
    Problem
        at a quote that nothing closes, or at a word with a control character.

    """
    if "'" in text or '"' in text:
        words = list(_quoted_words(text))
    else:
        words = [Word(found.group(), *found.span()) for found in _PLAIN.finditer(text)]
    if _CONTROL.search(text):
        _refuse_control_characters(words)
    return words


def _quoted_words(text: str) -> Iterator[Word]:
    position = _skip_space(text, 0)
    while position < len(text):
        found = _WORD.match(text, position)
        end = found.end() if found else position
        if not found or text[end : end + 1] in {"'", '"'}:
            raise Problem("DAV107", f"the quote {text[end]} is never closed", end, end + 1)
        yield Word(unquote(found.group()), position, end, text[position] in "'\"")
        position = _skip_space(text, end)


def _skip_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _refuse_control_characters(words: list[Word]) -> None:
    for word in words:
        found = _CONTROL.search(word.text)
        if found:
            message = f"an argument cannot hold the control character {found.group()!r}"
            raise Problem("DAV103", message, word.start, word.end)
