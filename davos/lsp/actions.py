"""Code actions: the fixes of the findings, one by one or all safe ones at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Iterator, NamedTuple

from lsprotocol import types

from davos.lsp.diagnostics import diagnostic

if TYPE_CHECKING:
    from davos.lint.diagnostic import Diagnostic, Edit, Fix
    from davos.lsp.documents import OpenText
    from davos.lsp.files import File

__all__ = ["FIX_ALL", "FIX_NOTEBOOK", "KINDS", "Request", "actions"]

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = "source.fixAll.davos"
FIX_NOTEBOOK = "notebook.source.fixAll.davos"
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


def actions(file: File, found: list[Diagnostic], request: Request) -> list[types.CodeAction]:
    """The code actions for a place of an open text."""
    return [*_quick_fixes(file, found, request), *_fix_all(file, found, request)]


def _quick_fixes(
    file: File, found: list[Diagnostic], request: Request
) -> Iterator[types.CodeAction]:
    if not request.wants(QUICK_FIX):
        return
    for one in found:
        if one.fix is None or file.texts[one.cell] is not request.opened:
            continue
        shown = diagnostic(one, request.opened)
        if _touch(shown.range, request.range):
            yield types.CodeAction(
                title=f"{one.fix.title} ({one.code})",
                kind=QUICK_FIX,
                diagnostics=[shown],
                is_preferred=one.fix.applicability == "safe",
                edit=_workspace_edit(file, one.fix.edits, versioned=request.versioned),
            )


def _fix_all(file: File, found: list[Diagnostic], request: Request) -> Iterator[types.CodeAction]:
    """The safe fixes of the text, or of its whole notebook; the first of two that overlap."""
    for kind in (FIX_ALL, FIX_NOTEBOOK):
        whole = kind == FIX_NOTEBOOK
        if not request.wants(kind) or (whole and None in file.texts):
            continue
        fixes = [one.fix for one in found if one.fix and one.fix.applicability == "safe"]
        edits = _compatible(
            fix
            for fix in fixes
            if whole or all(file.texts[edit.cell] is request.opened for edit in fix.edits)
        )
        if edits:
            yield types.CodeAction(
                title="Fix all that davos can fix" + (" in the notebook" if whole else ""),
                kind=kind,
                edit=_workspace_edit(file, edits, versioned=request.versioned),
            )


def _compatible(fixes: Iterable[Fix]) -> list[Edit]:
    taken: list[Edit] = []
    for fix in fixes:
        if not any(_overlap(new, old) for new in fix.edits for old in taken):
            taken += fix.edits
    return taken


def _overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits touch; also side by side, as their order would matter."""
    return (
        one.cell == other.cell
        and one.location <= other.end_location
        and other.location <= one.end_location
    )


def _workspace_edit(file: File, edits: Iterable[Edit], *, versioned: bool) -> types.WorkspaceEdit:
    by_text: dict[str, tuple[OpenText, list[types.TextEdit]]] = {}
    for edit in edits:
        opened = file.texts[edit.cell]
        place = opened.text.range(edit.location, edit.end_location)
        by_text.setdefault(opened.uri, (opened, []))[1].append(types.TextEdit(place, edit.content))
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
