"""Whether the paths that conda packages list stay in the environment; pure.

py-rattler links a file to the path that its package gives, `../` and symbolic links of other
packages included.

Source: "Conda package specification" in conda's documentation (`info/paths.json`).
"""

from __future__ import annotations

import posixpath
import re
from typing import Iterator, NamedTuple, Sequence, Tuple

__all__ = ["Listed", "leads_out", "link_leads_out", "outside", "through_links"]

_SITE_PACKAGES = re.compile(r"^(?:lib/python3\.\d+|Lib)/(?=site-packages/)")


class Listed(NamedTuple):
    """The paths that a package lists, and which of these are symbolic links."""

    paths: Sequence[str]
    links: Sequence[str] = ()


def outside(listed: Listed) -> str | None:
    """The first path that leads out of the environment; None if there is none."""
    return next(filter(leads_out, listed.paths), None)


def leads_out(path: str) -> bool:
    """Whether a path is not one below a folder; Windows' separators count everywhere."""
    parts = re.split(r"[/\\]", path)
    return ".." in parts or not parts[0] or ":" in parts[0] or "\0" in path


def link_leads_out(link: str, target: str) -> bool:
    """Whether a symbolic link at a path points out of the environment."""
    return leads_out(posixpath.normpath(posixpath.join(posixpath.dirname(link), target)))


def through_links(several: Sequence[Listed]) -> Iterator[Tuple[int, str, str]]:
    """Paths below symbolic links: the link's package, by its place, the link, and the path."""
    paths = {_comparable(path): path for one in several for path in one.paths}
    for place, one in enumerate(several):
        for link in one.links:
            below = f"{_comparable(link)}/"
            inside = (given for path, given in paths.items() if path.startswith(below))
            yield from ((place, link, path) for path in inside)


def _comparable(path: str) -> str:
    """A path as packages for all Pythons have it, which do not name the folder of one."""
    return _SITE_PACKAGES.sub("", posixpath.normpath(path))
