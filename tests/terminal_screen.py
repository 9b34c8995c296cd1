"""A program in a terminal of its own, as its user sees and answers it."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
import threading
from itertools import groupby

import pyte
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, DIMMED_MONOKAI
from rich.text import Text
from waiting import wait_for

# As rich's own, without a font that a browser would have to fetch.
SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: DejaVu Sans Mono, Menlo, Consolas, monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: DejaVu Sans, Arial, sans-serif; font-size: 18px; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


class TerminalScreen:
    """What a command shows in a terminal of so many columns and rows; its keyboard."""

    def __init__(self, command, *, columns=100, rows=50, **how):
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._lock = threading.Lock()
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, **how
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        # EIO is how Linux says that nothing has the terminal open any more.
        with contextlib.suppress(OSError):
            while data := os.read(self._ours, 65_536):
                with self._lock:
                    self._stream.feed(data)

    def rows(self):
        """The rows that are not empty, from the top."""
        with self._lock:
            return [row.rstrip() for row in self._screen.display if row.strip()]

    def row(self, text):
        """The characters of the row that has a text, with their colours."""
        with self._lock:
            (y,) = (y for y, row in enumerate(self._screen.display) if text in row)
            return [self._screen.buffer[y][x] for x in range(self._screen.columns)]

    def wait_for(self, pattern):
        """Wait until a row has what a regular expression describes."""
        try:
            wait_for(lambda: any(re.search(pattern, row) for row in self.rows()), 60)
        except AssertionError:
            raise AssertionError("\n".join(self.rows())) from None

    def type(self, text):
        """Type, and press Enter."""
        self.press(f"{text}\n")

    def press(self, keys):
        """Type, without Enter."""
        os.write(self._ours, keys.encode())

    def end(self):
        """Wait until the command is done; its exit status."""
        status = self.process.wait(60)
        self._reader.join(60)
        return status

    def close(self):
        """End the command, if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(60)
        os.close(self._ours)

    def styled_rows(self):
        """The rows up to the last one that is not empty, with their colours, for rich."""
        with self._lock:
            used = [y for y, row in enumerate(self._screen.display) if row.strip()]
            size = range(self._screen.columns)
            rows = [self._screen.buffer[y] for y in range(max(used, default=0) + 1)]
            return [Text.assemble(*_parts(row[x] for x in size)) for row in rows]


def _parts(row):
    """The texts of one style each that a row of characters has."""
    for style, chars in groupby(row, key=_style):
        yield "".join(char.data for char in chars), style


def _style(char):
    colour = {"brown": "yellow"}.get(char.fg, char.fg)
    if len(colour) == 6 and all(digit in "0123456789abcdef" for digit in colour):
        colour = f"#{colour}"
    return Style(
        color=colour.replace("bright", "bright_"), bold=char.bold, italic=char.italics,
        underline=char.underscore, reverse=char.reverse,
    )  # fmt: skip


def as_svg(screen, title, *, is_dark):
    """A picture of a screen's rows, up to the last one that is not empty."""
    theme = DIMMED_MONOKAI if is_dark else DEFAULT_TERMINAL_THEME
    with open(os.devnull, "w") as nowhere:
        console = Console(record=True, file=nowhere, width=screen._screen.columns)
        for row in screen.styled_rows():
            console.print(row, overflow="crop", no_wrap=True)
    return console.export_svg(title=title, theme=theme, code_format=SVG, unique_id="t")
