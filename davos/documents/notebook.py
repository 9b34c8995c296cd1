"""Files that hold cells or a script, read as Python text that positions map back to.

A notebook's magics are masked: what stands in their place is valid Python of the
same width, so that every other word keeps its row and column. Which lines are
magics is IPython's rule (`IPython.core.inputtransformer2`): they count at the
start of a logical line, or behind a plain `=`, outside strings and brackets.
"""

from __future__ import annotations

import json
import re
import tokenize
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Iterator, Literal, NamedTuple

from davos.exceptions import DavosError, NotebookError
from davos.span import Location
from davos.syntax.strings import DOUBLE_QUOTED, SINGLE_QUOTED, TRIPLE_QUOTED

__all__ = ["Cell", "Document", "decode", "from_content", "mask", "read"]

PYTHON_CELL_MAGICS = frozenset(
    {"capture", "debug", "heat", "lprun", "memit", "mprun", "prun", "time", "timeit"},
)
"""Cell magics that run their body as Python in the notebook's own namespace."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_VISIBLE = re.compile(r"[^\r\n]")
_MAYBE_MAGIC = re.compile(r"(?:^|[\r\n])[ \t\f]*[%!?/,;]|=[ \t]*[%!]|\?[ \t]*(?:[\r\n]|\Z)")
_ESCAPED = re.compile(r"(?P<indent>[ \t\f]*)[%!?/,;]")
_ESCAPED_LINE = re.compile(r"\n[ \t\f]*[/,;]")
_CONTINUED = re.compile(r"(?:[^\r\n]*\\(?:\r\n|\r|\n))*[^\r\n]*")
_TIMED = re.compile(
    r"%(?:time|timeit|prun|memit)(?:[ \t]+-\w+(?:[ \t]+\d+)?)*[ \t]+(?=(?:smuggle|from)[ \t])"
)
_CELL_MAGIC = re.compile(r"%%(?P<name>\w+)(?!\w*\?)[^\r\n]*(?:\r\n?|\n|\Z)")
_BLANK_LINES = re.compile(r"(?:[ \t\f]*(?:\r\n?|\n))*")
_INDENT = re.compile(r"[ \t\f]*")
# Neither indentation nor a prompt in front of the first two lines: nothing to take away.
_UNINDENTED = re.compile(r"[^\s>.\[I][^\r\n]*(?:\Z|(?:\r\n?|\n)(?![ \t]*\.\.\.|>>>|In[ ]\[|\[))")
_IPYTHON_PROMPT = re.compile(r"^(?:(?:(?:\[(?:nav|ins)\])? )?In \[\d+\]: |\s*\.{3,}: ?)")
_PROMPTS = (
    (re.compile(r"^>>>(?: |$)"), re.compile(r"^(?:>>>|\.\.\.)(?: |(?=[\r\n])|$)")),
    (_IPYTHON_PROMPT, _IPYTHON_PROMPT),
)
_TOKEN = re.compile(
    # the last two may lack their closing quote
    rf"{TRIPLE_QUOTED}|(?P<endless>\"{{3}}|'{{3}})|{DOUBLE_QUOTED}?|{SINGLE_QUOTED}?"
    r"""
  | \#[^\r\n]*
  | \\(?:\r\n|\r|\n)
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<end>\r\n?|\n)
  | (?P<assign>=[ \t]*(?=[%!](?!=)))
  | (?P<help>\?\??[ \t]*(?=[\r\n]|\Z))
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Cell:
    """A code cell, or a whole script (then `index` is None).

    `index` counts all cells of the notebook from 1. `source` is the cell as it
    stands in the file, `text` what Python would see of it, `removed` how many
    columns of each row were taken away in front (prompts, common indentation).
    """

    index: int | None
    source: str
    text: str
    removed: tuple[int, ...] = ()

    def place(self, location: Location) -> Location:
        """Where in `source` a location in `text` is."""
        if not self.removed:
            return location
        return Location(location.row, location.column + self.removed[location.row - 1])


@dataclass(frozen=True)
class Document:
    """A file with its code: the cells of a notebook, or a script as its only cell.

    A notebook whose kernel runs another language (`is_python` is false) has no cells.
    """

    filename: str
    kind: Literal["notebook", "script"]
    cells: tuple[Cell, ...]
    is_python: bool = True


