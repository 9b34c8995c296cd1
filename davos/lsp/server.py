"""The server: documents and files in, answers out."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from davos.escaping import for_terminal, one_line
from davos.exceptions import DavosError
from davos.lint.settings import Settings, SettingsError, forget, load
from davos.lsp.diagnostics import by_text
from davos.lsp.open_cells import File, notebook_file, script_file
from davos.lsp.open_documents import Documents
from davos.lsp.protocol import Protocol

if TYPE_CHECKING:
    from davos.distributions.available_versions import OfferedVersions
    from davos.documents.diagnostic import Diagnostic
    from davos.lsp.installed_versions import Finder
    from davos.lsp.open_documents import OpenText

__all__ = ["Server"]

SHORTEST_WAIT, LONGEST_WAIT = 0.05, 3.0
"""Seconds between the last edit and the check; a check that takes long makes it longer."""

_SELECTOR = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithNotebook(
            notebook=types.NotebookDocumentFilterNotebookType("jupyter-notebook"),
            cells=[types.NotebookCellLanguage("python")],
        ),
        types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage("python")]),
    ]
)


class Server(LanguageServer):
    """One client's server; `find` tells what is installed where, `offered` what an index has."""

    protocol: Protocol

    def __init__(self, version: str, find: Finder, offered: OfferedVersions) -> None:
        super().__init__("davos", version, notebook_document_sync=_SELECTOR, protocol_cls=Protocol)
        self.find = find
        self.offered = offered
        self.documents = Documents()
        self._files: dict[str, File] = {}
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._last_check = 0.0
        self._complained: set[str] = set()

    # ---- what the client opens, changes and closes ----

    def did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A text was opened."""
        self.documents.encoding = self.protocol.encoding()
        self.documents.open(params.text_document)
        self._changed(params.text_document.uri, wait=False)

    def did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """A text was edited; some clients send the edits of a notebook's cells this way, too."""
        uri = params.text_document.uri
        self.documents.change(params.text_document, params.content_changes)
        notebook = self.documents.notebook_of(uri)
        self._changed(uri if notebook is None else notebook.uri)

    def did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """A text was closed."""
        self._forget(params.text_document.uri)
        self.documents.close(params.text_document.uri)
        self._clear([params.text_document.uri])

    def did_open_notebook(self, params: types.DidOpenNotebookDocumentParams) -> None:
        """A notebook was opened."""
        self.documents.encoding = self.protocol.encoding()
        self.documents.open_notebook(params)
        self._changed(params.notebook_document.uri, wait=False)

    def did_change_notebook(self, params: types.DidChangeNotebookDocumentParams) -> None:
        """Cells of a notebook were edited, added, removed or moved."""
        self._clear(self.documents.change_notebook(params))
        self._changed(params.notebook_document.uri)

    def did_close_notebook(self, params: types.DidCloseNotebookDocumentParams) -> None:
        """A notebook was closed."""
        self._forget(params.notebook_document.uri)
        self._clear(self.documents.close_notebook(params))

    # ---- files ----

    def file(self, uri: str) -> File:
        """The script or notebook that a text belongs to; raises `KeyError` if it is not open."""
        notebook = self.documents.notebook_of(uri)
        return self._file(uri if notebook is None else notebook.uri)

    def _file(self, uri: str) -> File:
        """The script or notebook of a URI."""
        key = unquote(uri)
        if key not in self._files:
            self._files[key] = self._read(uri)
        return self._files[key]

    def _read(self, uri: str) -> File:
        filename = to_fs_path(uri) or unquote(urlsplit(uri).path)
        if self.documents.is_open(uri):
            return script_file(self.documents.text(uri), filename)
        return notebook_file(self.documents.notebook(uri), self.documents, filename)

    def found(self, file: File) -> list[Diagnostic]:
        """The findings in a file; those of a broken configuration are davos' defaults."""
        name = file.document.filename
        try:
            settings = load(name)
        except SettingsError as error:
            settings = Settings()
            if str(error) not in self._complained:
                self._complained.add(str(error))
                self.log(str(error), types.MessageType.Warning)
        return [] if settings.excluded.match(name) else file.diagnostics(settings)

    def opened(self, uri: str) -> OpenText | None:
        """An open text, None if it is not open."""
        return self.documents.text(uri) if self.documents.is_open(uri) else None

    # ---- configuration ----

    def initialized(self, params: types.InitializedParams) -> None:
        """Ask to be told when a configuration is changed."""
        del params
        workspace = self.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace else None
        if watching is None or not watching.dynamic_registration:
            return
        options = types.DidChangeWatchedFilesRegistrationOptions(
            [types.FileSystemWatcher("**/pyproject.toml")]
        )
        wanted = types.Registration(
            "davos-configuration", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options
        )
        self.client_register_capability(types.RegistrationParams([wanted]))

    def configuration_changed(self, params: object) -> None:
        """Read pyproject.toml again, and check what is open."""
        del params
        forget()
        self._complained.clear()
        for uri in self.documents.uris():
            self._changed(uri)
        text = self.client_capabilities.workspace
        if self.pulls and text and text.diagnostics and text.diagnostics.refresh_support:
            self.workspace_diagnostic_refresh(None)

    # ---- diagnostics ----

    def _changed(self, uri: str, *, wait: bool = True) -> None:
        """Check a script or notebook, soon, unless it is changed again before."""
        self._forget(uri)
        delay = min(max(SHORTEST_WAIT, 2 * self._last_check), LONGEST_WAIT) if wait else 0.0
        loop = asyncio.get_running_loop()
        self._waiting[unquote(uri)] = loop.call_later(delay, self._check, uri)

    def check_again(self, uri: str) -> None:
        """Check the script or notebook of a text, because a file beside it has changed."""
        notebook = self.documents.notebook_of(uri)
        self._changed(uri if notebook is None else notebook.uri, wait=False)

    def _forget(self, uri: str) -> None:
        self._files.pop(unquote(uri), None)
        waiting = self._waiting.pop(unquote(uri), None)
        if waiting is not None:
            waiting.cancel()

    def _check(self, uri: str) -> None:
        """Publish the findings in a script or notebook, unless the client asks for them."""
        self._waiting.pop(unquote(uri), None)
        if self.protocol.shut_down:
            return
        started = time.perf_counter()
        try:
            file = self._file(uri)
            if self.pulls and None in file.texts:
                return
            for text, found in by_text(file, self.found(file)).items():
                self._publish(text, found)
        except Exception as error:  # noqa: BLE001 - the server must survive any input
            self.failed(f"cannot check {uri}", error)
        self._last_check = time.perf_counter() - started

    def _publish(self, uri: str, found: list[types.Diagnostic]) -> None:
        opened = self.opened(uri)
        version = None if opened is None else opened.version
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, found, version=version)
        )

    def _clear(self, uris: list[str]) -> None:
        for uri in uris:
            self._publish(uri, [])

    @property
    def pulls(self) -> bool:
        """Whether the client asks for diagnostics itself: of texts; of notebooks none does yet."""
        text = self.client_capabilities.text_document
        return text is not None and text.diagnostic is not None

    # ---- what goes wrong ----

    def log(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """Write a line into the client's log."""
        self.window_log_message(types.LogMessageParams(kind, for_terminal(message)))

    def tell(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """Show a message to the user; one of kind Log goes into the client's log only."""
        if kind is types.MessageType.Log:
            self.log(message)
        else:
            self.window_show_message(types.ShowMessageParams(kind, for_terminal(message)))

    def failed(self, what: str, error: Exception) -> None:
        """Log an error and show it to the client."""
        logging.getLogger(__name__).debug("%s", for_terminal(what), exc_info=error)
        reason = str(error) if isinstance(error, DavosError) else f"{type(error).__name__}: {error}"
        self.log(f"{what}: {reason}", types.MessageType.Error)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what pygls could not do; a message that is not JSON is answered, too.

        What cannot be sent is for standard error only: to send that would fail as well.
        """
        if source is not JsonRpcException or self.protocol.shut_down:
            logging.getLogger(__name__).error("%s", one_line(f"{type(error).__name__}: {error}"))
        elif isinstance(error, (ValueError, RecursionError)):
            self.protocol.refuse(types.ErrorCodes.ParseError, f"not JSON: {error}")
        else:
            self.failed("cannot handle a message", error)
