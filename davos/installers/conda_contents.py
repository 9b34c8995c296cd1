"""Reading what packages hold, before anything of them is linked, in the process of py-rattler.

A package whose files would lead out of the environment is refused (`package_paths`): py-rattler
unpacks nothing outside of its cache, but does not look where it links a file to.
"""

from __future__ import annotations

import json
import os
import posixpath
from typing import TYPE_CHECKING, Any, Sequence

from rattler.package_streaming import PackageArchive

from davos.installers.conda_protocol import Failure
from davos.installers.package_paths import Listed, link_leads_out, outside, through_links

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_contents"]

_PATHS = "info/paths.json"
_FILES = "info/files"  # of packages that are older than the other


async def check_contents(places: Sequence[Path]) -> None:
    """Raise Failure if a package leads out of the environment, or cannot be read.

    `places` are packages' files, or the folders that they were unpacked into.
    """
    several = [await _listed(place) for place in places]
    for place, one in zip(places, several):
        path = outside(one)
        if path is not None:
            raise Failure("contents", package=place.name, path=path)
    for number, link, path in through_links(several):
        target = await _target(places[number], link)
        if target is None or link_leads_out(link, target):
            raise Failure("contents", package=places[number].name, path=path)


async def _listed(place: Path) -> Listed:
    try:
        text = await _read(place, _PATHS)
        if text is None:
            return Listed((await _read(place, _FILES) or b"").decode().splitlines())
        rows = json.loads(text)["paths"]
        links = [row["_path"] for row in rows if row.get("path_type") == "softlink"]
        return Listed([row["_path"] for row in rows], links)
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
        raise Failure("contents", message, package=place.name, path=None) from error


async def _read(place: Path, name: str) -> bytes | None:
    if _is_unpacked(place):
        return _read_unpacked(place / name)
    archive: Any = await PackageArchive.from_path(place)
    found: bytes | None = await archive.read_file(name)
    return found


async def _target(place: Path, link: str) -> str | None:
    """What a symbolic link in a package points at; None if it is not there."""
    if _is_unpacked(place):
        return _target_unpacked(place / link)
    archive: Any = await PackageArchive.from_path(place)
    wanted = posixpath.normpath(link)
    async for entry in archive.stream("pkg"):
        if posixpath.normpath(entry.name) == wanted:
            target: str | None = entry.link_target
            return target
    return None


def _is_unpacked(place: Path) -> bool:
    return place.is_dir()


def _read_unpacked(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _target_unpacked(file: Path) -> str | None:
    return os.readlink(file) if file.is_symlink() else None  # noqa: PTH115 - as text
