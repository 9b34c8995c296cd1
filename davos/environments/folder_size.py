"""How much a folder holds, in bytes and in words."""

# Search paths are text
# ruff: noqa: PTH112, PTH118

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["human_size", "size_of_folder"]


def size_of_folder(folder: str | Path) -> int:
    """The bytes of the files in a folder, once each."""
    sizes: dict[tuple[int, int], int] = {}
    if not os.path.isdir(folder):
        return 0
    for parent, _, files in os.walk(folder):
        for name in files:
            try:
                status = os.lstat(os.path.join(parent, name))
            except OSError:
                continue
            sizes[status.st_dev, status.st_ino] = status.st_size
    return sum(sizes.values())


def human_size(size: float) -> str:
    """A number of bytes with three digits: `0 B`, `1.5 kB`, `12 MB`."""
    units = ["B", "kB", "MB", "GB", "TB"]
    while size >= 999.5 and len(units) > 1:  # noqa: PLR2004  # what would show as 1000
        size /= 1000
        units.pop(0)
    digits = 1 if units[0] != "B" and size < 9.95 else 0  # noqa: PLR2004
    return f"{size:.{digits}f} {units[0]}"
