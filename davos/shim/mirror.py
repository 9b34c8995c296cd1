"""A copy of a part of the file system, below a folder that represents its root.

Every path keeps its name behind the copy's root, so that a tool finds its configuration
where it would find it, and paths in its output are mapped back by taking the root
away. Copied are the documents and what the tool is told to walk; the rest
are symbolic links, and of folders further up only configuration.
"""

from __future__ import annotations

import os
import shutil
from typing import Callable, Iterable

__all__ = ["Mirror"]

DOCUMENTS = (".ipynb", ".py", ".pyi", ".md", ".qmd")
_CONFIGURATION = frozenset(
    ".editorconfig .flake8 .gitignore .ignore .isort.cfg .mypy.ini .pre-commit-config.yaml"
    " .pycodestyle .pydocstyle .pylintrc .ruff.toml .style.yapf mypy.ini pylintrc pyproject.toml"
    " pyrightconfig.json pytest.ini ruff.toml setup.cfg tox.ini ty.toml".split(),
)
# What tools write: a link would lead them back to the user's own.
_CACHES = frozenset(
    ".mypy_cache .pytest_cache .ruff_cache .hypothesis __pycache__ .ipynb_checkpoints".split(),
)
_NOT_WALKED = frozenset(
    ".bzr .direnv .eggs .git .hg .nox .pants.d .svn .tox .venv .vscode __pypackages__ _build"
    " build dist node_modules site-packages venv".split(),
)
_MAX_COPY = 1 << 20


class Mirror:
    """The copy below `root`; `transform` gives a document's bytes for it, by path and bytes."""

    def __init__(self, root: str, transform: Callable[[str, bytes], bytes]) -> None:
        self.root = root
        self._transform = transform
        self._written: dict[str, bytes] = {}
        self._opened: set[str] = set()

    def place(self, path: str) -> str:
        """Where an absolute path lies in the copy."""
        return self.root + path

    def add(self, base: str, paths: Iterable[str]) -> None:
        """Copy documents and whole folders; `base` is a folder that holds them all."""
        folder = os.path.dirname(base)
        while True:
            self._link_configuration(folder)
            if folder == os.path.dirname(folder):
                break
            folder = os.path.dirname(folder)
        self._open(base)
        for path in paths:
            self._add(base, path)

    def changed(self) -> list[str]:
        """The documents whose copies were changed since."""
        found = []
        for path, content in self._written.items():
            try:
                with open(self.place(path), "rb") as file:
                    same = file.read() == content
            except OSError:
                same = False
            if not same:
                found.append(path)
        return found

    def _link_configuration(self, folder: str) -> None:
        os.makedirs(self.place(folder), exist_ok=True)
        for name in _CONFIGURATION | {".git"}:
            if os.path.exists(os.path.join(folder, name)):
                self._link(os.path.join(folder, name))

    def _add(self, base: str, path: str) -> None:
        """Copy a document or folder, opening the folders on the way to it."""
        inner = os.path.relpath(os.path.dirname(path) if path != base else path, base)
        folder = base
        for name in [] if inner == "." else inner.split(os.sep):
            folder = os.path.join(folder, name)
            self._open(folder)
        if os.path.isdir(path):
            self._copy_folder(path)
        else:
            self._copy(path)

    def _open(self, folder: str) -> None:
        """Make a folder whose entries are links."""
        place = self.place(folder)
        if os.path.islink(place):
            os.unlink(place)
        elif os.path.isdir(place) and folder in self._opened:
            return
        os.makedirs(place, exist_ok=True)
        self._opened.add(folder)
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if name not in _CACHES and not self.root.startswith(path + os.sep):
                self._link(path)

    def _copy_folder(self, folder: str) -> None:
        self._open(folder)
        for entry in list(os.scandir(folder)):
            if entry.name in _CACHES or self.root.startswith(entry.path + os.sep):
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _NOT_WALKED:
                    self._copy_folder(entry.path)
            elif entry.is_file() and entry.name.lower().endswith(DOCUMENTS):
                self._copy(entry.path)

    def _copy(self, path: str) -> None:
        """Copy a document, transformed."""
        place = self.place(path)
        if os.path.lexists(place):
            os.unlink(place)
        with open(path, "rb") as file:
            data = file.read()
        content = self._transform(path, data)
        with open(place, "wb") as file:
            file.write(content)
        shutil.copymode(path, place)
        self._written[path] = content

    def _link(self, path: str) -> None:
        """Link to a file or folder; a small file of configuration is copied."""
        place = self.place(path)
        if os.path.lexists(place):
            return
        if os.path.basename(path) in _CONFIGURATION and os.path.getsize(path) < _MAX_COPY:
            shutil.copyfile(path, place)
        else:
            os.symlink(path, place)
