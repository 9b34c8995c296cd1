"""All safe fixes at once: in rounds, as one may make another possible, until nothing changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from lsprotocol import types

from davos.documents.edits import compatible
from davos.lint.checker import MAX_ROUNDS

if TYPE_CHECKING:
    from davos.documents.diagnostic import Diagnostic, Fix
    from davos.lsp.open_cells import File
    from davos.lsp.open_documents import OpenText

__all__ = ["Check", "fix_all"]

Check = Callable[["File"], "list[Diagnostic]"]


def fix_all(file: File, check: Check, only: OpenText | None) -> dict[int | None, types.TextEdit]:
    """What each text that changes must be edited to; `only` one text, or all."""
    fixed = _fixed(file, check, None if only is None else only.uri)
    edits = ((cell, _difference(text, fixed.texts[cell])) for cell, text in file.texts.items())
    return {cell: edit for cell, edit in edits if edit is not None}


def _fixed(file: File, check: Check, only: str | None) -> File:
    for _ in range(MAX_ROUNDS):
        fixes = compatible(
            one.fix
            for one in check(file)
            if one.fix and one.fix.is_safe and _is_within(one.fix, file, only)
        )
        if not fixes:
            break
        file = file.edited(edit for fix in fixes for edit in fix.edits)
    return file


def _is_within(fix: Fix, file: File, only: str | None) -> bool:
    return only is None or all(file.texts[edit.cell].uri == only for edit in fix.edits)


def _difference(before: OpenText, after: OpenText) -> types.TextEdit | None:
    """The rows between the first and the last that differ, as one edit."""
    old, new = before.text.source.lines, after.text.source.lines
    if old == new:
        return None
    shorter = min(len(old), len(new))
    first = next((row for row in range(shorter) if old[row] != new[row]), shorter)
    most = shorter - first
    last = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    place = before.text.rows(first, len(old) - last)
    return types.TextEdit(place, "".join(new[first : len(new) - last]))
