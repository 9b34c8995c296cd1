"""The one requirement of a conda onion comment: which words it spans, and what it says."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Sequence

from davos.onion.comment import Requirement
from davos.onion.match_spec import MatchSpecError, read_match_spec
from davos.onion.requirement_syntax import RequirementError, RequirementSyntax
from davos.onion.words import unquote

if TYPE_CHECKING:
    from davos.onion.words import Word

__all__ = ["MATCH_SPEC"]

_WHOLLY_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_OPERATORS = tuple("<>=!~|,")


def _end(words: Sequence[Word], first: int) -> int:
    """White space may stand around the operators of `NAME >=1, <2`; an option ends it."""
    last = first
    while last + 1 < len(words) and not words[first].quoted:
        following = words[last + 1]
        if following.quoted or following.text[:1] == "-":
            break
        if not (words[last].text.endswith(_OPERATORS) or following.text.startswith(_OPERATORS)):
            break
        last += 1
    return last + 1


def _text(raw: str) -> str:
    """A requirement with its quotes undone, but for those in brackets: they hold values."""
    if _WHOLLY_QUOTED.fullmatch(raw):
        return raw[1:-1]
    head, bracket, inside = raw.partition("[")
    return unquote(head) + bracket + inside


# The notebooks of a course ask for the same packages again and again.
@lru_cache(maxsize=512)
def _parse(text: str, *, editable: bool = False) -> Requirement:
    try:
        spec = read_match_spec(text)
    except MatchSpecError as error:
        raise RequirementError(str(error)) from None
    specifier = spec.versions.specifier if spec.versions else ""
    return Requirement(text, spec.name, specifier=specifier, match_spec=spec, editable=editable)


MATCH_SPEC = RequirementSyntax(_end, _text, _parse)
"""How the package of a conda onion comment is written."""
