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
import sys
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import AbstractSet, Any, Iterable, Iterator, Mapping, NamedTuple, Sequence, Tuple

from packaging.utils import canonicalize_name

from davos.distributions.distribution import Distribution
from davos.distributions.metadata_names import distribution_name
from davos.files import is_settled

__all__ = [
    "BASE_PTH",
    "METADATA_ENDINGS",
    "SITE_NAMES",
    "clear_caches",
    "distributions",
    "distributions_providing",
    "entries",
    "find_distribution",
    "first_site_index",
    "forget_unsettled",
    "in_folder",
    "site_folders",
    "state",
    "top_level_names",
]

SITE_NAMES = ("site-packages", "dist-packages")
BASE_PTH = "zzz_davos_base.pth"
METADATA_ENDINGS = (".dist-info", ".egg-info", ".egg-link")

_Stamp = Tuple[Tuple[int, ...], ...]


class _Folder(NamedTuple):
    """What a folder held when it was `changed`; `settled` if the time tells of any later change.

    `stamps` are those of its metadata folders when it was listed.
    """

    changed: int
    settled: bool
    modules: AbstractSet[str]
    distributions: Mapping[str, list[Distribution]]
    names: AbstractSet[str] = frozenset()
    stamps: Mapping[str, _Stamp] = MappingProxyType({})

    def is_as_listed(self, names: AbstractSet[str]) -> bool:
        """Whether it still holds the same names, and its metadata folders are the same."""
        stamps = self.stamps.items()
        return names == self.names and all(_stamp(info) == stamp for info, stamp in stamps)


_EMPTY = _Folder(0, settled=False, modules=frozenset(), distributions={})
_folders: dict[str, _Folder] = {}
_doubtful: set[str] = set()
_known: dict[str, tuple[_Stamp, Distribution]] = {}


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

    A davos project's own folder is left out: its `.pth` file gives it away. It is not if this
    process runs in the project's Python, whose environment is the project.
    """
    own = sys.prefix + os.sep
    return [
        Path(entry)
        for entry in entries(path)
        if _is_site_entry(entry)
        and os.path.isdir(entry)
        and (entry.startswith(own) or not os.path.lexists(os.path.join(entry, BASE_PTH)))
    ]


def find_distribution(name: str, path: Sequence[str] | None = None) -> Distribution | None:
    """The distribution of a name that a search path shows first, or None.

    Names are compared in PEP 503's normalised form. Metadata folders without a
    readable name and version are passed over.
    """
    wanted = canonicalize_name(name)
    for folder in entries(path):
        for found in _index(folder).get(wanted, ()):
            if found.readable and found.normalized_name == wanted:
                return found
    return None


def top_level_names(folder: str) -> AbstractSet[str]:
    """The names that top-level modules in a folder can have: what lies there, to the first dot."""
    return _read(folder).modules


def distributions(path: Sequence[str] | None = None) -> Iterator[Distribution]:
    """Every distribution that a search path shows, those in front hiding the later ones."""
    seen: set[str] = set()
    for folder in entries(path):
        for name, found in _index(folder).items():
            first = next((one for one in found if one.readable), None)
            if first is not None and name not in seen:
                seen.add(name)
                yield first


def in_folder(folder: str) -> dict[str, list[Distribution]]:
    """Normalised name -> the distributions in one folder, the newest first.

    There are several of one name, or some without readable metadata, where an install was
    killed. Nothing but the folder's listing is read.
    """
    return {name: list(found) for name, found in _index(folder).items()}


def distributions_providing(module: str, path: Sequence[str] | None = None) -> list[Distribution]:
    """The distributions that a module or package comes from, first on the path first.

    `module` may be dotted; for namespace packages the answer is then the one
    distribution that holds that part.
    """
    return [found for found in distributions(path) if found.provides(module)]


def clear_caches() -> None:
    """Forget what was read; it is otherwise kept until a folder's time changes."""
    _folders.clear()
    _doubtful.clear()
    _State.number += 1


