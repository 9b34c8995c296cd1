"""The conda packages of an environment: what the records in `conda-meta` say.

There is one file for each package, `NAME-VERSION-BUILD.json`. Everything is read when it is asked
for, and what cannot be read counts as missing.

Source: "Conda package specification" and `conda.models.records.PrefixRecord` in conda's
documentation.
"""

# Search paths are text
# ruff: noqa: PTH116, PTH118

from __future__ import annotations

import json
import os
import re
import sysconfig
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Iterator, Mapping, NamedTuple, Sequence, Tuple

from packaging.utils import canonicalize_name

from davos.distributions.metadata_names import distribution_name, metadata_among
from davos.files import is_settled

__all__ = [
    "FOLDER",
    "CondaPackage",
    "InstalledFile",
    "conda_packages",
    "find_conda_package",
    "holder_of",
]

FOLDER = "conda-meta"
_LONG = ("files", "paths_data")
_INFOS = "metadata of distributions"
_RUNS = "is for this python"
_MODULES = re.compile(r"lib/([^/]+)/site-packages/")
_PARTS = 3  # of a record's name
_DEPTH = 4  # of metadata below a prefix: lib/python3.12/site-packages/NAME


class InstalledFile(NamedTuple):
    """A file of a package: its path below the prefix, with `/`, and its sha256 as installed.

    The digest is empty where the record has none.
    """

    path: str
    sha256: str


class CondaPackage:
    """An installed conda package; `file` is its record, `name` the name in the file's name."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.name = _name_of(file.name) or ""

    @property
    def prefix(self) -> Path:
        """The environment that it is installed in."""
        return self.file.parent.parent

    @cached_property
    def _head(self) -> Mapping[str, Any]:
        """The record without the lists of files, which are long and seldom needed.

        What is asked of these of every package that is looked for stands in their place.
        """
        whole = self.record
        head = {key: value for key, value in whole.items() if key not in _LONG}
        files = _files_in(whole)
        infos = frozenset(metadata_among(files))
        return {**head, _INFOS: infos, _RUNS: _is_for_this_python(files)}

    @property
    def record(self) -> Mapping[str, Any]:
        """Everything that the record says; empty if it cannot be read."""
        try:
            found = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def text(self) -> str:
        """The record as it stands in the file; empty if it cannot be read."""
        try:
            return self.file.read_text("utf-8", "replace")
        except OSError:
            return ""

    @property
    def normalized_name(self) -> str:
        """The name in the form that PEP 503 compares."""
        return canonicalize_name(self.name)

    @property
    def readable(self) -> bool:
        """Whether the record is that of the package that the file's name says."""
        return bool(self.version) and self._text("name") == self.name

    @property
    def version(self) -> str:
        """The version, by conda's rules."""
        return self._text("version")

    @property
    def build(self) -> str:
        """The build string: `py311h64a7726_0`."""
        return self._text("build") or self._text("build_string")

    @property
    def channel(self) -> str:
        """The channel as recorded: a name, or a URL that may end in the platform."""
        return self._text("channel")

    @property
    def subdir(self) -> str:
        """The platform: `linux-64` or `noarch`."""
        return self._text("subdir")

    @property
    def url(self) -> str:
        """Where the package's file came from."""
        return self._text("url")

    @property
    def sha256(self) -> str:
        """The digest of the package's file."""
        return self._text("sha256")

    @property
    def requested_spec(self) -> str:
        """What a user asked for; empty for what came as a dependency."""
        several = self._texts("requested_specs")
        return self._text("requested_spec") or next(iter(several), "")

    @property
    def depends(self) -> Sequence[str]:
        """The specs of what it needs."""
        return self._texts("depends")

    @property
    def constrains(self) -> Sequence[str]:
        """The specs that other packages have to meet if they are there."""
        return self._texts("constrains")

    @property
    def files(self) -> Sequence[str]:
        """The paths of its files below the prefix, with `/`."""
        return _files_in(self.record)

    @property
    def distribution_names(self) -> frozenset[str]:
        """The normalised names of the distributions that it holds."""
        entries = (info.rpartition("/")[2] for info in self._head[_INFOS])
        return frozenset(canonicalize_name(one) for one in map(distribution_name, entries) if one)

    @property
    def is_for_this_python(self) -> bool:
        """Whether its modules, if it has any, are where the running Python finds them.

        A project has a folder for each minor version of Python, and one for the records.
        """
        found: bool = self._head[_RUNS]
        return found

    @property
    def is_installed(self) -> bool:
        """Whether it is there for the running Python, as its record says.

        pip leaves the record of what it replaces or uninstalls, but takes the metadata away.
        """
        there = self.readable and self.is_for_this_python
        return there and all(os.path.lexists(self.prefix / info) for info in self._head[_INFOS])

    @property
    def installed_files(self) -> list[InstalledFile]:
        """Its files with the digests that they had when they were installed."""
        return list(_installed_files(self.record))

    @property
    def links(self) -> frozenset[str]:
        """The paths at which it has a symbolic link, not a file."""
        rows = _rows(self.record)
        return frozenset(row["_path"] for row in rows if row.get("path_type") == "softlink")

    def _text(self, key: str) -> str:
        value = self._head.get(key)
        return value if isinstance(value, str) else ""

    def _texts(self, key: str) -> Sequence[str]:
        return _texts_in(self._head.get(key))


