"""The path of a project in the files of its conda packages, changed when it is renamed.

When a package is installed, the prefix takes the place of a placeholder in its files. The record
says in which: a string in a binary file is padded with NUL bytes to the placeholder's length, which
is thus the room for any later prefix.

Source: "Making packages relocatable" and "Conda package specification" in conda's documentation.
"""

from __future__ import annotations

import hashlib
import os
import re
from json import dumps
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, NamedTuple

from davos.distributions.conda_packages import CondaPackage, conda_packages
from davos.environments import installed_files, overlay
from davos.environments.installed_files import conda_key
from davos.environments.layout import LAYOUT
from davos.exceptions import DavosProjectError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check", "files", "in_binary", "in_text"]

_Replace = Callable[[bytes, bytes, bytes], bytes]


class _File(NamedTuple):
    """A file of a package in which the prefix may stand, and what the record says of it."""

    path: Path
    row: dict[str, Any]

    @property
    def room(self) -> int:
        """How long the prefix can be in a binary file."""
        return len(os.fsencode(self.row["prefix_placeholder"]))

    @property
    def replace(self) -> _Replace:
        return in_binary if self.row.get("file_mode") == "binary" else in_text


def in_text(data: bytes, old: bytes, new: bytes) -> bytes:
    """A text with one prefix in place of another. Doing it again changes nothing."""
    return _pattern(old, new).sub(lambda _: new, data)


def in_binary(data: bytes, old: bytes, new: bytes) -> bytes:
    """A binary file with one prefix in place of another, in strings that end with NUL.

    The length stays, and so does a string without enough padding.
    """

    def renewed(match: re.Match[bytes]) -> bytes:
        text = in_text(match[1], old, new)
        fits = len(text) < len(match[0])
        return text.ljust(len(match[0]), b"\0") if fits else match[0]

    return re.sub(rb"(" + _pattern(old, new).pattern + rb"[^\0]*)\0+", renewed, data)


def _pattern(old: bytes, new: bytes) -> re.Pattern[bytes]:
    """The old prefix, where it is not the start of a longer name: the new one or another."""
    rest = new[len(old) :] if new.startswith(old) else b""
    is_new = rb"(?!" + re.escape(rest) + rb")" if rest else b""
    return re.compile(re.escape(old) + is_new + rb"(?![\w\x80-\xff-])")


def check(old: Path, new: Path) -> None:
    """Raise DavosProjectError if a file of the project `old` has no room for the path `new`."""
    before, length = os.fsencode(old), len(os.fsencode(new))
    for package in _packages(old):
        for file in _files(old, package.record):
            is_short = file.replace is in_binary and file.room < length
            if is_short and before in file.path.read_bytes():
                raise DavosProjectError(
                    f"not renamed: {file.row['_path']} of the conda package {package.name} "
                    f"{package.version} has room for a path of {file.room} bytes, and {new} "
                    f"has {length}: choose a shorter name"
                )


def files(old: Path, new: Path) -> None:
    """Write `new` for `old` in the files and records of the project's conda packages.

    They lie in `new`. Doing it again changes nothing; links are left alone. Raises OSError.
    """
    for package in _packages(new):
        _relocate(package, new, os.fsencode(old), os.fsencode(new))


def _packages(prefix: Path) -> list[CondaPackage]:
    found = conda_packages(str(prefix)).values()
    return [package for several in found for package in several if package.readable]


def _relocate(package: CondaPackage, prefix: Path, old: bytes, new: bytes) -> None:
    known = package.record
    record = _with_path(known, old, new)
    intact = [
        (path, row)
        for path, row in _rows(prefix, record)
        if _may_hold_prefix(row) and path.is_file() and _is_as_recorded(path, row, old, new)
    ]
    for file in _files(prefix, record):
        content = file.path.read_bytes()
        _write(file.path, content, file.replace(content, old, new))
    for path, row in intact:
        row["sha256_in_prefix"] = hashlib.sha256(path.read_bytes()).hexdigest()
    if record != known:
        text = dumps(record, indent=2, ensure_ascii=False)
        before = package.file.read_bytes()
        installed_files.renew(prefix, conda_key(package.name), before, text.encode())
        overlay.write(package.file, text)


def _is_as_recorded(path: Path, row: Mapping[str, Any], old: bytes, new: bytes) -> bool:
    """Whether a file has its digest, or had it before its path was changed.

    The digest of a file that was changed by something else has to stay: it tells of that.
    """
    content = path.read_bytes()
    backwards = (content, in_text(content, new, old), in_binary(content, new, old))
    digests = {hashlib.sha256(one).hexdigest() for one in backwards}
    return row.get("sha256_in_prefix") in digests


def _may_hold_prefix(row: Mapping[str, Any]) -> bool:
    """Whether it has a placeholder, or is a script, which has its interpreter's path."""
    return bool(row.get("prefix_placeholder")) or row["_path"].startswith(f"{LAYOUT.scripts}/")


def _with_path(value: Any, old: bytes, new: bytes) -> Any:
    """A copy of a record, with the new path in its strings."""
    if isinstance(value, str):
        encoded = value.encode("utf-8", "surrogateescape")
        return in_text(encoded, old, new).decode("utf-8", "surrogateescape")
    if isinstance(value, list):
        return [_with_path(one, old, new) for one in value]
    if isinstance(value, dict):
        return {key: _with_path(one, old, new) for key, one in value.items()}
    return value


def _files(prefix: Path, record: Mapping[str, Any]) -> Iterator[_File]:
    """The files of a package with a placeholder, as far as they are there."""
    for path, row in _rows(prefix, record):
        placeholder = row.get("prefix_placeholder")
        if isinstance(placeholder, str) and placeholder and path.is_file():
            yield _File(path, row)


def _rows(prefix: Path, record: Mapping[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The paths of a record, but for links and those that lead out of the prefix."""
    paths = record.get("paths_data")
    rows = paths.get("paths") if isinstance(paths, dict) else None
    root = prefix.resolve()
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("_path"), str):
            path = prefix / row["_path"]
            if not path.is_symlink() and root in path.resolve().parents:
                yield path, row


def _write(path: Path, known: bytes, content: bytes) -> None:
    """Replace a file by a new one: the old one may be loaded, or in conda's cache, too."""
    if content == known:
        return
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    temporary.write_bytes(content)
    temporary.chmod(path.stat().st_mode)
    temporary.replace(path)
