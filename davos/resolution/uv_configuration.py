"""uv's own configuration files, as far as they decide which versions and files uv resolves to.

Source: "Configuration files" in uv's documentation. davos has uv install without them, but `uv pip
compile` cannot be told to leave them out, because the limits of a lock are in such a file, too.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator, Mapping

from davos.documents.lock_place import toml_lock
from davos.exceptions import LockError
from davos.files import read_file

__all__ = ["DECIDING", "deciding_files"]

DECIDING = frozenset(
    """
    build-constraint-dependencies constraint-dependencies default-index dependency-metadata
    exclude-dependencies exclude-newer exclude-newer-package extra-index-url find-links
    fork-strategy index index-strategy index-url no-binary no-binary-package no-build
    no-build-package no-deps no-index no-sources no-sources-package only-binary
    override-dependencies prerelease resolution sources torch-backend
    """.split()
)
"""The settings that decide it, at the top level or below `[pip]`."""


def deciding_files(environ: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each configuration file of the user and the system that decides something."""
    for place in _places(environ):
        names = sorted(_names(place))
        if names:
            shown = ", ".join(names)
            yield f"{place} counts for this lock, but not when the document runs: {shown}"


def _places(environ: Mapping[str, str]) -> list[Path]:
    """Where uv looks: for the user, and the first of the system's that is there."""
    if os.name == "nt":
        user, system = environ.get("APPDATA"), [environ.get("PROGRAMDATA")]
    else:
        user = environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111
        system = [*(environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"), "/etc"]
    files = [Path(one, "uv", "uv.toml") for one in system if one]
    there = [one for one in files if one.is_file()]
    return [*([Path(user, "uv", "uv.toml")] if user else []), *there[:1]]


def _names(place: Path) -> set[str]:
    """The settings of a file that decide something; uv itself reports a broken one."""
    try:
        content = toml_lock(read_file(place), str(place))
    except (OSError, LockError):
        return set()
    pip = content.get("pip")
    return set(DECIDING).intersection((*content, *(pip if isinstance(pip, dict) else ())))
