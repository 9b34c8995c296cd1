"""The conversation with the client: what pygls leaves open when messages are broken or early."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcMethodNotFound
from pygls.protocol import LanguageServerProtocol

if TYPE_CHECKING:
    from davos.lsp.positions import Encoding

__all__ = ["Input", "Protocol"]

MAX_LENGTH = 100_000_000
"""Of a message in bytes; a longer one is not read into memory."""

MAX_LINE = 8192
"""How much of a line is read at once: a line without an end is passed over in pieces."""

# A body that is longer than its head said ends on the line on which the next head begins.
_LENGTH = re.compile(rb"content-length:[ \t]*(\d{1,9})[ \t]*\r?\n\Z", re.IGNORECASE)
_LONGEST_HEAD = 64

DOCUMENTS = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
)
"""What pygls' own documents would be kept up with; they end lines at form feeds."""


class _Answered:
    """Stands for a message that an error was sent for already."""


class Protocol(LanguageServerProtocol):
    """The protocol; the documents are kept by the server."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.initialized = self.shut_down = False
        for method in DOCUMENTS:
            del self.fm.builtin_features[method]

    def encoding(self) -> Encoding:
        """How the client counts columns."""
        kind = self.server_capabilities.position_encoding
        name = getattr(kind, "value", kind)
        return "utf-8" if name == "utf-8" else "utf-32" if name == "utf-32" else "utf-16"

    def structure_message(self, data: dict[str, Any]) -> Any:
        """The message in a JSON object; an invalid one is answered with an error."""
        try:
            return super().structure_message(data)
        except JsonRpcException as refused:
            error, method = refused, data.get("method")
            if method not in {**self.fm.builtin_features, **self.fm.features}:
                error = JsonRpcMethodNotFound.of(str(method))
            if method is not None and isinstance(data.get("id"), (int, str)):
                self._send_response(data["id"], error=error.to_response_error())
            else:
                self._server.report_server_error(error, JsonRpcException)
            return _Answered()

    def handle_message(self, message: Any) -> None:
        """Handle a message if it is one, and if its time has come."""
        if isinstance(message, _Answered):
            return
        if getattr(message, "jsonrpc", None) != self.VERSION:
            self.refuse(types.ErrorCodes.InvalidRequest, "not a JSON-RPC 2.0 message")
            return
        method, number = getattr(message, "method", None), getattr(message, "id", None)
        error = self._untimely(method)
        if error is None or method in {None, types.EXIT}:
            super().handle_message(message)
        elif number is not None:
            self.refuse(*error, number)

    def _untimely(self, method: str | None) -> tuple[int, str] | None:
        """Why a method cannot be called now."""
        if self.shut_down:
            return types.ErrorCodes.InvalidRequest, "the server was shut down"
        if method == types.INITIALIZE:
            if self.initialized:
                return types.ErrorCodes.InvalidRequest, "the server was initialized before"
            self.initialized = True
        elif not self.initialized:
            return types.ErrorCodes.ServerNotInitialized, "the server is not initialized yet"
        elif method == types.SHUTDOWN:
            self.shut_down = True
        return None

    def refuse(self, code: int, message: str, number: int | str | None = None) -> None:
        """Answer with an error; without an id if the request cannot be identified."""
        error = types.ResponseError(int(code), message)
        self._send_data(types.ResponseErrorMessage(id=number, error=error))


class Input:
    """The client's stream; what is no head of a message is passed over line by line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        """A line of a message's head, as pygls expects it."""
        line = self._end_of_line()
        if not line.strip():
            return b"\r\n" if line else line
        found = _LENGTH.search(line)
        if found is None or int(found[1]) > MAX_LENGTH:
            return b"Ignored: \r\n"
        return b"Content-Length: %d\r\n" % int(found[1])

    def read(self, length: int) -> bytes:
        """A message's body."""
        return self._stream.read(length)

    def _end_of_line(self) -> bytes:
        """A line; of a long one its end, in which the next head may be."""
        line = piece = self._stream.readline(MAX_LINE)
        while len(piece) == MAX_LINE and not piece.endswith(b"\n"):
            piece = self._stream.readline(MAX_LINE)
            line = line[-_LONGEST_HEAD:] + piece
        return line
