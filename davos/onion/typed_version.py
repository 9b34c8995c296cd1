"""Where in an onion comment a version is being typed, and what of it is there already."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterable, Mapping, NamedTuple, Sequence, Union

from davos.onion.arguments import OptionUse, RequirementWords, read
from davos.onion.words import split_unfinished

if TYPE_CHECKING:
    from davos.onion.options import OptionTable

__all__ = ["TypedVersion", "typed_version"]

_CLAUSE = r"(?:===|==|~=|!=|<=|>=|<|>)[ \t]*"
_REQUIREMENT = re.compile(
    r"(?:^|(?<=[ \t\f'\"]))(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[[^\]'\"]*\][ \t]*)?\(?"
    rf"(?:{_CLAUSE}[^ \t,;'\"]*[ \t]*,[ \t]*)*{_CLAUSE}(?P<version>[A-Za-z0-9.*+!_-]*)\Z"
)
_VERSION = re.compile(r"[A-Za-z0-9.*+!_-]*")

Values = Union[bool, Sequence[str]]


class TypedVersion(NamedTuple):
    """A version of a distribution, as far as it is typed.

    `start` and `end` are offsets in the comment's arguments: what is behind the cursor belongs to
    it. `options` maps the destination of each option of the comment to its values, or to True.
    """

    installer: str
    name: str
    text: str
    start: int
    end: int
    options: Mapping[str, Values]


def typed_version(args: str, offset: int, table: OptionTable) -> TypedVersion | None:
    """The version at an offset of an onion comment's arguments; None if there is none."""
    match = _REQUIREMENT.search(args[:offset])
    if match is None:
        return None
    found = list(read(split_unfinished(args), table))
    named = [one for one in found if isinstance(one, RequirementWords)]
    around = [one.start for one in named if one.start <= match.start("name") < one.end]
    if not around or ";" in args[around[0] : offset]:  # a marker has versions, too
        return None
    rest = _VERSION.match(args, offset)
    return TypedVersion(
        table.installer,
        match["name"],
        match["version"],
        match.start("version"),
        rest.end() if rest else offset,
        _options(one for one in found if isinstance(one, OptionUse)),
    )


def _options(uses: Iterable[OptionUse]) -> dict[str, Values]:
    options: dict[str, Values] = {}
    for use in uses:
        if use.value is None:
            options[use.option.dest] = True
        else:
            before = options.get(use.option.dest, ())
            values = before if isinstance(before, tuple) and use.option.many else ()
            options[use.option.dest] = (*values, use.value.text)
    return options
