"""Folders on the search path that are neither the kernel's own nor a project's.

They stand where a project would: before the first site-packages entry, so that they
hide every installed package, and nothing of the standard library.
"""

# Search paths are text
# ruff: noqa: PTH100, PTH111

from __future__ import annotations

import importlib
import os
import site
import sys
from typing import Any, Mapping, Sequence

from davos.distributions import index

__all__ = ["move_first", "named_by", "put_first", "take_away"]


def named_by(options: Mapping[str, Any], *, in_project: bool) -> list[str]:
    """The folders that an onion's options have packages put into: `--target`, `--src`.

    Not `--target` in a project, which is the place itself.
    """
    names = ("src",) if in_project else ("target", "src")
    return [os.path.abspath(os.path.expanduser(options[name])) for name in names if name in options]


def put_first(folders: Sequence[str]) -> list[str]:
    """Put folders on the search path, with what their `.pth` files name; what was added.

    A folder that is there already stays in its place. It need not exist yet.
    """
    new = [folder for folder in dict.fromkeys(folders) if folder not in sys.path]
    if not new:
        return []
    before = list(sys.path)
    for folder in new:
        sys.path.append(folder)
        site.addsitedir(folder)
    added = [entry for entry in index.entries() if entry not in before]
    sys.path[:] = [entry for entry in sys.path if entry in before]
    at = index.first_site_index()
    sys.path[at:at] = added
    _forget(added)
    return added


def move_first(folder: str) -> None:
    """Have one folder hide all other installed packages, a project's included."""
    at = index.first_site_index()
    if sys.path[at : at + 1] != [folder]:
        sys.path[:] = [entry for entry in sys.path if entry != folder]
        sys.path.insert(index.first_site_index(), folder)
        _forget([folder])


def take_away(entries: Sequence[str]) -> None:
    """Take away what `put_first` added."""
    sys.path[:] = [entry for entry in sys.path if entry not in entries]
    _forget(entries)


def _forget(entries: Sequence[str]) -> None:
    for entry in entries:
        sys.path_importer_cache.pop(entry, None)
    importlib.invalidate_caches()
    index.clear_caches()
