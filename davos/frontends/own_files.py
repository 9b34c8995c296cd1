"""Which modules are the user's own: not installed, not Python's, not davos'. Pure."""

from __future__ import annotations

import os
from functools import lru_cache

__all__ = ["is_own", "is_own_folder"]

# Where installers write: `sysconfig`'s schemes, and Debian's.
_INSTALLED = {"site-packages", "dist-packages"}
_STANDARD_LIBRARY = os.path.dirname(os.path.abspath(os.__file__))


def is_own(name: str, file: str) -> bool:
    """Whether a module, by its dotted name and its source file, may smuggle."""
    return name.partition(".")[0] != "davos" and is_own_folder(os.path.dirname(file))


@lru_cache(maxsize=1024)
def is_own_folder(folder: str, standard_library: str = _STANDARD_LIBRARY) -> bool:
    """Whether a folder is outside of any site-packages and of the standard library."""
    path = os.path.normcase(os.path.abspath(folder))
    library = os.path.normcase(standard_library)
    if path == library or path.startswith(library + os.sep):
        return False
    return _INSTALLED.isdisjoint(path.split(os.sep))
