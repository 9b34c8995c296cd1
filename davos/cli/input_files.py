"""The files that a command line names: folders walked, standard input, errors told."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Iterator

from davos.documents.reader import read_document
from davos.documents.walk import Leave, walk
from davos.escaping import for_terminal, one_line
from davos.exceptions import DavosError
from davos.files import read_file

if TYPE_CHECKING:
    from davos.documents.document import Document

__all__ = ["STDIN", "Files", "complain", "put", "read_input", "reason"]

STDIN = "-"


class Files:
    """Reads the documents that paths name, each once, in order.

    `failed` says afterwards whether something could not be read; the reason has
    been written to stderr, and the other files are read nevertheless. A file
    that is named is read whatever its name; in a folder, notebooks and `.py` files are,
    but for those that `.gitignore` names or `leave` says.
    """

    def __init__(
        self,
        paths: Iterable[str],
        stdin_filename: str = STDIN,
        leave: Leave | None = None,
    ) -> None:
        self._paths = paths
        self._stdin_filename = stdin_filename
        self._leave = leave
        self.failed = False
        self.count = 0

    def __iter__(self) -> Iterator[Document]:
        """Read the documents."""
        for path in self.paths():
            try:
                document = self._read(path)
            except (OSError, DavosError) as error:
                self.fail(path, reason(error))
            else:
                self.count += 1
                yield document

    def paths(self) -> Iterator[str]:
        """The files, or `-`, each once."""
        seen = set()
        for path in self._paths:
            for file in self._walk(path) if path != STDIN and Path(path).is_dir() else [path]:
                key = file if file == STDIN else os.path.abspath(file)  # noqa: PTH100 - folds `..`
                if key not in seen:
                    seen.add(key)
                    yield file

    def fail(self, path: str, message: str) -> None:
        """Say that a file could not be read."""
        self.failed = True
        name = self._stdin_filename if path == STDIN else path
        complain(f"{one_line(name)}: {message}")

    def _read(self, path: str) -> Document:
        name = self._stdin_filename if path == STDIN else path
        return read_document(read_input(path, name), name)

    def _fail_folder(self, error: OSError) -> None:
        self.fail(str(error.filename), reason(error))

    def _walk(self, folder: str) -> Iterator[str]:
        return walk(folder, self._fail_folder, self._leave)


def read_input(path: str, name: str) -> bytes:
    """The content of a file, or of standard input for `-`, which stands for a file of a name.

    Raises OSError, and DavosError for a notebook on standard input without a name: as Python its
    JSON would be without findings.
    """
    if path != STDIN:
        return read_file(path)
    data = sys.stdin.buffer.read()
    if name == STDIN and data.lstrip().startswith(b"{") and b'"nbformat"' in data:
        raise DavosError("this is a notebook: name it with --stdin-filename, as in `nb.ipynb`")
    return data


def reason(error: Exception) -> str:
    """Why a file could not be read."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def complain(message: str) -> None:
    """Write an error message, in the order in which it happened."""
    sys.stdout.flush()
    print(for_terminal(f"davos: {message}"), file=sys.stderr)


def put(content: str) -> None:
    """Write what a file holds: as it is for programs, escaped for a terminal."""
    sys.stdout.write(for_terminal(content) if sys.stdout.isatty() else content)
