"""The hashes of a distribution's files, by its RECORD ("Recording installed projects")."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import re
from typing import TYPE_CHECKING, FrozenSet, Tuple

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution

__all__ = ["FileHashes", "compiled_files", "hashes_of", "recorded_hash"]

FileHashes = FrozenSet[Tuple[str, str]]
"""Pairs of a file's name in RECORD and its hash."""

_COMPILED = re.compile(r"\.(?:so|pyd|dll|dylib)(?:\.\d+)*$")


def hashes_of(distribution: Distribution) -> FileHashes:
    """The files of a distribution below site-packages, its metadata aside, and their hashes.

    RECORD may leave hashes out; such files are then read. Empty if that fails.
    """
    rows = csv.reader(distribution.record.splitlines())
    found = frozenset(
        (row[0], row[1] or _digest(os.path.join(distribution.location, row[0])))  # noqa: PTH118
        for row in rows
        if len(row) > 1 and _is_content(row[0])
    )
    return found if all(digest for _, digest in found) else frozenset()


def compiled_files(files: FileHashes) -> FileHashes:
    """Those that are extension modules or shared libraries."""
    return frozenset((name, digest) for name, digest in files if _COMPILED.search(name))


def recorded_hash(content: bytes, algorithm: str = "sha256") -> str:
    """The hash of a file's content as RECORD has it: `sha256=` and URL-safe base64."""
    digest = hashlib.new(algorithm, content).digest()
    return f"{algorithm}={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _digest(file: str) -> str:
    try:
        with open(file, "rb") as opened:  # noqa: PTH123 - paths are text here
            return hashlib.sha256(opened.read()).hexdigest()
    except OSError:
        return ""


def _is_content(name: str) -> bool:
    is_metadata = name.partition("/")[0].endswith((".dist-info", ".egg-info"))
    return not (name.startswith("../") or "__pycache__" in name or is_metadata)