class _Magic(NamedTuple):
    start: int
    end: int
    mask: str = "0"


def read(path: str | Path) -> Document:
    """Read a notebook (`.ipynb`) or a script (any other name).

    Raises `OSError`, `NotebookError`, or `DavosError` for a script that is no text.
    """
    return decode(Path(path).read_bytes(), str(path))


def decode(data: bytes, filename: str) -> Document:
    """What `read` does with the bytes of a file."""
    if filename.lower().endswith(".ipynb"):
        return from_content(_load(data), filename)
    text = _decode_script(data)
    return Document(filename, "script", (Cell(None, text, text),))


def from_content(content: dict[str, Any], filename: str) -> Document:
    """The notebook that a JSON object describes; raises `NotebookError`."""
    python = _is_python(content)
    cells = _cells(_raw_cells(content)) if python else ()
    return Document(filename, "notebook", tuple(cells), python)


def mask(text: str) -> str:
    """A cell's text with its magics replaced by valid Python of the same shape."""
    masked = []
    position = 0
    while match := _CELL_MAGIC.match(text, _end(_BLANK_LINES, text, position)):
        masked.append(_blank(text[position : match.end()]))
        position = match.end()
        if match["name"] not in PYTHON_CELL_MAGICS:
            return "".join(masked) + _blank(text[position:])
    for magic in _magics(text, position) if _may_hold_magics(text) else ():
        masked += text[position : magic.start], _fill(text[magic.start : magic.end], magic.mask)
        position = magic.end
    return "".join(masked) + text[position:]


# ---- the file ----


def _decode_script(data: bytes) -> str:
    """Decode a script as Python does (PEP 263), its line ends kept."""
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeError) as error:
        message = f"not a Python script: {error}"
        raise DavosError(message) from None
    except LookupError:
        raise DavosError(f"not a Python script: {encoding} is no encoding of text") from None
    if "\0" in text:
        raise DavosError("not a Python script: it contains null bytes")
    return text


def _load(data: bytes) -> dict[str, Any]:
    """The notebook's JSON object."""
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
        message = f"not valid JSON: {error.msg} at row {error.lineno}, column {error.colno}"
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
    lines = _LINE.findall(source)
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


def _may_hold_magics(text: str) -> bool:
    """A quick look, by what is rare: most cells hold none of the signs."""
    if "%" in text or "!" in text or "?" in text or "\r" in text:
        return _MAYBE_MAGIC.search(text) is not None
    return _ESCAPED.match(text) is not None or _ESCAPED_LINE.search(text) is not None


def _magics(text: str, position: int) -> Iterator[_Magic]:
    """The magics at the logical lines from an offset on."""
    while position < len(text):
        escaped = _ESCAPED.match(text, position)
        if escaped is None:
            position, magic = _logical_line(text, position)
        else:
            magic = _escaped_line(text, escaped.end("indent"))
            position = magic.end
        if magic is not None:
            yield magic


def _escaped_line(text: str, start: int) -> _Magic:
    """`%magic`, `!command`, `?help`, `/f x`: to the line's end, or up to the statement it times."""
    timed = _TIMED.match(text, start)
    if timed:
        return _Magic(start, timed.end(), "0;")
    return _Magic(start, _end(_CONTINUED, text, start))


def _logical_line(text: str, start: int) -> tuple[int, _Magic | None]:
    """The end of the logical line at an offset, and the magic in it."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        kind = token.lastgroup
        if kind == "endless":
            break
        depth += (kind == "open") - (kind == "close" and depth > 0)
        if depth:
            continue
        if kind == "end":
            return token.end(), None
        if kind == "assign":
            end = _end(_CONTINUED, text, token.end())
            return end, _Magic(token.end(), end)
        if kind == "help":
            return token.end(), _Magic(_end(_INDENT, text, start), token.end())
    return len(text), None


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Where a pattern that may match nothing ends."""
    match = pattern.match(text, start)
    return match.end() if match else start


def _fill(magic: str, replacement: str) -> str:
    """The replacement, padded to the shape of a magic."""
    return replacement + _blank(magic[len(replacement) :])


def _blank(text: str) -> str:
    return _VISIBLE.sub(" ", text)
