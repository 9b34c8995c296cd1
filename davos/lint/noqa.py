"""Comments that suppress findings: `# noqa` and `# noqa: DAV301, DAV305`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Iterator

from davos.lint.rule import Change, Finding, Repair
from davos.lint.rules.syntax import UnusedNoqa
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context

__all__ = ["silence"]

_NOQA = re.compile(
    r"\#[ \t]*noqa(?![\w-])"
    r"(?:[ \t]*:[ \t]*(?P<codes>[A-Z]+[0-9]+(?:(?:[ \t]*,[ \t]*|[ \t]+)[A-Z]+[0-9]+)*))?",
    re.IGNORECASE,
)
_CODE = re.compile(r"[A-Z]+[0-9]+", re.IGNORECASE)


@dataclass
class _Noqa:
    """A comment and its codes with their places; without codes it suppresses everything."""

    cell: ParsedCell
    span: Span
    codes: dict[str, Span]
    used: set[str] = field(default_factory=set)

    def covers(self, code: str) -> bool:
        return not self.codes or code in self.codes


def silence(
    context: Context, found: list[tuple[str, Finding]], selected: frozenset[str]
) -> list[tuple[str, Finding]]:
    """The findings that no comment suppresses, and the comments that suppress none."""
    comments: dict[tuple[int, int], list[_Noqa]] = {}
    for cell in context.cells:
        for noqa in _comments(cell):
            comments.setdefault((cell.number, cell.row(noqa.span.start)), []).append(noqa)
    if not comments:
        return found
    kept = []
    for code, finding in found:
        covering = [
            noqa
            for row in _rows(finding)
            for noqa in comments.get((finding.cell.number, row), ())
            if noqa.covers(code)
        ]
        for noqa in covering:
            noqa.used.add(code)
        if not covering:
            kept.append((code, finding))
    if UnusedNoqa.code in selected:
        for noqa in (noqa for one in comments.values() for noqa in one):
            kept += _unused(noqa, selected)
    return kept


def _comments(cell: ParsedCell) -> Iterator[_Noqa]:
    text = cell.source.text
    if "noqa" not in text.lower():
        return
    for match in _NOQA.finditer(text):
        if cell.comment_at(match.start()):
            start = match.start("codes")
            codes = {
                code.group().upper(): Span(start + code.start(), start + code.end())
                for code in _CODE.finditer(match["codes"] or "")
            }
            yield _Noqa(cell, Span(*match.span()), codes)


def _rows(finding: Finding) -> set[int]:
    """The rows whose comments count: the finding's, and the first and last of its statement."""
    cell = finding.cell
    rows = {cell.row(finding.span.start), cell.row(finding.span.end)}
    found = cell.statement_in(min(rows))
    return rows if found is None else {*rows, *map(cell.row, found.statement.span)}


def _unused(noqa: _Noqa, selected: frozenset[str]) -> Iterator[tuple[str, Finding]]:
    if not noqa.codes:
        if not noqa.used and _beside_statement(noqa):
            finding = Finding(noqa.cell, noqa.span, "unused noqa comment", _removed(noqa))
            yield UnusedNoqa.code, finding
        return
    from davos.lint.registry import RULES  # noqa: PLC0415 - which lists the rule reported here

    unused = [
        code
        for code in noqa.codes
        if code.startswith("DAV")
        and code not in noqa.used
        and (code in selected or code not in RULES)
    ]
    if unused:
        message = f"unused noqa comment: no finding of {', '.join(unused)} in this line"
        yield UnusedNoqa.code, Finding(noqa.cell, noqa.span, message, _reduced(noqa, unused))


def _beside_statement(noqa: _Noqa) -> bool:
    """Whether a plain comment follows a smuggle statement: elsewhere it belongs to other tools."""
    return noqa.cell.statement_in(noqa.cell.row(noqa.span.start)) is not None


def _removed(noqa: _Noqa) -> Repair:
    text, (start, end) = noqa.cell.source.text, noqa.span
    rest = re.compile(r"[^\r\n]*").match(text, end)
    behind = rest.group().strip() if rest else ""
    if behind and not behind.startswith("#"):  # words that explain it: keep them a comment
        change = Change(noqa.cell, Span(start, end), "#")
    else:
        change = Change(noqa.cell, Span(len(text[:start].rstrip(" \t")), end), "")
    return Repair("Remove the comment", "safe", (change,))


def _reduced(noqa: _Noqa, unused: list[str]) -> Repair:
    """The comment without the codes that suppress nothing."""
    kept = [code for code in noqa.codes if code not in unused]
    if not kept:
        return _removed(noqa)
    spans = list(noqa.codes.values())
    change = Change(noqa.cell, Span(spans[0].start, spans[-1].end), ", ".join(kept))
    return Repair("Remove unused codes", "safe", (change,))
