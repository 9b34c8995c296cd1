"""What a URL could make pip do besides fetching a file or a repository.

pip hands the URL of a repository, and the ref behind its `@`, to git, hg, bzr or svn. What
begins with a dash there is an option to them, also of a program that they start (CVE-2023-5752,
CVE-2017-1000117), and some transports (`ext::`, `fd::`, svn's own tunnels) are commands.
"""

from __future__ import annotations

import re
from typing import Iterator
from urllib.parse import SplitResult, unquote, urlsplit

from davos.onion.characters import first_refused

__all__ = ["objection"]

_TRANSPORTS = {
    "git": ("file", "git", "http", "https", "ssh"),
    "hg": ("file", "http", "https", "ssh", "static-http"),
    "bzr": ("file", "ftp", "http", "https", "lp", "sftp", "ssh"),
    "svn": ("file", "http", "https", "ssh", "svn"),
}
_SCHEMES = frozenset(
    {"file", "ftp", "http", "https"}
    | {f"{vcs}+{transport}" for vcs, known in _TRANSPORTS.items() for transport in known}
)
_BY_WEB = frozenset({"ftp", "http", "https"})
_DIGESTS = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})
_EGG = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?(?:\[[\w.,\s-]*\])?", re.ASCII)
_DRIVE = re.compile(r"[A-Za-z]:", re.ASCII)


def objection(url: str) -> str | None:
    """Why a URL is refused, None if it is not; a local path is no URL."""
    if _DRIVE.match(url):
        return None
    parts = urlsplit(url)
    if not parts.scheme:
        before, mark, _ = url.partition("://")
        return f"{before!r} is not one of pip's transports" if mark else None
    return next(_objections(parts), None)


def _objections(parts: SplitResult) -> Iterator[str]:
    vcs, _, transport = parts.scheme.rpartition("+")
    if parts.scheme not in _SCHEMES:
        yield f"{parts.scheme!r} is not one of pip's transports"
    user, _, host = parts.netloc.rpartition("@")
    for name, text in (("user", user), ("host", host)):
        if _is_option(text):
            yield f"the {name} of a URL cannot begin with a dash"
    if transport not in _BY_WEB and _is_option(parts.path.lstrip("/")):
        yield "the path of a URL cannot begin with a dash"
    if vcs and any(_is_option(path.rpartition("@")[2]) for path in _with_ref(parts.path)):
        yield "a ref cannot begin with a dash"
    refused = first_refused(unquote(f"{parts.netloc}{parts.path}"))
    if refused:
        yield f"a URL cannot hold {refused.description}"
    yield from _fragment_objections(parts.fragment)


def _with_ref(path: str) -> list[str]:
    """A path that ends with `@` and a ref, as written and as read; none without an `@`."""
    return [text for text in (path, unquote(path)) if "@" in text]


def _is_option(text: str) -> bool:
    return unquote(text).lstrip().startswith("-")


def _fragment_objections(fragment: str) -> Iterator[str]:
    """What pip reads there is `egg`, `subdirectory` and digests, separated by `&`."""
    seen = set()
    for part in fragment.split("&") if fragment else ():
        key, _, value = part.partition("=")
        if key not in {"egg", "subdirectory", *_DIGESTS}:
            yield f"{part!r} behind the # is neither egg=, subdirectory= nor a digest"
        if key in seen:
            yield f"{key}= stands twice behind the #"
        seen.add(key)
        if key == "egg" and not _EGG.fullmatch(unquote(value)):
            yield f"egg={value!r} is not the name of a package"
        if key == "subdirectory" and _leaves(unquote(value)):
            yield f"subdirectory={value!r} is not a folder of the source"


def _leaves(folder: str) -> bool:
    """Whether a subdirectory is an option, a URL, or a path that leads out of the source."""
    parts = re.split(r"[/\\]", folder)
    return _is_option(folder) or ":" in folder or parts[0] == "" or ".." in parts
