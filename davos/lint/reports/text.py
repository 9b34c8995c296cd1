"""How findings are written: the names of `--output-format`.

A reporter takes findings as they come, in the order of the files, and yields text, so
that neither grows with the number of files.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from importlib import import_module
from typing import Callable, Iterable, Iterator

from davos.documents.diagnostic import Diagnostic
from davos.escaping import one_line
from davos.lint.registry import RULES

__all__ = ["FOR_PEOPLE", "REPORTERS", "Reporter", "statistics"]

Reporter = Callable[[Iterable[Diagnostic]], Iterator[str]]

_BOLD, _RED, _BLUE, _CYAN, _YELLOW = (f"\x1b[{number}m" for number in (1, 31, 34, 36, 33))
_RESET = "\x1b[0m"


def text(found: Iterable[Diagnostic]) -> Iterator[str]:
    """One line for each finding, and a summary."""
    yield from _for_people(found, lambda one: f"{one_line(one.line)}\n")


def full(found: Iterable[Diagnostic]) -> Iterator[str]:
    """The lines of `text`, each with its source below and carets under the finding."""
    yield from _for_people(found, lambda one: f"{one_line(one.line)}\n{_excerpt(one)}\n")


def text_in_color(found: Iterable[Diagnostic]) -> Iterator[str]:
    """`text` for a terminal."""
    yield from _for_people(found, lambda one: f"{_colored(one)}\n")


def full_in_color(found: Iterable[Diagnostic]) -> Iterator[str]:
    """`full` for a terminal."""
    yield from _for_people(found, lambda one: f"{_colored(one)}\n{_BLUE}{_excerpt(one)}{_RESET}\n")


def _loaded(module: str, name: str, found: Iterable[Diagnostic]) -> Iterator[str]:
    """A reporter of a module that is loaded only when it is asked for."""
    reporter: Reporter = getattr(import_module(f"davos.lint.reports.{module}"), name)
    yield from reporter(found)


FOR_PEOPLE: dict[str, Reporter] = {"text": text_in_color, "full": full_in_color}
"""The formats that have colours on a terminal."""

REPORTERS: dict[str, Reporter] = {
    "text": text,
    "full": full,
    "json": partial(_loaded, "json_formats", "ruff"),
    "github": partial(_loaded, "ci_formats", "github"),
    "gitlab": partial(_loaded, "json_formats", "gitlab"),
    "sarif": partial(_loaded, "json_formats", "sarif"),
    "junit": partial(_loaded, "ci_formats", "junit"),
}


def statistics(found: Iterable[Diagnostic]) -> Iterator[str]:
    """How many findings each rule has, the most frequent first; `[*]` marks what can be fixed."""
    findings: Counter[str] = Counter()
    fixable: Counter[str] = Counter()
    for one in found:
        findings[one.code] += 1
        fixable[one.code] += one.fix is not None
    width = len(str(max(findings.values(), default=0)))
    for code, count in sorted(findings.items(), key=lambda item: (-item[1], item[0])):
        mark = "[*]" if fixable[code] else "[ ]"
        yield f"{count:{width}}  {code}  {mark} {RULES[code].name}\n"


def _for_people(found: Iterable[Diagnostic], write: Callable[[Diagnostic], str]) -> Iterator[str]:
    count = safe = unsafe = 0
    for one in found:
        count += 1
        safe += one.fix is not None and one.fix.applicability == "safe"
        unsafe += one.fix is not None and one.fix.applicability == "unsafe"
        yield write(one)
    yield f"Found {count} error{'s' * (count != 1)}.\n" if count else "All checks passed!\n"
    if safe:
        yield f"{safe} can be fixed with `--fix`{_also(unsafe)}.\n"
    elif unsafe:
        yield f"{unsafe} can be fixed with `--fix --unsafe-fixes`.\n"


def _also(unsafe: int) -> str:
    return f", {unsafe} more with `--unsafe-fixes`" if unsafe else ""


def _colored(one: Diagnostic) -> str:
    color = _RED if one.severity == "error" else _YELLOW
    place = one.place[len(one.filename) :].replace(":", f"{_CYAN}:{_RESET}")
    name, message = one_line(one.filename), one_line(one.message)
    return f"{_BOLD}{name}{_RESET}{place}: {_BOLD}{color}{one.code}{_RESET} {message}"


def _excerpt(one: Diagnostic) -> str:
    """The row that a finding begins in, and carets under it."""
    row, column = one.location.row, one.location.column + one.text_shift
    end = len(one.text) + 1
    if one.end_location.row == row:
        end = min(one.end_location.column + one.text_shift, end)
    indent = re.sub(r"[^\t]", " ", one_line(one.text[: column - 1]))
    marked = one_line(one.text[column - 1 : end - 1])
    number = str(row)
    margin = " " * len(number)
    carets = "^" * max(1, end - column, len(marked))
    return f"{margin} |\n{number} | {one_line(one.text)}\n{margin} | {indent}{carets}"
