"""How findings are written: the names of `--output-format`.

A reporter takes findings as they come, in the order of the files, and yields text, so
that neither grows with the number of files.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from importlib import import_module
from itertools import groupby
from typing import Callable, Iterable, Iterator

from davos.documents.diagnostic import Diagnostic
from davos.escaping import one_line
from davos.lint.registry import RULES
from davos.lint.reports.style import PLAIN, Style, fix_lines, mark, page_line, source_lines

__all__ = ["FOR_PEOPLE", "REPORTERS", "Reporter", "statistics"]

Reporter = Callable[[Iterable[Diagnostic]], Iterator[str]]


def text(found: Iterable[Diagnostic], style: Style = PLAIN) -> Iterator[str]:
    """One line for each finding, and a summary."""
    counts = _Counts(style)
    yield from (f"{_head(one, style)} {one_line(one.message)}\n" for one in counts.of(found))
    yield from counts.summary()
    if counts.safe:
        also = f", {counts.unsafe} more with `--unsafe-fixes`" if counts.unsafe else ""
        yield f"{counts.safe} can be fixed with `--fix`{also}.\n"
    elif counts.unsafe:
        yield f"{counts.unsafe} can be fixed with `--fix --unsafe-fixes`.\n"


def concise(found: Iterable[Diagnostic], style: Style = PLAIN) -> Iterator[str]:
    """The lines of `text`, with ruff's mark `[*]` for what `--fix` fixes."""
    counts = _Counts(style)
    yield from (f"{_marked(one, style)}\n" for one in counts.of(found))
    yield from counts.marked_summary()


def full(found: Iterable[Diagnostic], style: Style = PLAIN) -> Iterator[str]:
    """The lines of `concise`, each with its source, its fix and its page below."""
    counts = _Counts(style)
    for one in counts.of(found):
        lines = [_marked(one, style), *source_lines(one, style), *fix_lines(one, style)]
        yield "".join(f"{line}\n" for line in [*lines, page_line(one, style), ""])
    yield from counts.marked_summary()


def grouped(found: Iterable[Diagnostic], style: Style = PLAIN) -> Iterator[str]:
    """The findings of each file below its name."""
    counts = _Counts(style)
    for filename, group in groupby(counts.of(found), key=lambda one: one.filename):
        yield f"{style.bold(one_line(filename))}:\n"
        for one in group:
            place = one.place[len(filename) + 1 :]
            yield f"  {place} {_code(one, style)}{mark(one, style)} {one_line(one.message)}\n"
        yield "\n"
    yield from counts.marked_summary()


def pylint(found: Iterable[Diagnostic]) -> Iterator[str]:
    """Pylint's lines; row 1 in notebooks, whose rows are not those of the file."""
    for one in found:
        row = 1 if one.cell is not None else one.location.row
        yield f"{one_line(one.filename)}:{row}: [{one.code}] {one_line(one.message)}\n"


def _loaded(module: str, name: str, found: Iterable[Diagnostic]) -> Iterator[str]:
    """A reporter of a module that is loaded only when it is asked for."""
    reporter: Reporter = getattr(import_module(f"davos.lint.reports.{module}"), name)
    yield from reporter(found)


FOR_PEOPLE: dict[str, Callable[[Iterable[Diagnostic], Style], Iterator[str]]] = {
    "text": text,
    "concise": concise,
    "full": full,
    "grouped": grouped,
}
"""The formats that have a style: colours, and what they mark as fixable."""

REPORTERS: dict[str, Reporter] = {
    "text": text,
    "concise": concise,
    "full": full,
    "grouped": grouped,
    "json": partial(_loaded, "json_formats", "ruff"),
    "github": partial(_loaded, "ci_formats", "github"),
    "gitlab": partial(_loaded, "json_formats", "gitlab"),
    "sarif": partial(_loaded, "json_formats", "sarif"),
    "junit": partial(_loaded, "ci_formats", "junit"),
    "pylint": pylint,
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
        sign = "[*]" if fixable[code] else "[ ]"
        yield f"{count:{width}}  {code}  {sign} {RULES[code].name}\n"


class _Counts:
    """How many findings passed, and how many of them can be fixed."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.all = self.safe = self.unsafe = 0

    def of(self, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """The findings, which are counted as they pass."""
        for one in found:
            self.all += 1
            self.safe += one.fix is not None and one.fix.is_safe
            self.unsafe += one.fix is not None and not one.fix.is_safe
            yield one

    def summary(self) -> Iterator[str]:
        """The line that says how many there are."""
        yield f"Found {self.all} error{'s' * (self.all != 1)}.\n" if self.all else _NONE

    def marked_summary(self) -> Iterator[str]:
        """The same, and ruff's line about what can be fixed."""
        yield from self.summary()
        marked = self.safe + (self.unsafe if self.style.unsafe else 0)
        others = self.safe + self.unsafe - marked
        more = f"{others} unsafe fix{'es' * (others != 1)} available with `--fix --unsafe-fixes`"
        if marked:
            also = f" ({more})" if others else ""
            yield f"[{self.style.cyan('*')}] {marked} fixable with `--fix`{also}.\n"
        elif others:
            yield f"{more}.\n"


_NONE = "All checks passed!\n"


def _marked(one: Diagnostic, style: Style) -> str:
    return f"{_head(one, style)}{mark(one, style)} {one_line(one.message)}"


def _head(one: Diagnostic, style: Style) -> str:
    """`nb.ipynb:cell 4:2:8: DAV101`."""
    place = one.place[len(one.filename) :].replace(":", style.cyan(":"))
    name = style.bold(one_line(one.filename))
    return f"{name}{place}{style.cyan(':')} {_code(one, style)}"


def _code(one: Diagnostic, style: Style) -> str:
    return style.bold_red(one.code) if one.severity == "error" else style.bold_yellow(one.code)
