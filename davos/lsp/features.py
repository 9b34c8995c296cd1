"""The requests that the server answers, and how it is run."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Callable, TypeVar, Union

from lsprotocol import types

from davos.lsp import lock_command
from davos.lsp.actions import KINDS, Request, actions
from davos.lsp.completion import TRIGGERS, completions
from davos.lsp.diagnostics import by_text
from davos.lsp.hover import hover
from davos.lsp.protocol import Input
from davos.lsp.semantic_tokens import LEGEND, encoded
from davos.lsp.server import Server
from davos.lsp.symbols import flat, symbols

if TYPE_CHECKING:
    from davos.distributions.available_versions import OfferedVersions
    from davos.lsp.installed_versions import Finder
    from davos.lsp.open_cells import OpenCell

__all__ = ["make_server", "serve"]

_Params = TypeVar("_Params")
_Result = TypeVar("_Result")
_Positioned = Union[types.HoverParams, types.CompletionParams]
_Symbols = Union[list[types.DocumentSymbol], list[types.SymbolInformation]]


def serve(version: str, find: Finder, offered: OfferedVersions) -> int:
    """Serve on standard input and output until the client ends it; 0 if it did so in order."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What anything prints would break the protocol.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # Python's own handler would wait for the next message.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    server = make_server(version, find, offered)
    server.start_io(Input(sys.stdin.buffer), output)  # type: ignore[arg-type]
    return 0 if server.protocol.shut_down else 1


def make_server(version: str, find: Finder, offered: OfferedVersions) -> Server:
    """A server with all features."""
    server = Server(version, find, offered)
    for name, (handler, options) in _FEATURES.items():
        server.feature(name, options)(_guarded(server, name, handler))
    server.command(lock_command.COMMAND)(lock_command.handler(server))
    return server


def _guarded(
    server: Server, name: str, handler: Callable[[Server, _Params], _Result]
) -> Callable[[_Params], _Result | None]:
    """A handler that logs its errors to the client; then there is nothing to answer."""

    def guarded(params: _Params) -> _Result | None:
        try:
            return handler(server, params)
        except Exception as error:  # noqa: BLE001 - the server must survive any input
            server.failed(name, error)
            return None

    return guarded


def _at(server: Server, params: _Positioned) -> tuple[OpenCell, int] | None:
    """The cell at a position, and the offset in it."""
    uri = params.text_document.uri
    opened = server.opened(uri)
    if opened is None:
        return None
    location = opened.text.location(params.position)
    for cell in server.file(uri).cells:
        offset = cell.offset(location) if cell.opened is opened else None
        if offset is not None:
            return cell, offset
    return None


def _cells(server: Server, uri: str) -> list[OpenCell]:
    opened = server.opened(uri)
    if opened is None:
        return []
    return [cell for cell in server.file(uri).cells if cell.opened is opened]


# ---- the requests ----


def _hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    place = _at(server, params)
    return None if place is None else hover(*place, server.find)


def _completion(server: Server, params: types.CompletionParams) -> types.CompletionList:
    place = _at(server, params)
    if place is None:
        return types.CompletionList(is_incomplete=False, items=[])
    return completions(*place, server.find, server.offered)


def _code_action(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    opened = server.opened(params.text_document.uri)
    if opened is None:
        return []
    file = server.file(opened.uri)
    workspace = server.client_capabilities.workspace
    edits = workspace.workspace_edit if workspace else None
    only = tuple(getattr(kind, "value", kind) for kind in params.context.only or ())
    request = Request(opened, params.range, only, bool(edits and edits.document_changes))
    return actions(file, server.found, request)


def _diagnostic(
    server: Server, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport:
    opened = server.opened(params.text_document.uri)
    found: list[types.Diagnostic] = []
    # A notebook's are published: those of one cell may change with another.
    if opened is not None and server.documents.notebook_of(opened.uri) is None:
        file = server.file(opened.uri)
        found = by_text(file, server.found(file))[opened.uri]
    return types.RelatedFullDocumentDiagnosticReport(items=found)


def _document_symbol(server: Server, params: types.DocumentSymbolParams) -> _Symbols:
    uri = params.text_document.uri
    found = [symbol for cell in _cells(server, uri) for symbol in symbols(cell)]
    text = server.client_capabilities.text_document
    outline = text.document_symbol if text else None
    if outline and outline.hierarchical_document_symbol_support:
        return found
    return [flat(symbol, uri) for symbol in found]


def _semantic_tokens(server: Server, params: types.SemanticTokensParams) -> types.SemanticTokens:
    return types.SemanticTokens(data=encoded(_cells(server, params.text_document.uri)))


def _semantic_tokens_range(
    server: Server, params: types.SemanticTokensRangeParams
) -> types.SemanticTokens:
    cells = _cells(server, params.text_document.uri)
    return types.SemanticTokens(data=encoded(cells, params.range))


_FEATURES: dict[str, tuple[Callable[..., object], object]] = {
    types.INITIALIZED: (Server.initialized, None),
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: (Server.configuration_changed, None),
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: (Server.configuration_changed, None),
    types.TEXT_DOCUMENT_DID_OPEN: (Server.did_open, None),
    types.TEXT_DOCUMENT_DID_CHANGE: (Server.did_change, None),
    types.TEXT_DOCUMENT_DID_CLOSE: (Server.did_close, None),
    types.NOTEBOOK_DOCUMENT_DID_OPEN: (Server.did_open_notebook, None),
    types.NOTEBOOK_DOCUMENT_DID_CHANGE: (Server.did_change_notebook, None),
    types.NOTEBOOK_DOCUMENT_DID_CLOSE: (Server.did_close_notebook, None),
    types.TEXT_DOCUMENT_HOVER: (_hover, None),
    types.TEXT_DOCUMENT_COMPLETION: (
        _completion,
        types.CompletionOptions(trigger_characters=TRIGGERS),
    ),
    types.TEXT_DOCUMENT_CODE_ACTION: (
        _code_action,
        types.CodeActionOptions(code_action_kinds=list(KINDS)),
    ),
    types.TEXT_DOCUMENT_DIAGNOSTIC: (
        _diagnostic,
        types.DiagnosticOptions(
            inter_file_dependencies=False, workspace_diagnostics=False, identifier="davos"
        ),
    ),
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: (_document_symbol, None),
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: (_semantic_tokens, LEGEND),
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE: (_semantic_tokens_range, LEGEND),
}
