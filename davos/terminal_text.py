"""What a terminal shows of what a program wrote to it.

A program that draws bars goes back to the rows of the last ones, erases them, and writes anew
(ECMA-48: CUU, CUD, EL). Such a program, and not an editor, is what is understood here: text is
written at the end of a row only, and other sequences have no effect.
"""

from __future__ import annotations

import re

from davos.program_output import SEQUENCE

__all__ = ["TerminalText"]

_TOKEN = re.compile(
    r"\x1b\[(?P<count>\d{0,3})(?P<move>[AB])|(?P<erase>\x1b\[[02]?K)|\r(?=\x1b)"
    rf"|(?P<end>\r\n?|\n)|{SEQUENCE.pattern}|(?P<text>[^\x1b\r\n]+)"
)
_UNFINISHED = re.compile(r"(?:\r?\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*)?|\r)\Z")
_MOST_UNFINISHED = 1000
_FILLED = "  "


class TerminalText:
    """The rows of a terminal of so many columns; those that scroll out of sight are kept, too."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._rows = [""]
        self._wrapped: set[int] = set()
        self._row = 0
        self._rest = ""

    def feed(self, text: str) -> None:
        """Take what the program wrote, in parts as they come."""
        text = self._rest + text
        unfinished = _UNFINISHED.search(text, max(len(text) - _MOST_UNFINISHED, 0))
        self._rest = unfinished[0] if unfinished else ""
        self._take(text[: len(text) - len(self._rest)])

    def text(self) -> str:
        """All rows; what was broken at the last column is one line, unless it was filled up."""
        rows = enumerate(self._rows)
        shown = "".join(row if at in self._wrapped else f"{row.rstrip()}\n" for at, row in rows)
        return shown if self._rows[-1] else shown[:-1]

    def _take(self, text: str) -> None:
        for found in _TOKEN.finditer(text):
            if found["text"]:
                self._write(found["text"])
            elif found["end"]:
                self._move(1)
            elif found["move"]:
                rows = int(found["count"] or 1)
                self._move(rows if found["move"] == "B" else -rows)
            elif found["erase"]:
                self._rows[self._row] = ""
                self._wrapped.discard(self._row)

    def _write(self, text: str) -> None:
        """Write at the end of the row, and go on in the next one where it is full."""
        while text:
            space = self._columns - len(self._rows[self._row])
            self._rows[self._row] += text[:space]
            text = text[space:]
            if text:
                if not self._rows[self._row].endswith(_FILLED):
                    self._wrapped.add(self._row)
                self._move(1)

    def _move(self, rows: int) -> None:
        self._row = max(self._row + rows, 0)
        self._rows.extend([""] * (self._row + 1 - len(self._rows)))
