"""What davos itself is built on: a notebook may smuggle other versions of it.

A project is found before base. So davos loads all that it needs before a project's
copy of one of these packages can be imported in its place.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import AbstractSet, Iterator

__all__ = ["TOP_LEVEL", "held_in", "without"]

TOP_LEVEL: AbstractSet[str] = frozenset({"lark", "packaging", "pip_requirements_parser"})


def held_in(folder: str) -> bool:
    """Whether a site-packages folder holds one of them."""
    names = (name + suffix for name in TOP_LEVEL for suffix in ("", ".py"))
    return any(Path(folder, name).exists() for name in names)


@contextmanager
def without(folder: str) -> Iterator[None]:
    """Import in this block as if a folder were not on the search path."""
    path = list(sys.path)
    sys.path[:] = [entry for entry in path if entry != folder]
    try:
        yield
    finally:
        sys.path[:] = path
