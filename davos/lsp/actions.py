"""Code actions: the fixes of the findings, one by one or all safe ones at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterable, Iterator, NamedTuple

from lsprotocol import types

from davos.documents.edits import Edit
from davos.lsp.diagnostics import diagnostic
from davos.lsp.fix_all import fix_all
from davos.lsp.lock_command import command
from davos.span import Location

if TYPE_CHECKING:
    from davos.documents.diagnostic import Diagnostic
    from davos.lsp.fix_all import Check
    from davos.lsp.open_cells import File
    from davos.lsp.open_documents import OpenText

__all__ = ["FIX_ALL", "FIX_NOTEBOOK", "KINDS", "Request", "actions"]

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = "source.fixAll.davos"
FIX_NOTEBOOK = "notebook.source.fixAll.davos"
_NOQA = re.compile(r"#[ \t]*noqa:[ \t]*[A-Z]+[0-9]+(?:,[ \t]*[A-Z]+[0-9]+)*")
KINDS = (QUICK_FIX, FIX_ALL, FIX_NOTEBOOK)


class Request(NamedTuple):
    """Where fixes are wanted, of which kinds (none: of all), and whether edits name versions."""

    opened: OpenText
    range: types.Range
    only: tuple[str, ...]
    versioned: bool

    def wants(self, kind: str) -> bool:
        """Whether a kind of action is asked for, by its name or by a prefix of it."""
        return not self.only or any(f"{kind}.".startswith(f"{one}.") for one in self.only)


def actions(file: File, check: Check, request: Request) -> list[types.CodeAction]:
    """The code actions for a place of an open text; `check` gives the findings in a file."""
    here = list(_found_here(file, check(file), request)) if request.wants(QUICK_FIX) else []
    return [
        *_quick_fixes(file, here, request),
        *_silencers(file, here, request),
        *_fix_all(file, check, request),
    ]


def _found_here(
    file: File, found: list[Diagnostic], request: Request
) -> Iterator[tuple[Diagnostic, types.Diagnostic]]:
    """The findings at the place, and how they are shown."""
    for one in found:
        if file.texts[one.cell] is request.opened:
            shown = diagnostic(one, request.opened)
            if _touch(shown.range, request.range):
                yield one, shown


def _quick_fixes(
    file: File, here: list[tuple[Diagnostic, types.Diagnostic]], request: Request
) -> Iterator[types.CodeAction]:
    for one, shown in here:
        locking = command(one.code, request.opened.uri)
        if locking is not None:
            yield types.CodeAction(
                title=locking.title, kind=QUICK_FIX, diagnostics=[shown], command=locking
            )
        if one.fix is not None:
            yield types.CodeAction(
                title=f"{one.fix.title} ({one.code})",
                kind=QUICK_FIX,
                diagnostics=[shown],
                is_preferred=one.fix.applicability == "safe",
                edit=_workspace_edit(
                    file, _as_text_edits(file, one.fix.edits), versioned=request.versioned
                ),
            )


def _silencers(
    file: File, here: list[tuple[Diagnostic, types.Diagnostic]], request: Request
) -> Iterator[types.CodeAction]:
    """`# noqa: DAV301` behind a statement with a warning; errors are to be fixed."""
    rows = {
        row
        for cell in file.cells_of(request.opened.uri)
        for found in cell.facts.statements
        for row in range(found.range.start.row, found.range.end.row + 1)
    }
    for one, shown in here:
        line = request.opened.text.source.line(one.location.row)
        if one.severity == "error" or one.location.row not in rows or line.endswith("\\"):
            continue
        present = _NOQA.search(line)
        if "noqa" in line and present is None:
            continue
        place = Location(one.location.row, len(line[: present.end() if present else None]) + 1)
        text = f", {one.code}" if present else f"  # noqa: {one.code}"
        edit = Edit(one.cell, place, place, text)
        yield types.CodeAction(
            title=f"Suppress {one.code} in this row",
            kind=QUICK_FIX,
            diagnostics=[shown],
            edit=_workspace_edit(file, _as_text_edits(file, [edit]), versioned=request.versioned),
        )


def _fix_all(file: File, check: Check, request: Request) -> Iterator[types.CodeAction]:
    """The safe fixes of the text, or of its whole notebook."""
    for kind in (FIX_ALL, FIX_NOTEBOOK):
        whole = kind == FIX_NOTEBOOK
        if not request.wants(kind) or (whole and None in file.texts):
            continue
        edits = fix_all(file, check, None if whole else request.opened)
        if edits:
            yield types.CodeAction(
                title="Apply all safe fixes of davos" + (" in the notebook" if whole else ""),
                kind=kind,
                edit=_workspace_edit(file, edits.items(), versioned=request.versioned),
            )


def _as_text_edits(
    file: File, edits: Iterable[Edit]
) -> Iterator[tuple[int | None, types.TextEdit]]:
    for edit in edits:
        place = file.texts[edit.cell].text.range(edit.location, edit.end_location)
        yield edit.cell, types.TextEdit(place, edit.content)


def _workspace_edit(
    file: File, edits: Iterable[tuple[int | None, types.TextEdit]], *, versioned: bool
) -> types.WorkspaceEdit:
    by_text: dict[str, tuple[OpenText, list[types.TextEdit]]] = {}
    for cell, edit in edits:
        opened = file.texts[cell]
        by_text.setdefault(opened.uri, (opened, []))[1].append(edit)
    if not versioned:
        return types.WorkspaceEdit(changes={uri: new for uri, (_, new) in by_text.items()})
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(uri, opened.version), list(new)
            )
            for uri, (opened, new) in by_text.items()
        ]
    )


def _touch(one: types.Range, other: types.Range) -> bool:
    return _key(one.start) <= _key(other.end) and _key(other.start) <= _key(one.end)


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
