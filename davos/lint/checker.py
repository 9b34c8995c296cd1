"""All selected rules over one document, and the fixes of what they find."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Iterable, Iterator

from davos.credentials import masked
from davos.documents.diagnostic import Diagnostic, Fix
from davos.documents.edits import Edit, apply_edits, compatible
from davos.documents.parsed_cell import ParsedCell, diagnostic
from davos.documents.reader import read_document
from davos.lint.context import Context
from davos.lint.noqa import silence
from davos.lint.registry import RULES
from davos.lint.rule import Finding, Repair
from davos.lint.rules.onion_fixes import repair_onion
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.lint.settings import Settings

__all__ = ["MAX_ROUNDS", "Fixed", "apply_fixes", "check_document", "fix_bytes"]

MAX_ROUNDS = 20
"""How often a file is checked and fixed at most: a fix may make another one possible."""


def check_document(document: Document, settings: Settings) -> list[Diagnostic]:
    """What the selected rules find in a document, in the order of its text.

    `settings` says what is selected for this file name; comments (`# noqa`) in the
    document suppress findings in their row.
    """
    selected = settings.selection(document.filename)
    context = Context(document, requires_lock=settings.require_lock)
    if not context.uses_davos:
        return []
    found = [(code, finding) for code, finding in _findings(context, selected) if code in selected]
    found = silence(context, found, selected)
    diagnostics = [_diagnostic(code, finding) for code, finding in found]
    numbered = [(finding.cell.number, d) for (_, finding), d in zip(found, diagnostics)]
    numbered.sort(key=lambda pair: (pair[0], pair[1].location, pair[1].code))
    return [one for _, one in numbered]


@dataclass
class Fixed:
    """The bytes after the fixes, what was fixed, and (of `fix_bytes`) what is left."""

    data: bytes
    fixed: list[Diagnostic] = field(default_factory=list)
    remaining: list[Diagnostic] = field(default_factory=list)


def fix_bytes(data: bytes, filename: str, settings: Settings, *, unsafe: bool = False) -> Fixed:
    """Check and fix in rounds, until nothing can be fixed any more.

    Raises what `read_document` raises.
    """
    result = Fixed(data)
    for _ in range(MAX_ROUNDS):
        result.remaining = check_document(read_document(result.data, filename), settings)
        step = apply_fixes(result.data, filename, result.remaining, unsafe=unsafe)
        if step.data == result.data:
            break
        result.data = step.data
        result.fixed += step.fixed
    return result


def apply_fixes(
    data: bytes, filename: str, diagnostics: Iterable[Diagnostic], *, unsafe: bool = False
) -> Fixed:
    """Apply the fixes that do not overlap an earlier one, each wholly or not at all."""
    fixable = (one for one in diagnostics if one.fix and (unsafe or one.fix.is_safe))
    fixed = compatible(fixable)
    edits = [edit for one in fixed for edit in one.edits]
    return Fixed(apply_edits(data, filename, edits) if edits else data, fixed)


def _findings(context: Context, selected: frozenset[str]) -> Iterator[tuple[str, Finding]]:
    for cell in context.cells:
        for error in cell.errors:
            span = error.span or Span(0, 0)
            yield error.code, Finding(cell, span, error.msg, repair_onion(cell, error))
    for code, rule in RULES.items():
        if code in selected:
            for finding in rule.check(context):
                yield code, finding


def _diagnostic(code: str, finding: Finding) -> Diagnostic:
    cell = finding.cell
    fix = None if finding.repair is None else _fix(finding.repair)
    severity = RULES[code].severity
    return diagnostic(cell, code, finding.span, finding.message, severity=severity, fix=fix)


def _fix(repair: Repair) -> Fix:
    return Fix(
        masked(repair.title),
        repair.applicability,
        tuple(_edit(change.cell, change.span, change.content) for change in repair.changes),
    )


def _edit(cell: ParsedCell, span: Span, content: str) -> Edit:
    place = cell.range(span)
    return Edit(cell.cell.index, place.start, place.end, content)
