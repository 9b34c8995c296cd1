"""Which known word a word with a slip in it may stand for."""

from __future__ import annotations

from typing import Callable, Iterable

__all__ = ["did_you_mean", "near_words"]

_LETTERS_A_SLIP = 7
"""A word of more letters may have a second slip, one of more than twice as many a third."""
_MOST = 3
_BEGINNING = 3


def did_you_mean(
    word: str, known: Iterable[str], shown: Callable[[str], str] = str, otherwise: str = ""
) -> str:
    """`; did you mean a, b or c?`, or `otherwise` if no known word is near."""
    *first, last = [shown(one) for one in near_words(word, known)] or [""]
    if not last:
        return otherwise
    return f"; did you mean {', '.join(first)} or {last}?" if first else f"; did you mean {last}?"


def near_words(word: str, known: Iterable[str]) -> list[str]:
    """The known words that are nearest to a word, in any case of letters; none if none is near.

    Near is a word that is a few slips away: a letter more, less, another one, or two letters
    that changed places. So is the only one that begins with the word. None is told where more
    than three are equally near.
    """
    wanted = word.lower()
    words = list(dict.fromkeys(known))
    most = 1 + max(0, len(wanted) - 1) // _LETTERS_A_SLIP
    found = [(_slips(wanted, one.lower(), most), one) for one in words]
    fewest = min((slips for slips, _ in found), default=most + 1)
    if fewest <= most:
        near = _in_nearest_case(word, [one for slips, one in found if slips == fewest])
        return near if len(near) <= _MOST else []
    longer = [one for one in words if one.lower().startswith(wanted)]
    return longer if len(longer) == 1 and len(wanted.strip("-")) >= _BEGINNING else []


def _in_nearest_case(word: str, near: list[str]) -> list[str]:
    """Some words without those that differ only in case from one that is nearer to a word."""
    by_distance = sorted(near, key=lambda one: _slips(word, one, len(word)), reverse=True)
    nearest = {one.lower(): one for one in by_distance}
    return [one for one in near if nearest[one.lower()] == one]


def _slips(one: str, other: str, most: int) -> int:
    """The edits between two words (optimal string alignment), `most + 1` if they are more.

    Both words have more letters than that: else nothing of one would be left in the other.
    """
    limit = min(most, len(other.strip("-")) - 1, len(one.strip("-")) - 1)
    if abs(len(one) - len(other)) > limit:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            edits = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                edits = min(edits, last[j - 2] + 1)
            row.append(edits)
    return row[-1] if row[-1] <= limit else most + 1
