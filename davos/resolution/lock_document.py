"""The lock of a document: read, written and taken away again.

A lock is a PEP 751 document. `packaging.pylock` validates it; its table `tool.davos` says what
was locked, and how.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

from davos.documents.json_members import put_member, remove_member
from davos.documents.lock_place import (
    holds_its_lock,
    lock_path,
    notebook_lock,
    other_owner,
    toml_lock,
)
from davos.documents.notebook import LOCK
from davos.exceptions import LockError
from davos.files import read_file, replace_file

if TYPE_CHECKING:
    import os
    from types import ModuleType

    from packaging.pylock import Pylock

__all__ = [
    "Lock",
    "as_toml",
    "check_place",
    "lock_in",
    "lock_path",
    "parse_lock",
    "read_lock",
    "remove_lock",
    "write_lock",
]

_KNOWN = "1.0"  # the lock-version that the specification has today
_MINOR = re.compile(r"3\.\d{1,3}")
_NEEDED = '{} is needed to {} a lock: pip install "davos[lock]>=0.3"'


@dataclass(frozen=True)
class Lock:
    """A valid lock, and the file that it was read from (for messages only)."""

    path: Path
    pylock: Pylock

    @property
    def is_own(self) -> bool:
        """Whether davos made it, and noted what was locked."""
        return isinstance((self.pylock.tool or {}).get("davos"), dict)

    @property
    def requirements(self) -> tuple[str, ...]:
        """What was locked: the onion comments' arguments, in their order."""
        return tuple(self._strings("requirements"))

    @property
    def python(self) -> str | None:
        """The minor version of Python that it is for, as `3.11`."""
        found = self._string("python")
        return found if found and _MINOR.fullmatch(found) else None

    @property
    def platform(self) -> str | None:
        """The only platform that it is for, as `Linux x86_64`; None if it is for all."""
        return self._string("platform")

    @property
    def as_of(self) -> str | None:
        """The time (ISO 8601) after which nothing was uploaded that is in it."""
        return self._string("as-of")

    @property
    def trees(self) -> dict[str, str]:
        """The hashes (`davos.environments.local_sources.fingerprint`) of local folders, by name."""
        found = self._davos.get("trees")
        items = found.items() if isinstance(found, dict) else ()
        return {name: value for name, value in items if isinstance(value, str)}

    @property
    def conda(self) -> list[Any]:
        """The entries of conda's packages, not validated: see `davos.resolution.conda_lock`."""
        found = self._davos.get("conda")
        return found if isinstance(found, list) else []

    @property
    def conda_platform(self) -> str | None:
        """The only platform that the packages of conda are for, as `linux-64`."""
        return self._string("conda-platform")

    @property
    def newer(self) -> str:
        """A sentence if a later minor version of the specification was followed, else empty."""
        found = str(self.pylock.lock_version)
        if found == _KNOWN:
            return ""
        return (
            f"the lock of {self.path.name} has lock-version {found}: what {_KNOWN} does not have "
            "is passed over"
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What is left to the run, a sentence each: a second version of a package."""
        return tuple(self._strings("notes"))

    @property
    def _davos(self) -> Mapping[str, Any]:
        found = (self.pylock.tool or {}).get("davos")
        return found if isinstance(found, dict) else {}

    def _string(self, key: str) -> str | None:
        found = self._davos.get(key)
        return found if isinstance(found, str) else None

    def _strings(self, key: str) -> list[str]:
        found = self._davos.get(key)
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def read_lock(document: str | os.PathLike[str]) -> Lock | None:
    """The lock of a document, or in a `pylock.*.toml` that is named; None if it has none.

    The file may hold the lock of another document with the same stem, which is not this one's.
    Raises `LockError` for a broken one, `NotebookError` for a notebook that is none, and OSError
    if the document cannot be read.
    """
    path = lock_path(document)
    if holds_its_lock(path):
        return lock_in(read_file(path), path)
    try:
        data = read_file(path)
    except FileNotFoundError:
        return None
    content = toml_lock(data, str(path))
    return None if other_owner(content, document) else parse_lock(content, path, str(path))


def check_place(document: str | os.PathLike[str]) -> None:
    """Raise `LockError` if the file for a document's lock holds that of another document."""
    other = _other_owner(document)
    if other:
        path = Path(document)
        message = (
            f"{lock_path(path).name} is the lock of {other}, and would be that of {path.name}: "
            "rename one of them, or take that lock away with "
            f"`davos lock --remove {path.with_name(other)}`"
        )
        raise LockError(message)


def _other_owner(document: str | os.PathLike[str]) -> str | None:
    path = lock_path(document)
    if holds_its_lock(path):
        return None
    try:
        return other_owner(toml_lock(read_file(path), str(path)), document)
    except (OSError, LockError):
        return None


def lock_in(data: bytes, path: Path) -> Lock | None:
    """The lock in a notebook's JSON, None if it has none; `path` is for messages.

    Raises `LockError` for a broken one, and `NotebookError`.
    """
    content = notebook_lock(data)
    where = f"{path}: {'.'.join(LOCK)}"
    return None if content is None else parse_lock(content, path, where)


def parse_lock(content: Any, path: Path, where: str | None = None) -> Lock:
    """The lock that the contents of a JSON or TOML document say; raises `LockError`.

    `where` names the document in the error.
    """
    module = _pylock("read")
    where = where or str(path)
    if not isinstance(content, dict):
        message = f"{where}: not a lock: it is not an object"
        raise LockError(message)
    logger = logging.getLogger(module.__name__)
    disabled, logger.disabled = logger.disabled, True  # `Lock.newer` says it, with a name
    try:
        return Lock(path, module.Pylock.from_dict(content))
    except module.PylockValidationError as error:
        place = f" at {error.context}" if error.context else ""
        message = f"{where}: not a valid lock{place}: {error.message}"
        raise LockError(message) from None
    finally:
        logger.disabled = disabled


def write_lock(document: str | os.PathLike[str], pylock: Pylock) -> None:
    """Put a lock into a notebook, or beside another document; no other byte is changed.

    Raises `LockError` or OSError; then the file is what it was.
    """
    path = lock_path(document)
    check_place(document)
    pylock.validate()
    content = pylock.to_dict()
    if not holds_its_lock(path):
        replace_file(path, as_toml(content))
        return
    try:
        data = put_member(read_file(path), LOCK, content)
    except ValueError as error:
        message = f"{path}: cannot hold a lock: {error}"
        raise LockError(message) from None
    replace_file(path, data)


def remove_lock(document: str | os.PathLike[str]) -> bool:
    """Take the lock of a document away; False if it has none. Raises OSError, `NotebookError`."""
    path = lock_path(document)
    if not holds_its_lock(path):
        there = path.is_file() and _other_owner(document) is None
        if not there:
            return False
        path.unlink(missing_ok=True)
        return there
    data = read_file(path)
    if notebook_lock(data) is None:
        return False
    replace_file(path, remove_member(data, LOCK))
    return True


def as_toml(content: Mapping[str, Any]) -> bytes:
    """A PEP 751 document as TOML; raises `LockError` without tomli-w."""
    try:
        import tomli_w  # noqa: PLC0415 - an extra
    except ImportError:
        raise LockError(_NEEDED.format("tomli-w", "write")) from None
    return tomli_w.dumps(content).encode("utf-8")


def _pylock(purpose: str) -> ModuleType:
    """`packaging.pylock`, which packaging has from 26 on."""
    try:
        from packaging import pylock  # noqa: PLC0415 - an extra
    except ImportError:
        raise LockError(_NEEDED.format("packaging >= 26.1", purpose)) from None
    return pylock
