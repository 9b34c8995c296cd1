"""The parts of a finding as people read it, with colours or without."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Iterator

from davos.escaping import one_line

if TYPE_CHECKING:
    from davos.documents.diagnostic import Diagnostic, DiffLine

__all__ = ["PLAIN", "Style", "fix_lines", "mark", "page_line", "source_lines"]

_RESET = "\x1b[0m"
_UNSAFE = "This is an unsafe fix and may change what the code does"


@dataclass(frozen=True)
class Style:
    """Whether text has colours, and whether unsafe fixes are among those that `--fix` applies."""

    colors: bool = False
    unsafe: bool = False

    def bold(self, text: str) -> str:
        """Text in bold."""
        return self._in(1, text)

    def red(self, text: str) -> str:
        """What is wrong, or goes away."""
        return self._in(31, text)

    def green(self, text: str) -> str:
        """What is added."""
        return self._in(32, text)

    def blue(self, text: str) -> str:
        """The margin of source text."""
        return self._in(34, text)

    def cyan(self, text: str) -> str:
        """What separates and marks."""
        return self._in(36, text)

    def bold_red(self, text: str) -> str:
        """The code of an error."""
        return self.bold(self.red(text))

    def bold_yellow(self, text: str) -> str:
        """The code of a warning."""
        return self.bold(self._in(33, text))

    def _in(self, number: int, text: str) -> str:
        return f"\x1b[{number}m{text}{_RESET}" if self.colors and text else text


PLAIN = Style()


def mark(one: Diagnostic, style: Style) -> str:
    """` [*]` behind the code of a finding that `--fix` fixes."""
    applies = one.fix is not None and (one.fix.is_safe or style.unsafe)
    return f" [{style.cyan('*')}]" if applies else ""


def source_lines(one: Diagnostic, style: Style) -> Iterator[str]:
    """The row that a finding begins in, and carets under it."""
    row, column = one.location.row, one.location.column + one.text_shift
    end = len(one.text) + 1
    if one.end_location.row == row:
        end = min(one.end_location.column + one.text_shift, end)
    indent = re.sub(r"[^\t]", " ", one_line(one.text[: column - 1]))
    marked = one_line(one.text[column - 1 : end - 1])
    number = str(row)
    margin = style.blue(f"{' ' * len(number)} |")
    carets = "^" * max(1, end - column, len(marked))
    yield margin
    yield f"{style.blue(f'{number} |')} {one_line(one.text)}"
    yield f"{margin} {indent}{style.red(carets)}"


def fix_lines(one: Diagnostic, style: Style) -> Iterator[str]:
    """What fixes a finding: a title, the rows that change, and whether the fix is unsafe."""
    if one.fix is None:
        return
    yield f"{style.cyan('help')}: {one_line(one.fix.title)}"
    width = max((len(str(line.row)) for line in one.fix.diff if line.row), default=1)
    margin = style.blue(f"{' ' * width} |")
    for cell, lines in groupby(one.fix.diff, key=lambda line: line.cell):
        if cell is not None:
            yield f"{style.blue(' ' * width + ':::')} cell {cell}"
        yield margin
        yield from (_diff_line(line, width, style) for line in lines)
        yield margin
    if not one.fix.is_safe:
        yield f"{style.cyan('note')}: {_UNSAFE}"


def _diff_line(line: DiffLine, width: int, style: Style) -> str:
    number = style.blue(f"{line.row or '':>{width}}")
    text = one_line(line.text)
    if line.sign == " ":
        return f"{number} {style.blue('|')} {text}".rstrip()
    paint = style.red if line.sign == "-" else style.green
    return f"{number} {paint(f'{line.sign} {text}'.rstrip())}"


def page_line(one: Diagnostic, style: Style) -> str:
    """Where a finding is explained."""
    return f"{style.cyan('page')}: `davos guide {one.code}`"
