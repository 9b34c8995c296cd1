"""Cells put into a notebook's JSON, or taken out; every other byte stays."""

from __future__ import annotations

import json
import re
from typing import Any, Iterable, Mapping

from davos.documents.json_positions import cell_starts, members, value_end

__all__ = ["insert_cell", "remove_cells"]

_SPACE = re.compile(r"[ \t\r\n]*")
_ID_VERSION = (4, 5)


def insert_cell(data: bytes, before: int, source: str, identifier: str) -> bytes:
    """A notebook with one more code cell before the cell with an index, counted from 1.

    An index behind the last one appends it. It is indented as that cell is (as the last one,
    if it is appended); its keys are in nbformat's order. `identifier` is its id, for the formats
    that have one (4.5).
    """
    text = data.decode("utf-8")
    starts = list(cell_starts(text))
    cell = _code_cell(source, identifier, json.loads(text))
    if not starts:
        place = next(one.value for one in members(text, 0) if one.key == "cells") + 1
        return (text[:place] + json.dumps(cell) + text[place:]).encode("utf-8")
    start = starts[min(before, len(starts)) - 1]
    made, separator = _written_like(cell, text, start)
    if before > len(starts):
        end = value_end(text, start)
        return (text[:end] + separator + made + text[end:]).encode("utf-8")
    return (text[:start] + made + separator + text[start:]).encode("utf-8")


def _written_like(cell: dict[str, Any], text: str, start: int) -> tuple[str, str]:
    """A cell with the white space of the one at a place, and what stands between the two."""
    lead = _before(text, start)
    if "\n" not in lead:
        dense = text[start + 1 : value_end(text, start)].lstrip().startswith('"cell_type":"')
        separators = (",", ":") if dense else (", ", ": ")
        return json.dumps(cell, separators=separators), separators[0]
    line_end, _, indent = lead.rpartition("\n")
    inner = _behind(text, start + 1).rpartition("\n")[2]
    made = json.dumps(cell, indent=inner[len(indent) :]).replace("\n", f"\n{indent}")
    separator = f",\n{indent}"
    if line_end.endswith("\r"):
        return made.replace("\n", "\r\n"), separator.replace("\n", "\r\n")
    return made, separator


def remove_cells(data: bytes, indexes: Iterable[int]) -> bytes:
    """A notebook without the cells with these indexes, counted from 1."""
    text = data.decode("utf-8")
    starts = list(cell_starts(text))
    for index in sorted(indexes, reverse=True):
        start = starts[index - 1]
        end = value_end(text, start)
        behind = end + len(_behind(text, end))
        if text[behind] == ",":
            text = text[:start] + text[behind + 1 + len(_behind(text, behind + 1)) :]
        elif text[: start - len(_before(text, start))].endswith(","):
            text = text[: start - len(_before(text, start)) - 1] + text[end:]
        else:
            text = text[: start - len(_before(text, start))] + text[behind:]
    return text.encode("utf-8")


def _code_cell(source: str, identifier: str, notebook: Mapping[str, Any]) -> dict[str, Any]:
    """A code cell of the notebook's format."""
    version = (notebook.get("nbformat", 4), notebook.get("nbformat_minor", 0))
    if version[0] < _ID_VERSION[0]:
        return {
            "cell_type": "code",
            "collapsed": False,
            "input": source.splitlines(keepends=True),
            "language": "python",
            "metadata": {},
            "outputs": [],
        }
    return {
        "cell_type": "code",
        "execution_count": None,
        **({"id": identifier} if version >= _ID_VERSION else {}),
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def _before(text: str, position: int) -> str:
    """The white space in front of a place."""
    head = text[:position]
    return head[len(head.rstrip(" \t\r\n")) :]


def _behind(text: str, position: int) -> str:
    """The white space behind a place."""
    match = _SPACE.match(text, position)
    return match[0] if match else ""
