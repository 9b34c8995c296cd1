"""The command `davos.lock`: `davos lock` for the file of an open document."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Awaitable, Callable

from lsprotocol import types

from davos import subprocesses
from davos.documents.reader import read_document
from davos.escaping import for_terminal
from davos.exceptions import DavosError
from davos.files import read_file

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.lsp.server import Server

__all__ = ["COMMAND", "command", "handler"]

COMMAND = "davos.lock"
_ABOUT_LOCKS = frozenset({"DAV310", "DAV311"})


def command(code: str, uri: str) -> types.Command | None:
    """The command that mends a finding; None for findings about something else."""
    if code not in _ABOUT_LOCKS:
        return None
    return types.Command("Lock this document (davos lock)", COMMAND, arguments=[uri])


def handler(server: Server) -> Callable[[str], Awaitable[None]]:
    """What the server does on the command, whose argument is the URI of a document or a cell."""

    async def lock(uri: str) -> None:
        try:
            document = server.file(uri).document
        except KeyError:
            server.tell(f"{uri} is not open", types.MessageType.Error)
            return
        if not _is_saved(document):
            name = Path(document.filename).name
            server.tell(f"save {name} first: davos locks the file", types.MessageType.Warning)
            return
        server.tell(f"locking {Path(document.filename).name}", types.MessageType.Log)
        loop = asyncio.get_running_loop()
        done = await loop.run_in_executor(None, _lock, document.filename)
        kind = types.MessageType.Error if done.returncode else types.MessageType.Info
        server.tell(done.output.strip(), kind)
        server.check_again(uri)

    return lock


def _lock(filename: str) -> subprocesses.Completed:
    try:
        return subprocesses.run([sys.executable, "-m", "davos", "lock", filename], os.environ)
    except OSError as error:
        return subprocesses.Completed(1, for_terminal(str(error)))


def _is_saved(document: Document) -> bool:
    """Whether the file holds what is open in the editor."""
    try:
        saved = read_document(read_file(document.filename), document.filename)
    except (OSError, DavosError):
        return False
    return [cell.source for cell in saved.cells] == [cell.source for cell in document.cells]
