"""The lock of the notebook or script that runs: found once, before its first smuggle.

Where there is none, which costs one look at the file, nothing else of a lock is loaded.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

from davos.exceptions import LockError, NotebookError

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.engine.frontend import Frontend
    from davos.engine.lock_in_use import LockInUse
    from davos.resolution.lock_document import Lock

__all__ = ["VARIABLE", "NotebookLock", "is_locked"]

VARIABLE = "DAVOS_LOCKED"
"""The variable that makes an error of what the lock does not hold."""

_MARK = b'"lock-version"'  # a required key of each lock (PEP 751)
_UNNAMED = Path("this notebook")


def is_locked(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether nothing but what the lock holds may be smuggled."""
    return environ.get(VARIABLE, "") not in {"", "0"}


class NotebookLock:
    """Finds the lock of a session's notebook, as `davos.config.lock` says."""

    def __init__(self, frontend: Frontend, settings: Config) -> None:
        """Keep what tells where the lock is."""
        self._frontend = frontend
        self._settings = settings
        self._key: tuple[object, ...] | None = None
        self._found: LockInUse | None = None

    def current(self) -> LockInUse | None:
        """The lock; None if there is none, or none is to be used.

        Raises LockError if it cannot be used, or if there is none and `DAVOS_LOCKED` asks for one.
        """
        key = (self._settings.lock, self._frontend.document, is_locked())
        if key != self._key:
            self._found = self._in_use(self._settings.lock, self._frontend.document)
            self._key = key
        return self._found

    def contents(self) -> Mapping[str, Any] | None:
        """What the PEP 751 document of the lock holds; None if no lock is in use."""
        if self.current() is None:
            return None
        lock = self._read(self._settings.lock or "", self._frontend.document)
        return None if lock is None else lock.pylock.to_dict()

    def _in_use(self, setting: str | None, document: str | None) -> LockInUse | None:
        lock = None if setting is None else self._read(setting, document)
        if lock is None:
            if is_locked():
                raise _missing(setting, document)
            return None
        from davos.engine.lock_in_use import LockInUse  # noqa: PLC0415 - only where there is a lock

        return LockInUse.of(lock, document, strict=is_locked())

    def _read(self, setting: str, document: str | None) -> Lock | None:
        if setting != "auto":
            return _chosen(setting)
        if document is not None:
            return _of_document(document)
        content = self._frontend.notebook_text
        return None if content is None else _of_text(content)


def _chosen(path: str) -> Lock:
    """The lock at a path that the user gave: of a lock file, a notebook or a script."""
    from davos.resolution.lock_document import read_lock  # noqa: PLC0415 - only where there is one

    try:
        lock = read_lock(path)
    except (OSError, NotebookError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"the lock {path}, which davos.config.lock names, cannot be read: {reason}"
        raise LockError(message) from None
    if lock is None:
        message = f"{path}, which davos.config.lock names, has no lock"
        raise LockError(message)
    return lock


def _of_document(document: str) -> Lock | None:
    """The lock of a notebook or script; None if it has none or cannot be read."""
    try:
        if not _may_have_lock(document):
            return None
        from davos.resolution.lock_document import read_lock  # noqa: PLC0415 - see LockInUse

        lock = read_lock(document)
        return None if lock is None else replace(lock, path=Path(document))
    except (OSError, NotebookError):
        return None


def _of_text(content: bytes) -> Lock | None:
    """The lock in the JSON of a notebook whose path is not known."""
    if _MARK not in content:
        return None
    from davos.resolution.lock_document import lock_in  # noqa: PLC0415 - see LockInUse

    return lock_in(content, _UNNAMED)


def _may_have_lock(document: str) -> bool:
    """Whether it is worth while to parse a notebook, or to look for a script's lock file."""
    path = Path(document)
    if path.suffix.lower() == ".ipynb":
        return _MARK in path.read_bytes()
    return any(path.parent.glob("pylock.*.toml"))


def _missing(setting: str | None, document: str | None) -> LockError:
    name = Path(document).name if document else "this notebook"
    if setting is None:
        why = f"davos.config.lock is None, and {VARIABLE} asks for the lock of {name}"
    else:
        why = f"{name} has no lock, and {VARIABLE} (`davos run --locked`) asks for one"
    return LockError(f"{why}: `davos lock {name}` makes one")
