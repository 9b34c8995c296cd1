"""What the client has open: texts, notebooks, and the texts of their cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable
from urllib.parse import unquote

from lsprotocol import types

from davos.lsp.positions import Encoding, Text

__all__ = ["Documents", "OpenNotebook", "OpenText"]


@dataclass
class OpenText:
    """A text in the editor: a file, or a cell of a notebook."""

    uri: str
    version: int
    language: str
    text: Text


@dataclass
class OpenNotebook:
    """A notebook in the editor; `cells` are all its cells in order."""

    uri: str
    version: int
    cells: list[types.NotebookCell]
    metadata: Any = None


class Documents:
    """The open documents by their URIs, which may be written in more than one way.

    Raises `KeyError` for a document that is not open.
    """

    def __init__(self, encoding: Encoding = "utf-16") -> None:
        self.encoding: Encoding = encoding
        self._texts: dict[str, OpenText] = {}
        self._notebooks: dict[str, OpenNotebook] = {}
        self._owners: dict[str, str] = {}

    def uris(self) -> list[str]:
        """The notebooks, and the texts that are no cells."""
        texts = [text.uri for key, text in self._texts.items() if key not in self._owners]
        return [*texts, *(notebook.uri for notebook in self._notebooks.values())]

    # ---- texts ----

    def text(self, uri: str) -> OpenText:
        """An open text."""
        return self._texts[unquote(uri)]

    def is_open(self, uri: str) -> bool:
        """Whether a text is open."""
        return unquote(uri) in self._texts

    def open(self, item: types.TextDocumentItem) -> None:
        """Take in a text that was opened."""
        text = Text(item.text, self.encoding)
        self._texts[unquote(item.uri)] = OpenText(item.uri, item.version, item.language_id, text)

    def change(
        self,
        document: types.VersionedTextDocumentIdentifier,
        changes: Iterable[types.TextDocumentContentChangeEvent],
    ) -> None:
        """Apply edits to a text, one after the other."""
        opened = self.text(document.uri)
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                opened.text = opened.text.replaced(change.range, change.text)
            else:
                opened.text = Text(change.text, self.encoding)
        opened.version = document.version

    def close(self, uri: str) -> None:
        """Forget a text."""
        self._texts.pop(unquote(uri), None)
        self._owners.pop(unquote(uri), None)

    # ---- notebooks ----

    def notebook(self, uri: str) -> OpenNotebook:
        """An open notebook."""
        return self._notebooks[unquote(uri)]

    def notebook_of(self, uri: str) -> OpenNotebook | None:
        """The notebook that a text is a cell of."""
        owner = self._owners.get(unquote(uri))
        return None if owner is None else self._notebooks.get(owner)

    def open_notebook(self, params: types.DidOpenNotebookDocumentParams) -> None:
        """Take in a notebook with the texts of its cells."""
        given = params.notebook_document
        notebook = OpenNotebook(given.uri, given.version, list(given.cells), given.metadata)
        self._notebooks[unquote(given.uri)] = notebook
        self._open_cells(given.uri, params.cell_text_documents)

    def change_notebook(self, params: types.DidChangeNotebookDocumentParams) -> list[str]:
        """Apply changes of metadata, of structure and of texts; the URIs that were closed."""
        notebook = self.notebook(params.notebook_document.uri)
        change, closed = params.change, []
        if change.metadata is not None:
            notebook.metadata = change.metadata
        if change.cells is not None:
            if change.cells.structure is not None:
                closed = self._restructure(notebook, change.cells.structure)
            _replace(notebook.cells, change.cells.data or ())
            for content in change.cells.text_content or ():
                self.change(content.document, content.changes)
        notebook.version = params.notebook_document.version
        return closed

    def close_notebook(self, params: types.DidCloseNotebookDocumentParams) -> list[str]:
        """Forget a notebook and its cells; the URIs that were closed."""
        notebook = self._notebooks.pop(unquote(params.notebook_document.uri), None)
        uris = {cell.document for cell in notebook.cells} if notebook else set()
        uris |= {document.uri for document in params.cell_text_documents}
        for uri in uris:
            self.close(uri)
        return sorted(uris)

    def _restructure(
        self, notebook: OpenNotebook, structure: types.NotebookDocumentCellChangeStructure
    ) -> list[str]:
        array = structure.array
        notebook.cells[array.start : array.start + array.delete_count] = array.cells or []
        self._open_cells(notebook.uri, structure.did_open or ())
        closed = [document.uri for document in structure.did_close or ()]
        for uri in closed:
            self.close(uri)
        return closed

    def _open_cells(self, notebook: str, items: Iterable[types.TextDocumentItem]) -> None:
        for item in items:
            self.open(item)
            self._owners[unquote(item.uri)] = unquote(notebook)


def _replace(cells: list[types.NotebookCell], changed: Iterable[types.NotebookCell]) -> None:
    """Put new descriptions of cells in their places."""
    new = {cell.document: cell for cell in changed}
    cells[:] = [new.get(cell.document, cell) for cell in cells]
