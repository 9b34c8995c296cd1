"""Folders walked: which files in them are checked, and which are left out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable, Iterator, Protocol

from davos.documents.path_patterns import Patterns
from davos.documents.text_notebooks import MARKDOWN, is_text_notebook
from davos.files import read_file

__all__ = ["walk"]

SUFFIXES = (".ipynb", ".py", *MARKDOWN)
# The folders that ruff leaves out by default, and pytest's and Jupyter's own.
EXCLUDED = frozenset(
    ".bzr .direnv .eggs .git .git-rewrite .hg .ipynb_checkpoints .mypy_cache .nox .pants.d"
    " .pyenv .pytest_cache .pytype .ruff_cache .svn .tox .venv .vscode __pycache__ __pypackages__"
    " _build buck-out build dist node_modules site-packages venv".split(),
)
HEADER_SIZE = 4096


class Leave(Protocol):
    """Whether a path is to be left out."""

    def __call__(self, path: str, *, is_folder: bool) -> bool:
        """Decide about a file or folder."""


def _keep(path: str, *, is_folder: bool) -> bool:
    del path, is_folder
    return False


def walk(folder: str, fail: Callable[[OSError], None], leave: Leave | None = None) -> Iterator[str]:
    """The files to check below a folder, in order; .gitignore files are honoured."""
    leave = leave or _keep
    ignores = {os.path.abspath(folder): _above(folder)}  # noqa: PTH100 - folds `..`
    for root, folders, files in os.walk(folder, onerror=fail):
        place = os.path.abspath(root)  # noqa: PTH100
        rules = ignores.pop(place, [])
        if ".gitignore" in files:
            rules = [*rules, _patterns(Path(root, ".gitignore"))]
        kept = []
        for name in sorted(folders):
            path = os.path.join(root, name)  # noqa: PTH118 - speed
            if (
                name in EXCLUDED
                or _ignored(rules, path, is_folder=True)
                or leave(path, is_folder=True)
            ):
                continue
            ignores[os.path.abspath(path)] = rules  # noqa: PTH100
            kept.append(name)
        folders[:] = kept
        for name in sorted(files):
            path = os.path.normpath(os.path.join(root, name))  # noqa: PTH118
            if _is_wanted(path) and not _ignored(rules, path) and not leave(path, is_folder=False):
                yield path


def _is_wanted(path: str) -> bool:
    lower = path.lower()
    # reading a pipe would block; an editor's lock file is a dangling link
    if not lower.endswith(SUFFIXES) or not os.path.isfile(path):  # noqa: PTH113 - speed
        return False
    if not lower.endswith(MARKDOWN):
        return True
    try:
        with Path(path).open("rb") as file:
            return is_text_notebook(file.read(HEADER_SIZE), path)
    except OSError:
        return True  # reading it will raise the error


def _ignored(rules: list[Patterns], path: str, *, is_folder: bool = False) -> bool:
    """What git says: the deepest .gitignore that says anything about a path decides."""
    for patterns in reversed(rules):
        decided = patterns.decide(path, is_folder=is_folder)
        if decided is not None:
            return decided
    return False


def _above(folder: str) -> list[Patterns]:
    """The .gitignore files of the folders above, up to the repository's root."""
    found: list[Patterns] = []
    here = Path(folder).absolute()
    if (here / ".git").exists():
        return []
    for parent in here.parents:
        if (parent / ".gitignore").is_file():
            found.insert(0, _patterns(parent / ".gitignore"))
        if (parent / ".git").exists():
            return found
    return []


def _patterns(file: Path) -> Patterns:
    try:
        lines = read_file(file).decode("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    return Patterns(tuple(lines), str(file.parent))
