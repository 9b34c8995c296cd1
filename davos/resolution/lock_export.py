"""A lock in the formats of other tools. All that the document needs is in them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Collection, Iterator, Mapping, NamedTuple

from davos.credentials import without_credentials
from davos.exceptions import LockError, OnionParserError
from davos.onion.asked_text import decisive_options
from davos.onion.validator import validate_text
from davos.resolution.conda_lock import locked_packages
from davos.resolution.lock_document import as_toml, parse_lock

if TYPE_CHECKING:
    from packaging.pylock import Package

    from davos.onion.comment import Onion
    from davos.resolution.lock_document import Lock

__all__ = ["FORMATS", "Exported", "moved", "pip_lines", "script_block"]


class Exported(NamedTuple):
    """The text of a file, and sentences about what it cannot say."""

    text: str
    notes: tuple[str, ...] = ()


_OPTIONS = {
    "index_url": "--index-url",
    "extra_index_url": "--extra-index-url",
    "index": "--extra-index-url",
    "find_links": "--find-links",
    "trusted_host": "--trusted-host",
}
# As `davos.onion.asked_text` begins the text of a conda onion comment.
_NO_LOGIN = "without the users and passwords of indexes: give them to pip by netrc or keyring"
_OF_CONDA = "conda: "
_NO_HASHES = (
    "without hashes: pip accepts neither repositories nor folders in a file that has hashes, "
    "and the lock has {}"
)


def _requirements(lock: Lock) -> Exported:
    """A requirements file, with the hashes of all files where pip allows it."""
    without = [one.name for one in lock.pylock.packages if one.vcs or one.directory]
    lines = [
        f"# {lock.path.name}, for Python {lock.pylock.requires_python or ''}".rstrip(),
        *_indexes(lock),
    ]
    for package in lock.pylock.packages:
        hashes = [] if without else [f"--hash={digest}" for digest in _digests(package)]
        lines.append(" \\\n    ".join([_pip_line(package, lock), *hashes]))
    notes = [_NO_HASHES.format(", ".join(without))] if without else []
    if any("://" in line and "@" in line for line in _option_lines(lock)):
        notes.append(_NO_LOGIN)
    return Exported("\n".join(lines) + "\n", tuple(notes))


def _pylock(lock: Lock) -> Exported:
    """The PEP 751 document itself."""
    return Exported(as_toml(lock.pylock.to_dict()).decode("utf-8"))


def moved(lock: Lock, folder: Path) -> Lock:
    """A lock as it is in another folder: its relative paths begin there."""
    old = lock.path.absolute().parent
    if old == folder.absolute():
        return lock
    return parse_lock(_moved(lock.pylock.to_dict(), old, folder.absolute()), lock.path)


def _moved(value: Any, old: Path, new: Path) -> Any:
    """A table of a lock with the paths of its files and folders as they are in another folder."""
    if isinstance(value, list):
        return [_moved(one, old, new) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: _moved(one, old, new) for key, one in value.items() if key != "tool"}
    if isinstance(value.get("path"), str) and not Path(value["path"]).is_absolute():
        made["path"] = Path(os.path.relpath(old / value["path"], new)).as_posix()
    return {**value, **made}


def _explicit(lock: Lock) -> Exported:
    """A list of URLs, as `conda install --file` takes it ("Explicit" in conda's documentation).

    There is neither Python in it nor what pip installs.
    """
    packages = locked_packages(lock)
    if not packages:
        message = "the lock holds no packages of conda"
        raise LockError(message)
    lines = [f"# platform: {lock.conda_platform}", "@EXPLICIT"]
    lines += [f"{one.url}#sha256:{one.sha256}" for one in packages]
    by_pip = ", ".join(one.name for one in lock.pylock.packages)
    notes = [f"install it into an environment that has Python {lock.python}, which is not in it"]
    notes += [f"left out is what pip installs: {by_pip}"] if by_pip else []
    return Exported("\n".join(lines) + "\n", tuple(notes))


def pip_lines(lock: Lock, besides: Collection[str] = ()) -> list[str]:
    """The indexes of a lock and its packages, as a requirements file without hashes has them.

    `besides` are the normalized names of packages to leave out.
    """
    packages = [_pip_line(one, lock) for one in lock.pylock.packages if one.name not in besides]
    return [*_indexes(lock), *packages] if packages else []


def script_block(lock: Lock) -> str:
    """The inline metadata of a script (PEP 723) with all packages of a lock."""
    lines = ["# /// script"]
    if lock.pylock.requires_python:
        lines.append(f'# requires-python = "{lock.pylock.requires_python}"')
    # a JSON string is one of TOML, too
    names = [f"#     {json.dumps(_line(one, lock))}," for one in lock.pylock.packages]
    return "\n".join([*lines, "# dependencies = [", *names, "# ]", "# ///"]) + "\n"


FORMATS: Mapping[str, Callable[[Lock], Exported]] = {
    "requirements": _requirements,
    "pylock": _pylock,
    "explicit": _explicit,
}
"""The formats that hold the packages of a lock, and nothing else."""


def _pip_line(package: Package, lock: Lock) -> str:
    """A package as a line of a requirements file.

    pip < 24.1 refuses `name @ git+file:///...`, whose URL has no host.
    """
    line = _line(package, lock)
    name, at, rest = line.partition(" @ ")
    if package.vcs is None or not at or "+file:///" not in rest:
        return line
    url, semicolon, marker = rest.partition(" ; ")
    where, _, fragment = url.partition("#")
    more = f"&{fragment}" if fragment else ""
    return f"{where}#egg={name}{more}{semicolon}{marker}"


def _line(package: Package, lock: Lock) -> str:
    """A package as PEP 508 writes it; paths begin in the folder of the lock."""
    folder = lock.path.absolute().parent
    marker = f" ; {package.marker}" if package.marker else ""
    if package.vcs is not None:
        where = package.vcs.url or (folder / (package.vcs.path or "")).as_uri()
        part = f"#subdirectory={package.vcs.subdirectory}" if package.vcs.subdirectory else ""
        return f"{package.name} @ {package.vcs.type}+{where}@{package.vcs.commit_id}{part}{marker}"
    if package.directory is not None:
        return f"{package.name} @ {(folder / package.directory.path).as_uri()}{marker}"
    if package.archive is not None:
        where = package.archive.url or (folder / (package.archive.path or "")).as_uri()
        return f"{package.name} @ {where}{marker}"
    return f"{package.name}=={package.version}{marker}"


def _digests(package: Package) -> Iterator[str]:
    """The hashes of all files of a package, as `sha256:...`."""
    files: list[Any] = [package.archive, package.sdist, *(package.wheels or ())]
    for file in files:
        if file is not None:
            yield from (f"{name}:{digest}" for name, digest in file.hashes.items())


def _indexes(lock: Lock) -> list[str]:
    """The lines about where packages come from, as the onion comments had them.

    A lock has no passwords, and what stands for one is none.
    """
    return list(dict.fromkeys(map(without_credentials, _option_lines(lock))))


def _option_lines(lock: Lock) -> list[str]:
    found: dict[str, None] = {}
    for text in lock.requirements:
        if text.startswith(_OF_CONDA):
            continue
        options = decisive_options(_onion(text))
        for dest, flag in _OPTIONS.items():
            value = options.get(dest, ())
            for one in [value] if isinstance(value, str) else value:
                found[f"{flag} {one}"] = None
    return list(found)


def _onion(text: str) -> Onion:
    """What was locked, as an onion comment; that of one for uv may have options that pip lacks."""
    try:
        return validate_text("pip", text)
    except OnionParserError:
        return validate_text("uv", text)
