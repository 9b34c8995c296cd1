"""Cells put into a notebook's JSON, or taken out; every other byte stays."""

from __future__ import annotations

import json
import re
from typing import Any, Iterable, Mapping

from davos.documents.json_positions import cell_starts, value_end

__all__ = ["insert_cell", "remove_cells"]

_SPACE = re.compile(r"[ \t\r\n]*")
_ID_VERSION = (4, 5)


def insert_cell(data: bytes, before: int, source: str, identifier: str) -> bytes:
    """A notebook with one more code cell before the cell with an index, counted from 1.

    It is indented as that cell is; its keys are in nbformat's order. `identifier` is
    its id, for the formats that have one (4.5).
    """
    text = data.decode("utf-8")
    start = list(cell_starts(text))[before - 1]
    cell = _code_cell(source, identifier, json.loads(text))
    lead = _before(text, start)
    if "\n" not in lead:
        dense = text[start + 1 : value_end(text, start)].lstrip().startswith('"cell_type":"')
        separators = (",", ":") if dense else (", ", ": ")
        made = json.dumps(cell, separators=separators) + separators[0]
    else:
        line_end, _, indent = lead.rpartition("\n")
        inner = _behind(text, start + 1).rpartition("\n")[2]
        made = json.dumps(cell, indent=inner[len(indent) :])
        made = made.replace("\n", f"\n{indent}") + f",\n{indent}"
        made = made.replace("\n", "\r\n") if line_end.endswith("\r") else made
    return (text[:start] + made + text[start:]).encode("utf-8")


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