def forget_unsettled() -> None:
    """Have folders listed again whose time cannot tell whether they changed since."""
    # Another thread may read some.
    _doubtful.update(folder for folder, known in list(_folders.items()) if not known.settled)


def state() -> int:
    """A number that is another one once a folder had to be read anew."""
    return _State.number


class _State:
    number = 0


def _index(folder: str) -> Mapping[str, list[Distribution]]:
    """Normalised name -> distributions in one folder, the newest first."""
    return _read(folder).distributions


def _read(folder: str) -> _Folder:
    """What a folder holds, listed again only if it may have changed."""
    try:
        changed = os.stat(folder).st_mtime_ns
    except OSError:
        return _EMPTY
    known = _folders.get(folder)
    if known is None or known.changed != changed or folder in _doubtful:
        _doubtful.discard(folder)
        settled = is_settled(changed)
        entries = _listed(folder)
        names = frozenset(entry.name for entry in entries)
        if known is not None and known.changed == changed and known.is_as_listed(names):
            known = known._replace(settled=settled)
        else:
            known = _as_listed(_Folder(changed, settled, frozenset(), {}, names), folder, entries)
            _State.number += 1
        _folders[folder] = known
    return known


def _as_listed(known: _Folder, folder: str, entries: list[os.DirEntry[str]]) -> _Folder:
    """A folder with what it holds by its listing."""
    modules = frozenset(filter(str.isidentifier, (name.partition(".")[0] for name in known.names)))
    found = _distributions_among(folder, entries)
    infos = (str(one.info) for same in found.values() for one in same)
    stamps = {} if known.settled else {info: _stamp(info) for info in infos}
    return known._replace(modules=modules, distributions=found, stamps=stamps)


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except OSError:
        return []


def _distributions_among(
    folder: str, entries: Iterable[os.DirEntry[str]]
) -> dict[str, list[Distribution]]:
    index: dict[str, list[str]] = {}
    for name, info in _metadata_folders(folder, entries):
        index.setdefault(canonicalize_name(name), []).append(info)
    for infos in index.values():
        if len(infos) > 1:
            infos.sort(key=os.path.getmtime, reverse=True)
    return {name: [_distribution(info) for info in infos] for name, infos in index.items()}


def _distribution(info: str) -> Distribution:
    """The distribution of a metadata folder: the same object until that folder changes."""
    stamp = _stamp(info)
    known = _known.get(info)
    if known is not None and known[0] == stamp:
        return known[1]
    found = Distribution(Path(info))
    if is_settled(max((changed for changed, *_ in stamp), default=0)):
        _known[info] = stamp, found
    return found


def _stamp(info: str) -> _Stamp:
    """What differs once a metadata folder was changed."""
    return tuple(_stamps(info, os.path.join(info, "METADATA")))


def _stamps(*paths: str) -> Iterator[tuple[int, ...]]:
    for path in paths:
        with suppress(OSError):
            status = os.stat(path)
            yield status.st_mtime_ns, status.st_size, status.st_ino


def _metadata_folders(
    folder: str, entries: Iterable[os.DirEntry[str]]
) -> Iterator[tuple[str, str]]:
    egg = os.path.join(folder, "EGG-INFO")
    if folder.endswith(".egg") and os.path.isdir(egg):
        yield os.path.basename(folder).partition("-")[0], egg
    for entry in entries:
        name = distribution_name(entry.name)
        if name is not None:
            yield name, entry.path
        elif entry.name.endswith(".egg-link"):
            yield from _linked(entry.path)


def _linked(link: str) -> Iterator[tuple[str, str]]:
    """What an old editable install (`setup.py develop`) points at."""
    try:
        folder = Path(link).read_text("utf-8").partition("\n")[0].strip()
    except (OSError, ValueError):
        return
    yield from ((Path(link).stem, str(info)) for info in Path(folder).glob("*.egg-info"))
