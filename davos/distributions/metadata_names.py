"""The names of metadata folders and files in site-packages, and of the distributions they tell of.

Sources: "Recording installed projects" (`.dist-info`), setuptools' documentation of egg formats
(`.egg-info`, a folder or one file).
"""

from __future__ import annotations

import re
from typing import Iterable

__all__ = ["distribution_name", "metadata_among"]

_INFO = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._]*?(?:-(?!\d)[A-Za-z0-9._]+)*)"
    r"(?:-(?P<version>[^-]*)(?:-py.*)?)?\.(?:dist|egg)-info",
)
_FLAT = ".egg-info"
_FILES = {"METADATA": ".dist-info", "PKG-INFO": _FLAT}
_ENDINGS = (*_FILES, _FLAT)
_SITE = re.compile(r"(?:^|/)site-packages/[^/]+$")


def distribution_name(entry: str) -> str | None:
    """The distribution that an entry of site-packages is the metadata of; None if it is none."""
    found = _INFO.fullmatch(entry)
    return found["name"] if found else None


def metadata_among(paths: Iterable[str]) -> list[str]:
    """The metadata folders whose main files are among some, and files that are whole ones; sorted.

    Paths have `/` between their parts. The metadata of a distribution that another one holds a
    copy of is left out (`setuptools/_vendor`).
    """
    likely = [path for path in paths if path.endswith(_ENDINGS)]
    return sorted(set(filter(None, map(_metadata_with, likely))))


def _metadata_with(path: str) -> str | None:
    folder, _, name = path.rpartition("/")
    entry = folder if folder.endswith(_FILES.get(name, "/")) else path
    is_metadata = entry.endswith((".dist-info", _FLAT)) and _SITE.search(entry)
    return entry if is_metadata else None
