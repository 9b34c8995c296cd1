"""Members of objects in a notebook's JSON put in, replaced or taken out; every other byte stays.

A place is the keys that lead to a member: `("metadata", "davos", "lock")`.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple, Sequence

from davos.documents.json_positions import Member, members, value_end

__all__ = ["put_member", "remove_member"]

_SPACE = re.compile(r"[ \t\r\n]*")


def put_member(data: bytes, place: Sequence[str], value: Any) -> bytes:
    """A notebook in which the member at a place has a value.

    A new member stands where nbformat, which sorts keys, would write it. It is indented as the
    notebook is. Objects that are missing on the way are made; raises `ValueError` if something
    else than an object is there.
    """
    text = data.decode("utf-8")
    layout = _layout(text)
    start = 0
    for depth, key in enumerate(place, start=1):
        member = _find(text, start, key)
        if member is None:
            missing = _nested(place[depth:], value)
            return _inserted(text, start, key, missing, depth, layout).encode("utf-8")
        start = member.value
        if depth < len(place) and text[start] != "{":
            raise ValueError(f"{'.'.join(place[:depth])} is not a JSON object")
    new = layout.written(value, len(place))
    return (text[:start] + new + text[value_end(text, start) :]).encode("utf-8")


def remove_member(data: bytes, place: Sequence[str]) -> bytes:
    """A notebook without the member at a place, nor objects below the first that it leaves empty.

    Unchanged if there is no such member.
    """
    text = data.decode("utf-8")
    start, way = 0, []
    for key in place:
        member = _find(text, start, key) if text[start] == "{" else None
        if member is None:
            return data
        way.append((start, member))
        start = member.value
    while len(way) > 2 and len(list(members(text, way[-1][0]))) == 1:  # noqa: PLR2004 - metadata stays
        way.pop()
    return _without(text, *way[-1]).encode("utf-8")


class _Layout(NamedTuple):
    """How a JSON text is written: on lines with an indent for each level, or on one line."""

    indent: str | None
    line_end: str
    separators: tuple[str, str]
    ascii_only: bool

    def break_at(self, depth: int) -> str:
        """The white space in front of a member at a depth, counted from 1 for the outermost."""
        return "" if self.indent is None else self.line_end + self.indent * depth

    def written(self, value: Any, depth: int) -> str:
        """A value as it stands behind a key at a depth."""
        text = json.dumps(
            value,
            indent=self.indent,
            separators=self.separators,
            ensure_ascii=self.ascii_only,
            sort_keys=True,
        )
        return text.replace("\n", self.break_at(depth)) if self.indent is not None else text


def _layout(text: str) -> _Layout:
    """How a notebook is written, as its outermost object shows."""
    first = next(members(text, 0), None)
    if first is None:
        return _Layout(None, "\n", (", ", ": "), ascii_only=text.isascii())
    lead = text[text.index("{") + 1 : first.start]
    after_key = json.JSONDecoder(strict=False).raw_decode(text, first.start)[1]
    colon = ":" + text[text.index(":", after_key) + 1 : first.value]
    if "\n" not in lead:
        comma = "," if colon == ":" else ", "
        return _Layout(None, "\n", (comma, colon), ascii_only=text.isascii())
    line_end = "\r\n" if "\r\n" in lead else "\n"
    indent = lead.rpartition("\n")[2]
    return _Layout(indent, line_end, (",", colon), ascii_only=text.isascii())


def _nested(keys: Sequence[str], value: Any) -> Any:
    for key in reversed(keys):
        value = {key: value}
    return value


def _find(text: str, start: int, key: str) -> Member | None:
    """The member of the object at an offset; of several with one key the last, as in `json`."""
    found = None
    for member in members(text, start):
        if member.key == key:
            found = member
    return found


def _inserted(  # noqa: PLR0913, PLR0917 - where, what and how
    text: str, start: int, key: str, value: Any, depth: int, layout: _Layout
) -> str:
    """The text with one more member in the object at an offset."""
    there = list(members(text, start))
    made = f"{json.dumps(key)}{layout.separators[1]}{layout.written(value, depth)}"
    opening = text.index("{", start) + 1
    if not there:
        made = layout.break_at(depth) + made + layout.break_at(depth - 1)
        return text[:opening] + made + text[_behind(text, opening) :]
    behind = next((member for member in there if member.key > key), None)
    between = layout.separators[0] + layout.break_at(depth)
    if behind is not None:
        return text[: behind.start] + made + between + text[behind.start :]
    end = value_end(text, there[-1].value)
    return text[:end] + between + made + text[end:]


def _without(text: str, start: int, removed: Member) -> str:
    """The text without a member of the object at an offset."""
    there = list(members(text, start))
    index = there.index(removed)
    if removed != there[-1]:
        return text[: removed.start] + text[there[index + 1].start :]
    end = value_end(text, removed.value)
    if index:
        return text[: value_end(text, there[index - 1].value)] + text[end:]
    return text[: text.index("{", start) + 1] + text[_behind(text, end) :]


def _behind(text: str, position: int) -> int:
    """The offset behind the white space at an offset."""
    match = _SPACE.match(text, position)
    return match.end() if match else position
