"""What the kernel's search path holds: folders, distributions, import names.

The first distribution of a name on the path wins, as its modules do. `path` is
always a list like `sys.path`, which is the default; its empty entry (the current
folder) is left out, as pip does. Entries that are not `str` are ignored, as in
`importlib.machinery.PathFinder`.
"""

# Search paths are text
# ruff: noqa: PTH112, PTH116, PTH118, PTH119

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any, Iterable, Iterator, Sequence

from packaging.utils import canonicalize_name

from davos.distributions.distribution import Distribution

__all__ = [
    "BASE_PTH",
    "SITE_NAMES",
    "clear_caches",
    "distributions",
    "distributions_providing",
    "entries",
    "find_distribution",
    "first_site_index",
    "in_folder",
    "site_folders",
]

SITE_NAMES = ("site-packages", "dist-packages")
BASE_PTH = "zzz_davos_base.pth"

_INFO = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._]*?(?:-(?!\d)[A-Za-z0-9._]+)*)"
    r"(?:-(?P<version>[^-]*)(?:-py.*)?)?\.(?:dist|egg)-info",
)
_indexes: dict[str, tuple[int, dict[str, list[str]]]] = {}


def entries(path: Iterable[Any] | None = None) -> list[str]:
    """The entries of a search path that are places to look in, each once, in order.

    Python passes over an entry that is no str, such as a `pathlib.Path` or bytes
    (`importlib.machinery.PathFinder`).
    """
    found = sys.path if path is None else path
    return list(dict.fromkeys(entry for entry in found if isinstance(entry, str) and entry))


def first_site_index() -> int:
    """Where in `sys.path` the first site-packages or dist-packages is, else its length."""
    path: list[Any] = sys.path
    return next((at for at, entry in enumerate(path) if _is_site_entry(entry)), len(path))


def _is_site_entry(entry: object) -> bool:
    return isinstance(entry, str) and os.path.basename(entry.rstrip(os.sep)) in SITE_NAMES


def site_folders(path: Sequence[str] | None = None) -> list[Path]:
    """The existing site-packages and dist-packages folders of a search path, in order.

    A davos project's own folder is left out: its `.pth` file gives it away.
    """
    return [
        Path(entry)
        for entry in entries(path)
        if _is_site_entry(entry)
        and os.path.isdir(entry)
        and not os.path.lexists(os.path.join(entry, BASE_PTH))
    ]


def find_distribution(name: str, path: Sequence[str] | None = None) -> Distribution | None:
    """The distribution of a name that a search path shows first, or None.

    Names are compared in PEP 503's normalised form. Metadata folders without a
    readable name and version are passed over.
    """
    wanted = canonicalize_name(name)
    for folder in entries(path):
        for info in _index(folder).get(wanted, ()):
            found = Distribution(Path(info))
            if found.readable and found.normalized_name == wanted:
                return found
    return None


def distributions(path: Sequence[str] | None = None) -> Iterator[Distribution]:
    """Every distribution that a search path shows, those in front hiding the later ones."""
    seen: set[str] = set()
    for folder in entries(path):
        for name, infos in _index(folder).items():
            found = (Distribution(Path(info)) for info in infos)
            first = next((one for one in found if one.readable), None)
            if first is not None and name not in seen:
                seen.add(name)
                yield first


def in_folder(folder: str) -> dict[str, list[Distribution]]:
    """Normalised name -> the distributions in one folder, the newest first.

    There are several of one name, or some without readable metadata, where an install was
    killed. Nothing but the folder's listing is read.
    """
    found = _index(folder).items()
    return {name: [Distribution(Path(info)) for info in infos] for name, infos in found}


def distributions_providing(module: str, path: Sequence[str] | None = None) -> list[Distribution]:
    """The distributions that a module or package comes from, first on the path first.

    `module` may be dotted; for namespace packages the answer is then the one
    distribution that holds that part.
    """
    return [found for found in distributions(path) if found.provides(module)]


def clear_caches() -> None:
    """Forget the folder listings; they are otherwise kept until a folder's time changes."""
    _indexes.clear()


def _index(folder: str) -> dict[str, list[str]]:
    """Normalised name -> metadata folders in one folder, the newest first."""
    try:
        changed = os.stat(folder).st_mtime_ns
    except OSError:
        return {}
    known = _indexes.get(folder)
    if known is None or known[0] != changed:
        _indexes[folder] = known = (changed, _read_index(folder))
    return known[1]


def _read_index(folder: str) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for name, info in _metadata_folders(folder):
        index.setdefault(canonicalize_name(name), []).append(info)
    for infos in index.values():
        if len(infos) > 1:
            infos.sort(key=os.path.getmtime, reverse=True)
    return index


def _metadata_folders(folder: str) -> Iterator[tuple[str, str]]:
    egg = os.path.join(folder, "EGG-INFO")
    if folder.endswith(".egg") and os.path.isdir(egg):
        yield os.path.basename(folder).partition("-")[0], egg
    try:
        found = list(os.scandir(folder))
    except OSError:
        return
    for entry in found:
        match = _INFO.fullmatch(entry.name)
        if match:
            yield match["name"], entry.path
        elif entry.name.endswith(".egg-link"):
            yield from _linked(entry.path)


def _linked(link: str) -> Iterator[tuple[str, str]]:
    """What an old editable install (`setup.py develop`) points at."""
    try:
        folder = Path(link).read_text("utf-8").partition("\n")[0].strip()
    except (OSError, ValueError):
        return
    yield from ((Path(link).stem, str(info)) for info in Path(folder).glob("*.egg-info"))
