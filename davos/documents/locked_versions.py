"""What the lock of a document says about versions, for editors and rules: read, not validated."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Mapping

from davos.documents.lock_place import (
    holds_its_lock,
    lock_path,
    notebook_lock,
    other_owner,
    toml_lock,
)
from davos.documents.notebook import member
from davos.exceptions import LockError, NotebookError
from davos.files import read_file

if TYPE_CHECKING:
    from davos.documents.document import Document

__all__ = ["LockedVersions", "locked_versions", "stored_lock"]


@dataclass(frozen=True)
class LockedVersions:
    """What was locked (`davos.onion.asked_text`), and the versions by normalised name.

    `requirements` is None for a lock that another program made. Several entries of one package
    (with markers) are joined with `or`; what has no version has an empty one. `of_conda` are the
    versions and builds of conda's packages, by conda's names.
    """

    requirements: tuple[str, ...] | None
    versions: Mapping[str, str]
    of_conda: Mapping[str, str] = field(default_factory=dict)


def locked_versions(document: Document) -> LockedVersions | None:
    """What the lock of a document says; None if it has none, or one that cannot be read."""
    content = document.lock if holds_its_lock(document.filename) else _beside(document.filename)
    if not isinstance(content, dict):
        return None
    requirements = member(content, ("tool", "davos", "requirements"))
    packages, of_conda = content.get("packages"), member(content, ("tool", "davos", "conda"))
    return LockedVersions(
        tuple(map(str, requirements)) if isinstance(requirements, list) else None,
        _versions(packages if isinstance(packages, list) else []),
        _builds(of_conda if isinstance(of_conda, list) else []),
    )


def stored_lock(filename: str) -> Any:
    """What a notebook's file holds as its lock, for a notebook that an editor has open."""
    try:
        found = os.stat(filename)  # noqa: PTH116 - speed
    except OSError:
        return None
    return _stored(filename, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=16)
def _stored(filename: str, changed: int, size: int) -> Any:
    del changed, size
    try:
        return notebook_lock(read_file(filename))
    except (OSError, NotebookError):
        return None


def _beside(filename: str) -> Any:
    path = lock_path(filename)
    try:
        content = toml_lock(read_file(path), str(path))
    except (OSError, ValueError, LockError):
        return None
    return None if other_owner(content, filename) else content


def _versions(packages: list[Any]) -> dict[str, str]:
    found: dict[str, dict[str, None]] = {}
    for package in packages:
        name, version = member(package, ("name",)), member(package, ("version",))
        if isinstance(name, str):
            key = re.sub(r"[-_.]+", "-", name).lower()
            found.setdefault(key, {})[version if isinstance(version, str) else ""] = None
    return {name: " or ".join(filter(None, versions)) for name, versions in found.items()}


def _builds(packages: list[Any]) -> dict[str, str]:
    rows = ([member(one, (key,)) for key in ("name", "version", "build")] for one in packages)
    whole = (row for row in rows if all(isinstance(one, str) for one in row))
    return {name: f"{version} {build}" for name, version, build in whole}