def _texts_in(value: Any) -> Sequence[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _files_in(record: Mapping[str, Any]) -> Sequence[str]:
    return _texts_in(record.get("files")) or [one.path for one in _installed_files(record)]


def _is_for_this_python(files: Sequence[str]) -> bool:
    pythons = {found[1] for found in map(_MODULES.match, files) if found}
    return not pythons or _folder_of_this_python() in pythons


@lru_cache(maxsize=1)
def _folder_of_this_python() -> str:
    return Path(sysconfig.get_path("purelib")).parent.name


def _installed_files(record: Mapping[str, Any]) -> Iterator[InstalledFile]:
    for row in _rows(record):
        yield InstalledFile(row["_path"], _installed_digest(row))


def _rows(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What the record says of each file."""
    paths = record.get("paths_data")
    rows = paths.get("paths") if isinstance(paths, dict) else None
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("_path"), str):
            yield row


def _installed_digest(row: Mapping[str, Any]) -> str:
    """The digest of a file in which the prefix may stand in place of a placeholder."""
    keys = (
        ("sha256_in_prefix",) if row.get("prefix_placeholder") else ("sha256_in_prefix", "sha256")
    )
    found = (row.get(key) for key in keys)
    return next((one for one in found if isinstance(one, str)), "")


_known: dict[str, tuple[tuple[int, ...], CondaPackage]] = {}
_Folder = Tuple[int, Mapping[str, Sequence[CondaPackage]]]
_folders: dict[str, _Folder] = {}
_NOTHING: Mapping[str, Sequence[CondaPackage]] = {}  # the same each time, as listings are


def conda_packages(prefix: str) -> Mapping[str, Sequence[CondaPackage]]:
    """Name -> the packages of that name in a prefix, the newest record first; nothing is read.

    There are several of one name where an installation was killed. The listing is kept until
    the folder's time changes.
    """
    folder = os.path.join(prefix, FOLDER)
    try:
        changed = os.stat(folder).st_mtime_ns
    except OSError:
        return _NOTHING
    known = _folders.get(folder)
    if known is not None and known[0] == changed:
        return known[1]
    settled = is_settled(changed)
    found = _listed(folder)
    if settled:
        _folders[folder] = changed, found
    return found


def find_conda_package(name: str, prefixes: Sequence[str]) -> CondaPackage | None:
    """The package of a name in the first of some prefixes that has one, or None.

    What is for another Python counts as missing, and what pip has replaced.
    """
    for prefix in prefixes:
        for found in conda_packages(prefix).get(name, ()):
            if found.is_installed:
                return found
    return None


def holder_of(info: Path) -> CondaPackage | None:
    """The package that has the metadata of a distribution among its files, or None.

    It is looked for in the prefix that the folder or file `info` lies in.
    """
    for prefix in [*info.parents][2:_DEPTH]:
        start = info.relative_to(prefix).as_posix()
        for package in _likely_first(conda_packages(str(prefix)), info.name):
            if info.name in package.text and any(
                file == start or file.startswith(f"{start}/") for file in package.files
            ):
                return package
    return None


def _likely_first(
    packages: Mapping[str, Sequence[CondaPackage]], info: str
) -> Iterator[CondaPackage]:
    usual = canonicalize_name(distribution_name(info) or "")
    yield from packages.get(usual, ())
    for name, several in packages.items():
        yield from several if name != usual else ()


def _listed(folder: str) -> dict[str, list[CondaPackage]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return {}
    found: dict[str, list[CondaPackage]] = {}
    for entry in entries:
        name = _name_of(entry.name)
        if name is not None:
            found.setdefault(name, []).append(_package(entry.path))
    for several in found.values():
        if len(several) > 1:
            several.sort(key=lambda one: one.file.stat().st_mtime, reverse=True)
    return found


def _package(path: str) -> CondaPackage:
    """The package of a record: the same object until the file changes."""
    try:
        status = os.stat(path)
    except OSError:
        return CondaPackage(Path(path))
    stamp = status.st_mtime_ns, status.st_size, status.st_ino
    known = _known.get(path)
    if known is not None and known[0] == stamp:
        return known[1]
    found = CondaPackage(Path(path))
    if is_settled(status.st_mtime_ns):
        _known[path] = stamp, found
    return found


def _name_of(file: str) -> str | None:
    """The package that a record's file name says: `NAME-VERSION-BUILD.json`."""
    stem, dot, ending = file.rpartition(".")
    parts = stem.rsplit("-", _PARTS - 1)
    is_record = dot and ending == "json" and len(parts) == _PARTS and all(parts)
    return parts[0] if is_record else None
