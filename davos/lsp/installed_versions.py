"""What is installed where, as far as this process can see."""

from __future__ import annotations

import sys
from typing import Callable, NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion

from davos.distributions.import_names import installed_version

__all__ = ["Finder", "Found", "here", "satisfies"]


class Found(NamedTuple):
    """A place, and the version of a distribution that is installed there (None: it is not)."""

    place: str
    version: str | None


Finder = Callable[[str, str], list[Found]]
"""From a file's name and a distribution's to where that is installed, the best known first."""


def here(filename: str, name: str) -> list[Found]:
    """What the Python that runs the server has."""
    del filename
    installed_version.cache_clear()
    return [Found(f"the language server's Python ({sys.executable})", installed_version(name))]


def satisfies(version: str, specifier: str) -> bool | None:
    """Whether a version meets a specifier; None if one of them is invalid."""
    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return None
