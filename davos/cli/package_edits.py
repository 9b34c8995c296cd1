"""The document that `davos add` and `davos remove` change, and its lock."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Sequence

from davos.cli.diff import diff
from davos.cli.input_files import STDIN, complain, put, reason
from davos.cli.lock_wishes import backend_of, wishes_of
from davos.documents.reader import read_document
from davos.escaping import one_line
from davos.exceptions import DavosError, LockError
from davos.files import read_file, replace_file
from davos.near_words import did_you_mean
from davos.resolution.lock_document import read_lock, remove_lock, write_lock
from davos.resolution.lock_making import make_lock
from davos.resolution.lock_resolver import resolver

if TYPE_CHECKING:
    import argparse

    from davos.resolution.lock_document import Lock

__all__ = ["EditedDocument", "check_arguments", "edit"]

EXIT_FAILED = 1
EXIT_USAGE = 2
_DOCUMENTS = (".ipynb", ".py", ".md", ".qmd")


def check_arguments(path: str, packages: Sequence[str], parser: argparse.ArgumentParser) -> None:
    """End with an error of use, if the arguments are no document and packages."""
    if path == STDIN:
        parser.error("stdin cannot be changed: name a file")
    if Path(path).is_dir():
        parser.error(f"{path} is a folder: name one notebook or script")
    document = next((one for one in packages if one.lower().endswith(_DOCUMENTS)), None)
    if document is not None and Path(document).is_file():
        is_first = Path(path).is_file()
        hint = "change one document at a time" if is_first else "it stands before the packages"
        parser.error(f"{document} is a document: {hint}")


class EditedDocument:
    """A notebook or script that gets other statements.

    Raises OSError for a file that cannot be read or written, and `DavosError` for one without
    code cells of Python.
    """

    def __init__(self, path: str, backend: str | None) -> None:
        self.path = path
        self.data = read_file(_existing(path))
        self.document = read_document(self.data, path)
        self.resolve = resolver(backend or backend_of(self.document), complain)
        if not self.document.is_python:
            message = "its cells are not Python"
            raise DavosError(message)
        if not os.access(path, os.W_OK):
            raise PermissionError(13, "it is read-only", path)
        self.lock: Lock | None = None
        try:
            self.lock = read_lock(path)
        except LockError as error:
            complain(f"{one_line(path)}: its lock stays as it is: {error}")

    def relocked(self, data: bytes) -> Lock | None:
        """The lock for other contents; None if nothing is left to lock. Raises `LockError`."""
        document = read_document(data, self.path)
        wishes = wishes_of(self.document, self.lock)
        return make_lock(document, wishes, self.lock, self.resolve)

    def show(self, data: bytes) -> int:
        """Print what would change; the exit status."""
        put("".join(diff(self.path, self.data, data)))
        return int(data != self.data)

    def write(self, data: bytes, notes: Sequence[str], lock: Lock | None) -> None:
        """Write the document, and then its lock, if it had one; say what was done."""
        if data != self.data:
            replace_file(self.path, data)
        for note in notes:
            print(one_line(f"{self.path}: {note}"))
        if self.lock is None:
            return
        if lock is None:
            remove_lock(self.path)
            print(f"{one_line(self.path)}: its lock is taken away: nothing is left to lock")
        elif lock is not self.lock:
            write_lock(self.path, lock.pylock)
            print(f"{one_line(self.path)}: its lock is up to date")


def edit(path: str, backend: str | None, change: Callable[[EditedDocument], int]) -> int:
    """Change a document; the exit status. What goes wrong is said, and nothing is written."""
    try:
        document = EditedDocument(path, backend)
    except (OSError, DavosError) as error:
        return _failed(path, error, EXIT_USAGE)
    try:
        return change(document)
    except (OSError, DavosError) as error:
        return _failed(path, error, EXIT_FAILED)


def _failed(path: str, error: Exception, status: int) -> int:
    complain(f"{one_line(path)}: {reason(error)}")
    return status


def _existing(path: str) -> str:
    """A path; raises FileNotFoundError that names one which is spelled nearly so."""
    if not Path(path).exists():
        names = [one.name for one in Path(path).absolute().parent.glob("*") if one.is_file()]
        raise FileNotFoundError(2, f"no such file{did_you_mean(Path(path).name, names)}", path)
    return path
