"""Where in a notebook's JSON text the sources of its cells are, character by character.

The values are stepped over by Python's own JSON decoder, so what counts as JSON is
what `davos.documents.notebook` reads.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Iterator, NamedTuple

__all__ = ["Member", "SourceText", "cell_starts", "members", "source_texts", "value_end"]

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)
_ESCAPE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.", re.DOTALL)


class _Item(NamedTuple):
    """A JSON string: its contents' range in the file, and its offset in the source."""

    start: int
    end: int
    offset: int


class _Escapes(NamedTuple):
    """Of the first character of a JSON string, and of each behind an escape.

    Its index in the string, and its place in the file.
    """

    indexes: list[int]
    places: list[int]


class Member(NamedTuple):
    """A member of a JSON object: its key, and where the key and the value start."""

    key: str
    start: int
    value: int


class SourceText:
    """The `source` value of a cell in the JSON text: a string, or a list of strings."""

    def __init__(self, text: str, start: int, comma: tuple[str, str]) -> None:
        self._text = text
        self._list = text[start] == "["
        self._items = list(_items(text, start))
        self._offsets = [item.offset for item in self._items]
        self._separator = self._between(start, comma)
        self._escapes: dict[_Item, _Escapes] = {}

    def replaced(self, start: int, end: int, content: str) -> tuple[int, int, str]:
        """The range of the file for a range of the source, and what must stand there."""
        if not self._items:
            return 0, 0, ""
        first = self._item(start)
        file_start = self._position(first, start - first.offset)
        if start == end:
            file_end = file_start
        elif start == first.offset and (next_item := self._starting(end)) is not None:
            file_end = next_item.start
        else:
            last = self._item(end - 1)
            file_end = self._position(last, end - last.offset)
        return file_start, file_end, self._encoded(content)

    def _between(self, start: int, comma: tuple[str, str]) -> str:
        """The text between two strings of the list."""
        if len(self._items) > 1:
            return self._text[self._items[0].end : self._items[1].start]
        lead = self._text[start + 1 : self._items[0].start - 1] if self._items else ""
        before, behind = comma
        return f'"{before},{lead or behind}"'

    def _item(self, offset: int) -> _Item:
        return self._items[max(bisect_right(self._offsets, offset) - 1, 0)]

    def _starting(self, offset: int) -> _Item | None:
        item = self._item(offset)
        return item if item.offset == offset else None

    def _position(self, item: _Item, count: int) -> int:
        """Where in the file the character with an index of an item is."""
        if item not in self._escapes:
            self._escapes[item] = _escapes(self._text, item)
        indexes, places = self._escapes[item]
        last = bisect_right(indexes, count) - 1
        return min(places[last] + count - indexes[last], item.end)

    def _encoded(self, content: str) -> str:
        """New text as it stands within the JSON strings."""
        ascii_only = self._text.isascii() and not content.isascii()
        lines = content.split("\n") if self._list else [content]
        encoded = [json.dumps(line, ensure_ascii=ascii_only)[1:-1] for line in lines]
        return ("\\n" + self._separator).join(encoded)


def source_texts(text: str) -> list[SourceText | None]:
    """The sources of all cells, in order; None for a cell that has none."""
    comma = _around_comma(text)
    return [_source(text, cell, comma) for cell in cell_starts(text)]


def cell_starts(text: str) -> Iterator[int]:
    """Where the cells start, of format 4 or older (with worksheets)."""
    notebook = _values(text, 0)
    if "cells" in notebook:
        yield from _elements(text, notebook["cells"])
    else:
        for sheet in _elements(text, notebook["worksheets"]):
            yield from _elements(text, _values(text, sheet).get("cells", sheet))


def _around_comma(text: str) -> tuple[str, str]:
    """The white space before and behind the first comma between the members of the notebook."""
    for first in members(text, 0):
        end = value_end(text, first.value)
        comma = _skip(text, end)
        if text[comma] == ",":
            return text[end:comma], text[comma + 1 : _skip(text, comma + 1)]
        break
    return "", " "


def _source(text: str, cell: int, comma: tuple[str, str]) -> SourceText | None:
    values = _values(text, cell)
    start = values.get("source", values.get("input"))
    return None if start is None else SourceText(text, start, comma)


def _values(text: str, start: int) -> dict[str, int]:
    """Where the values of the object at an offset start, by their keys."""
    return {member.key: member.value for member in members(text, start)}


def members(text: str, start: int) -> Iterator[Member]:
    """The members of the object at an offset, in order."""
    position = _skip(text, _skip(text, start) + 1)
    while text[position] != "}":
        key, key_end = _DECODER.raw_decode(text, position)
        value = _skip(text, _skip(text, key_end) + 1)
        yield Member(key, position, value)
        position = _skip(text, value_end(text, value))
        if text[position] == ",":
            position = _skip(text, position + 1)


def _elements(text: str, start: int) -> Iterator[int]:
    """Where the elements of the list at an offset start; empty if it is not a list."""
    if text[start] != "[":
        return
    position = _skip(text, start + 1)
    while text[position] != "]":
        yield position
        position = _skip(text, value_end(text, position))
        if text[position] == ",":
            position = _skip(text, position + 1)


def _items(text: str, start: int) -> Iterator[_Item]:
    offset = 0
    for first in [start] if text[start] == '"' else _elements(text, start):
        value, last = _DECODER.raw_decode(text, first)
        yield _Item(first + 1, last - 1, offset)
        offset += len(value)


def _escapes(text: str, item: _Item) -> _Escapes:
    found = _Escapes([0], [item.start])
    for escape in _ESCAPE.finditer(text, item.start, item.end):
        plain = escape.start() - found.places[-1]
        found.indexes.append(found.indexes[-1] + plain + 1)
        found.places.append(escape.end())
    return found


def value_end(text: str, start: int) -> int:
    """Where the value at an offset ends."""
    return _DECODER.raw_decode(text, start)[1]


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
