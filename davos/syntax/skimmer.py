"""Finds the next logical line that holds the word `smuggle`.

Strings, comments, brackets and continuation lines are skipped in bulk, by one
compiled pattern; a `smuggle` inside one of them is no candidate.
"""

from __future__ import annotations

import re
from typing import Iterator

from davos.source import LINE_BREAK
from davos.syntax.strings import FORMATTED_PREFIXES, PLAIN, is_name_character, string_end

__all__ = ["NAME", "next_candidate"]

# CPython's tokenizer takes every character beyond ASCII into a name and looks later.
# What is in no name: a set that reaches to U+10FFFF instead takes re 3 ms to compile.
_NO_NAME = r"\x00-/:-@\[-^`\{-\x7f"
NAME = rf"[^0-9{_NO_NAME}][^{_NO_NAME}]*"

# Every branch starts with another character, so that no character is looked at more than twice.
_SKIM = re.compile(
    PLAIN + r"|#[^\r\n]*"
    r"""|\([^()\[\]{}"'#\\]*\)|\[[^()\[\]{}"'#\\]*\]|\{[^()\[\]{}"'#\\]*\}"""
    r"|\(|\[|\{|\)|\]|\}"
    rf"|\\(?:{LINE_BREAK.pattern})"
    r"|smuggle"
    r"""|"|'|\\""",
    re.DOTALL,
)
_SKIPPABLE = re.compile(r"""["'#()\[\]{}\\\r\n]""")
_WORD = "smuggle"
_LETTERS = frozenset("".join(FORMATTED_PREFIXES)) | frozenset("".join(FORMATTED_PREFIXES).upper())


def next_candidate(text: str, position: int, *, forgiving: bool = False) -> int | None:
    """The start of the first logical line with the word `smuggle` at bracket depth 0.

    `position` is the start of a logical line. None: there is no such line, or
    CPython's tokenizer would refuse the text before it. `forgiving` passes over
    closing brackets that nothing opened.
    """
    found = text.find(_WORD, position)
    if found < 0:
        return None
    if not _SKIPPABLE.search(text, position, found) and _is_word(text, found):
        return position
    return _Skimmer(text, position, forgiving=forgiving).run()


def _is_word(text: str, start: int) -> bool:
    """Whether the word `smuggle` stands at an offset alone, not within a longer name."""
    end = start + len(_WORD)
    return not (
        (start > 0 and is_name_character(text[start - 1]))
        or (end < len(text) and is_name_character(text[end]))
    )


class _Skimmer:
    def __init__(self, text: str, position: int, *, forgiving: bool) -> None:
        self.text = text
        self.start = position
        self.forgiving = forgiving
        self.depth = self.opened = 0
        # What was skipped at depth 0: no logical line ends inside these.
        self.skipped: list[tuple[int, int]] = []

    def run(self) -> int | None:
        """Go from one skipped stretch to the next, counting brackets, up to the word."""
        text = self.text
        matches = _SKIM.finditer(text, self.start)
        match = next(matches, None)
        while match is not None:
            start, end = match.span()
            first = text[start]
            if first == "s":
                if not self.depth and _is_word(text, start):
                    return self._line_start(start)
            elif first in ")]}" or (first in "([{" and end - start == 1):
                if not self._count(first, start):
                    return None
            else:
                if first in "\"'" and start and text[start - 1] in _LETTERS:
                    matches, end = self._past_formatted(matches, start, end)
                if first in "\"'\\" and end - start == 1:
                    return None
                if not self.depth:
                    self.skipped.append((start, end))
            match = next(matches, None)
        return None

    def _count(self, bracket: str, start: int) -> bool:
        """Count a bracket; false for a closing one that nothing opened."""
        if bracket in "([{":
            self.opened = self.opened if self.depth else start
            self.depth += 1
            return True
        if not self.depth:
            return self.forgiving
        self.depth -= 1
        if not self.depth:
            self.skipped.append((self.opened, start + 1))
        return True

    def _past_formatted(
        self, matches: Iterator[re.Match[str]], start: int, end: int
    ) -> tuple[Iterator[re.Match[str]], int]:
        """The true end of what may be a formatted string, and the matches behind it."""
        true_end = string_end(self.text, start)
        if true_end == end:
            return matches, end
        if true_end < 0:
            return iter(()), start + 1
        return _SKIM.finditer(self.text, true_end), true_end

    def _line_start(self, end: int) -> int:
        """The start of the logical line that an offset at depth 0 belongs to."""
        text = self.text
        for skipped_start, skipped_end in reversed(self.skipped):
            start = max(text.rfind("\n", skipped_end, end), text.rfind("\r", skipped_end, end))
            if start >= 0:
                return start + 1
            end = skipped_start
        start = max(text.rfind("\n", self.start, end), text.rfind("\r", self.start, end))
        return start + 1 if start >= 0 else self.start
