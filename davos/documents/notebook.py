"""Jupyter notebooks (`.ipynb`) of every format: their JSON as cells of Python."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Iterator, Sequence

from davos.documents.document import Cell, Document
from davos.documents.magics import mask
from davos.exceptions import NotebookError
from davos.source import Source

__all__ = ["LOCK", "from_content", "load_notebook", "member", "read_notebook"]

LOCK = ("metadata", "davos", "lock")
"""The keys that lead to the lock in a notebook's JSON."""

# Neither indentation nor a prompt in front of the first two lines: nothing to take away.
_UNINDENTED = re.compile(r"[^\s>.\[I][^\r\n]*(?:\Z|(?:\r\n?|\n)(?![ \t]*\.\.\.|>>>|In[ ]\[|\[))")
_IPYTHON_PROMPT = re.compile(r"^(?:(?:(?:\[(?:nav|ins)\])? )?In \[\d+\]: |\s*\.{3,}: ?)")
_PROMPTS = (
    (re.compile(r"^>>>(?: |$)"), re.compile(r"^(?:>>>|\.\.\.)(?: |(?=[\r\n])|$)")),
    (_IPYTHON_PROMPT, _IPYTHON_PROMPT),
)


def read_notebook(data: bytes, filename: str) -> Document:
    """The notebook in the bytes of a file; raises `NotebookError`."""
    return from_content(load_notebook(data), filename)


def from_content(content: dict[str, Any], filename: str) -> Document:
    """The notebook that a JSON object describes; raises `NotebookError`."""
    python = _is_python(content)
    cells = _cells(_raw_cells(content)) if python else ()
    return Document(filename, "notebook", tuple(cells), python, lock=member(content, LOCK))


def member(content: Any, place: Sequence[str]) -> Any:
    """What some keys lead to, from object to object; None if they lead nowhere."""
    for key in place:
        content = content.get(key) if isinstance(content, dict) else None
    return content


# ---- the file ----


def load_notebook(data: bytes) -> dict[str, Any]:
    """The JSON object in the bytes of a notebook; raises `NotebookError`."""
    if data.startswith(b"\xef\xbb\xbf"):
        raise NotebookError("not a notebook: it starts with a byte order mark, which JSON forbids")
    if not data.strip():
        raise NotebookError("not a notebook: the file is empty")
    try:
        content = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        message = f"not a notebook: byte 0x{data[error.start]:02x} in row {row} is not UTF-8"
        raise NotebookError(message) from None
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(" at")  # "Unterminated string starting at"
        message = f"not valid JSON: {what} at row {error.lineno}, column {error.colno}"
        raise NotebookError(message) from None
    except (RecursionError, ValueError) as error:
        message = f"not a notebook: {error}"
        raise NotebookError(message) from None
    if not isinstance(content, dict):
        raise NotebookError("not a notebook: its JSON is not an object")
    return content


def _cells(raw_cells: list[Any]) -> Iterator[Cell]:
    """The code cells among all cells."""
    for index, raw in enumerate(raw_cells, start=1):
        if not isinstance(raw, dict):
            message = f"not a notebook: cell {index} is not an object"
            raise NotebookError(message)
        if raw.get("cell_type") == "code" and _speaks_python(raw.get("language")):
            yield _cell(index, _text(raw, index))


def _raw_cells(content: dict[str, Any]) -> list[Any]:
    """All cells of a notebook of format 4, or older (with worksheets)."""
    cells = content.get("cells")
    sheets = content.get("worksheets")
    if cells is None and isinstance(sheets, list) and all(isinstance(s, dict) for s in sheets):
        cells = [cell for sheet in sheets for cell in _listed(sheet.get("cells", []))]
    if cells is None:
        raise NotebookError('not a notebook: it has no "cells"')
    return _listed(cells)


def _listed(cells: Any) -> list[Any]:
    if not isinstance(cells, list):
        raise NotebookError('not a notebook: its "cells" are not a list')
    return cells


def _text(raw: dict[str, Any], index: int) -> str:
    """A code cell's text: `source`, in format 3 `input`; a string or a list of strings."""
    text = raw.get("source", raw.get("input"))
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        with suppress(TypeError):
            return "".join(text)
    message = f'not a notebook: the "source" of cell {index} is not text'
    raise NotebookError(message)


def _is_python(content: dict[str, Any]) -> bool:
    """Whether the notebook's kernel runs Python, as far as its metadata tells."""
    metadata = content.get("metadata")
    if not isinstance(metadata, dict):
        return True
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        entry = metadata.get(key)
        if isinstance(entry, dict) and isinstance(entry.get(name), str):
            return _speaks_python(entry[name])
    return True


def _speaks_python(language: Any) -> bool:
    return (
        not isinstance(language, str)
        or re.fullmatch(r"i?python[\d.]*", language.lower()) is not None
    )


# ---- a cell ----


def _cell(index: int, source: str) -> Cell:
    text, removed = (source, ()) if _UNINDENTED.match(source) else _strip(source)
    return Cell(index, source, mask(text), removed)


def _strip(source: str) -> tuple[str, tuple[int, ...]]:
    """Take away what IPython takes away in front of lines: common indentation, then prompts."""
    lines = Source(source).lines
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    stripped = _dedent(lines, first)
    for initial, prompt in _PROMPTS:
        if initial.match(stripped[first]) or any(
            map(prompt.match, stripped[first + 1 : first + 2])
        ):
            stripped = [prompt.sub("", line, count=1) for line in stripped]
    removed = tuple(len(line) - len(rest) for line, rest in zip(lines, stripped))
    return "".join(stripped), removed if any(removed) else ()


def _dedent(lines: list[str], first: int) -> list[str]:
    """Lines without the indentation of the first one that is not blank."""
    line = lines[first]
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    if not indent:
        return lines
    return [line.removeprefix(indent) for line in lines]
