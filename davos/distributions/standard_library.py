"""The standard library's top-level modules."""

from __future__ import annotations

import os
import sys
from functools import lru_cache

__all__ = ["is_standard"]


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    if sys.version_info >= (3, 10):
        return frozenset(sys.stdlib_module_names)
    library = os.path.dirname(os.__file__)
    folders = (library, os.path.join(library, "lib-dynload"))
    found = {
        entry.partition(".")[0]
        for folder in folders
        if os.path.isdir(folder)
        for entry in os.listdir(folder)
    }
    return frozenset(found - {"site-packages", "dist-packages"}).union(sys.builtin_module_names)


def is_standard(module: str) -> bool:
    """Whether a top-level module belongs to this Python's standard library."""
    return module in _names()
