"""Where the lock of a document is, and its contents as they are written.

A notebook holds its lock in its own metadata, as a JSON object; beside a script or text notebook
it is a TOML file (PEP 751). Nothing is validated here: `davos.resolution.lock_document` does.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

from davos.documents.notebook import LOCK, load_notebook, member
from davos.exceptions import LockError

__all__ = [
    "holds_its_lock",
    "is_lock_file",
    "lock_path",
    "notebook_lock",
    "other_owner",
    "toml_lock",
]

# PEP 751, "File Name": one part without dots between `pylock.` and `.toml`
_LOCK_FILE = re.compile(r"pylock(\.[^.]+)?\.toml")


def holds_its_lock(document: str | os.PathLike[str]) -> bool:
    """Whether a document has its lock in itself, as `.ipynb` notebooks do."""
    return os.fspath(document).lower().endswith(".ipynb")


def is_lock_file(path: str | os.PathLike[str]) -> bool:
    """Whether a file is named as PEP 751 says: `pylock.toml`, `pylock.NAME.toml`."""
    return _LOCK_FILE.fullmatch(Path(path).name) is not None


def lock_path(document: str | os.PathLike[str]) -> Path:
    """The file that the lock of a document is in: the notebook itself, or `pylock.STEM.toml`.

    Dots of the stem become underscores. A lock file is its own.
    """
    path = Path(document)
    if holds_its_lock(path) or is_lock_file(path):
        return path
    return path.with_name(f"pylock.{path.stem.replace('.', '_')}.toml")


def other_owner(content: Any, document: str | os.PathLike[str]) -> str | None:
    """The name of another document beside this one that a lock says it is of; None if of this.

    `a.py`, `a.md` and `b_c.py`, `b.c.py` have one file for their locks. A document that is not
    there any more has none.
    """
    name = member(content, ("tool", "davos", "document"))
    path = Path(document)
    if not isinstance(name, str) or name == path.name or is_lock_file(path):
        return None
    is_name = Path(name).name == name
    return name if is_name and path.with_name(name).is_file() else None


def notebook_lock(data: bytes) -> Any:
    """What a notebook's JSON has as its lock; None if it has none. Raises `NotebookError`."""
    return member(load_notebook(data), LOCK)


def toml_lock(data: bytes, filename: str) -> dict[str, Any]:
    """The table in the bytes of a TOML file; raises `LockError`."""
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415 - where there is such a file only
    else:
        import tomli as tomllib  # noqa: PLC0415

    try:
        content: dict[str, Any] = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"{filename}: not a lock: not valid TOML: {error}"
        raise LockError(message) from None
    return content
