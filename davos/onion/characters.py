"""Characters that text for an installer, a file name or a terminal cannot hold.

A line end for `str.splitlines` is one for pip's requirements files, so a word that holds it
would be two lines there. What changes the direction of writing, or is not visible, makes two
different texts look the same.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

__all__ = ["RefusedCharacter", "first_refused", "refused_characters"]

# Persian, the languages of India and emoji are spelled with the two joiners.
_SPELLING = frozenset("\u200c\u200d")
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Half of a surrogate pair (Cs) cannot be handed to another process.
_KINDS = {
    "Cc": "control character",
    "Cf": "invisible character",
    "Cs": "half character",
    "Zl": "line end",
    "Zp": "line end",
}


class RefusedCharacter(NamedTuple):
    """A character that is refused, by its offset; `description` is safe to be shown."""

    offset: int
    description: str


def first_refused(text: str) -> RefusedCharacter | None:
    """The first character of a text that is refused, None if there is none."""
    return next(iter(refused_characters(text)), None)


def refused_characters(text: str) -> list[RefusedCharacter]:
    """The characters of a text that are refused: all control characters but the tab.

    Besides line ends, half characters, and what is not visible or changes the direction.
    Letters and spaces of every script are accepted.
    """
    if text.isprintable():
        return []
    found = ((index, _description(character)) for index, character in enumerate(text))
    return [RefusedCharacter(index, words) for index, words in found if words]


def _description(character: str) -> str:
    """Such as `the control character U+0085`; empty for a character that is accepted."""
    kind = _KINDS.get(unicodedata.category(character), "")
    if not kind or character == "\t" or character in _SPELLING:
        return ""
    if character in _DIRECTION:
        kind = "direction control"
    return f"the {kind} U+{ord(character):04X}"
