"""An onion comment's arguments split into words, as a shell would, without a shell.

Single and double quotes group; a backslash, `$`, `*` and the like are ordinary
characters, and nothing is expanded.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["UnbalancedQuoteError", "Word", "split"]

_PLAIN = re.compile(r"[^ \t\r\n\f\v]+")
_WORD = re.compile(r"""(?:[^ \t\r\n\f\v'"]+|'[^']*'|"[^"]*")+""")
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_SPACE = re.compile(r"[ \t\r\n\f\v]*")


class UnbalancedQuoteError(ValueError):
    """A quote without its partner, at an offset of the text."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


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
    UnbalancedQuoteError
        at the quote that nothing closes.

    """
    if '"' not in text and "'" not in text:
        return [Word(found.group(), *found.span()) for found in _PLAIN.finditer(text)]
    words = []
    position = _SPACE.match(text).end()  # type: ignore[union-attr]
    while position < len(text):
        found = _WORD.match(text, position)
        end = found.end() if found else position
        if not found or text[end : end + 1] in {"'", '"'}:
            raise UnbalancedQuoteError(end)
        words.append(Word(unquote(found.group()), position, end, text[position] in "'\""))
        position = _SPACE.match(text, end).end()  # type: ignore[union-attr]
    return words
