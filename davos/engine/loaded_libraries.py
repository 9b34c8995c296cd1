"""Shared libraries that the running process has loaded, and that an installation replaced.

A package of conda may bring another version of a library in `lib/` while the modules that use it
stay as they are, so that none of them is loaded anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Mapping, Sequence

__all__ = ["loaded_libraries", "replaced_libraries"]

_MAPS = "/proc/self/maps"
_FIELDS = 6
_MODULES = "site-packages"


def loaded_libraries(prefix: str, maps: str = _MAPS) -> dict[str, str]:
    """The libraries of an environment that are loaded: path -> inode; modules are left out.

    Empty on systems without `maps` (proc(5)), which are all but Linux.
    """
    try:
        lines = Path(maps).read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return {}
    found = (line.split(maxsplit=_FIELDS - 1) for line in lines if prefix in line)
    mapped = {one[-1]: one[-2] for one in found if len(one) == _FIELDS}
    return {
        path: inode
        for path, inode in mapped.items()
        if path.startswith(prefix + os.sep)
        and ".so" in os.path.basename(path)  # noqa: PTH119 - text
        and _MODULES not in path[len(prefix) :]
    }


def replaced_libraries(before: Mapping[str, str]) -> Sequence[str]:
    """The names of those among the loaded libraries that are other files now, or are gone."""
    return sorted(Path(path).name for path, inode in before.items() if _inode(path) != inode)


def _inode(path: str) -> str:
    try:
        return str(os.stat(path).st_ino)  # noqa: PTH116 - text
    except OSError:
        return ""
