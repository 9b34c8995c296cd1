"""The files that a command line names: folders walked, standard input, errors told."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Iterator

from davos import notebook
from davos.exceptions import DavosError

if TYPE_CHECKING:
    from davos.notebook import Document

__all__ = ["STDIN", "Files", "complain"]

STDIN = "-"
SUFFIXES = (".ipynb", ".py")
# The folders that ruff leaves out by default, and pytest's and Jupyter's own.
EXCLUDED = frozenset(
    ".bzr .direnv .eggs .git .git-rewrite .hg .ipynb_checkpoints .mypy_cache .nox .pants.d"
    " .pyenv .pytest_cache .pytype .ruff_cache .svn .tox .venv .vscode __pycache__ __pypackages__"
    " _build buck-out build dist node_modules site-packages venv".split(),
)


class Files:
    """Reads the documents that paths name, each once, in order.

    `failed` says afterwards whether something could not be read; the reason has
    been written to stderr, and the other files were read all the same. A file
    that is named is read whatever its name; in a folder, notebooks and `.py` files are.
    """

    def __init__(self, paths: Iterable[str], stdin_filename: str = STDIN) -> None:
        self._paths = paths
        self._stdin_filename = stdin_filename
        self.failed = False
        self.count = 0

    def __iter__(self) -> Iterator[Document]:
        """Read the documents."""
        for path in self._unique():
            try:
                document = self._read(path)
            except (OSError, DavosError) as error:
                self._fail(path, error)
            else:
                self.count += 1
                yield document

    def _read(self, path: str) -> Document:
        if path == STDIN:
            return notebook.decode(sys.stdin.buffer.read(), self._stdin_filename)
        return notebook.read(path)

    def _unique(self) -> Iterator[str]:
        seen = set()
        for path in self._paths:
            for file in self._walk(path) if path != STDIN and Path(path).is_dir() else [path]:
                key = file if file == STDIN else os.path.abspath(file)  # noqa: PTH100 - folds `..`
                if key not in seen:
                    seen.add(key)
                    yield file

    def _walk(self, folder: str) -> Iterator[str]:
        for root, folders, files in os.walk(folder, onerror=self._fail_folder):
            folders[:] = sorted(name for name in folders if name not in EXCLUDED)
            for name in sorted(files):
                if name.lower().endswith(SUFFIXES):
                    yield os.path.normpath(os.path.join(root, name))  # noqa: PTH118 - speed

    def _fail_folder(self, error: OSError) -> None:
        self._fail(str(error.filename), error)

    def _fail(self, path: str, error: Exception) -> None:
        self.failed = True
        name = self._stdin_filename if path == STDIN else path
        reason = error.strerror if isinstance(error, OSError) else str(error)
        complain(f"{name}: {reason or error}")


def complain(message: str) -> None:
    """Write an error message, in the order in which it happened."""
    sys.stdout.flush()
    print(f"davos: {message}", file=sys.stderr)
