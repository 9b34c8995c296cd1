"""The one way from a file to a `Document`: by its name, and by what is in it."""

from __future__ import annotations

import tokenize
from io import BytesIO

from davos.documents.document import Cell, Document
from davos.documents.notebook import read_notebook
from davos.documents.text_notebooks import MARKDOWN, is_percent_script, markdown, percent
from davos.exceptions import DavosError

__all__ = ["read_document", "read_text"]


def read_document(data: bytes, filename: str) -> Document:
    """The document in the bytes of a file: a notebook, a text notebook or a script.

    Raises `NotebookError`, or `DavosError` for a file that is not text.
    """
    if filename.lower().endswith(".ipynb"):
        return read_notebook(data, filename)
    return read_text(_decode(data), filename)


def read_text(text: str, filename: str) -> Document:
    """The document in a text that is decoded already, as editors hold it."""
    if filename.lower().endswith(MARKDOWN):
        return Document(filename, "notebook", tuple(markdown(text, filename)), text=text)
    if is_percent_script(text):
        return Document(filename, "notebook", tuple(percent(text)), text=text)
    return Document(filename, "script", (Cell(None, text, text),), text=text)


def _decode(data: bytes) -> str:
    """Decode a text as Python decodes a script (PEP 263), its line ends kept."""
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeError) as error:
        message = f"not a Python script: {error}"
        raise DavosError(message) from None
    except LookupError:
        raise DavosError(f"not a Python script: {encoding} is not a text encoding") from None
    if "\0" in text:
        raise DavosError("not a Python script: it contains null bytes")
    return text
