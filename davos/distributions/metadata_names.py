"""The names of metadata folders and files in site-packages, and of the distributions they tell of.

Sources: "Recording installed projects" (`.dist-info`), setuptools' documentation of egg formats
(`.egg-info`, a folder or one file).
"""

from __future__ import annotations

import re

__all__ = ["distribution_name", "metadata_with"]

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


def metadata_with(path: str) -> str | None:
    """The metadata folder that a file is the main one of, or the file that is a whole one.

    `path` has `/` between its parts. None if the file is something else, such as the metadata of
    a distribution that another one holds a copy of (`setuptools/_vendor`).
    """
    if not path.endswith(_ENDINGS):
        return None
    folder, _, name = path.rpartition("/")
    entry = folder if folder.endswith(_FILES.get(name, "/")) else path
    is_metadata = entry.endswith((".dist-info", _FLAT)) and _SITE.search(entry)
    return entry if is_metadata else None
