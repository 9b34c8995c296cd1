"""Findings as the protocol writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from davos.escaping import for_terminal
from davos.lsp.doc_links import page_uri

if TYPE_CHECKING:
    from davos.documents.diagnostic import Diagnostic
    from davos.lsp.open_cells import File
    from davos.lsp.open_documents import OpenText

__all__ = ["SOURCE", "by_text", "diagnostic"]

SOURCE = "davos"

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
}
# Words that have no effect; editors show them faded.
_WITHOUT_EFFECT = frozenset({"DAV003", "DAV201", "DAV203"})


def by_text(file: File, found: list[Diagnostic]) -> dict[str, list[types.Diagnostic]]:
    """The findings of each open text by its URI; an empty list where there are none."""
    sorted_out: dict[str, list[types.Diagnostic]] = {text.uri: [] for text in file.texts.values()}
    for one in found:
        opened = file.texts[one.cell]
        sorted_out[opened.uri].append(diagnostic(one, opened))
    return sorted_out


def diagnostic(found: Diagnostic, opened: OpenText) -> types.Diagnostic:
    """A finding in an open text."""
    return types.Diagnostic(
        range=opened.text.range(found.location, found.end_location),
        message=for_terminal(found.message),
        severity=_SEVERITIES[found.severity],
        code=found.code,
        code_description=_description(found.code),
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if found.code in _WITHOUT_EFFECT else None,
    )


def _description(code: str) -> types.CodeDescription | None:
    uri = page_uri(code)
    return None if uri is None else types.CodeDescription(uri)
