"""IPython's magics masked: replaced by valid Python of the same width.

So every other word keeps its row and column. Which lines are magics is IPython's rule
(`IPython.core.inputtransformer2`): they count at the start of a logical line, or
behind a plain `=`, outside strings and brackets.
"""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple

from davos.syntax.strings import DOUBLE_QUOTED, SINGLE_QUOTED, TRIPLE_QUOTED

__all__ = ["mask"]

PYTHON_CELL_MAGICS = frozenset(
    {"capture", "debug", "heat", "lprun", "memit", "mprun", "prun", "time", "timeit"},
)
"""Cell magics that run their body as Python in the notebook's own namespace."""

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


class _Magic(NamedTuple):
    start: int
    end: int
    mask: str = "0"


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


def _may_hold_magics(text: str) -> bool:
    """A quick test for the characters that magics begin with: most cells have none of them."""
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
