"""The page of a project in a package index, as the versions that it offers.

Sources: "Simple repository API" of the packaging specifications (PEP 503, 691, 592 and 700). A page
may hold anything: what is no version of the project is passed over.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any, Iterable, Iterator, NamedTuple
from urllib.parse import unquote, urlsplit

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidSdistFilename, canonicalize_name, parse_sdist_filename
from packaging.version import InvalidVersion, Version

__all__ = [
    "ACCEPTED",
    "Releases",
    "checked_releases",
    "fitting",
    "read_names",
    "read_page",
    "releases_in",
]

ACCEPTED = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
)
"""The value of the header `Accept`: JSON, else HTML."""

Releases = dict[str, list[str]]
"""The Pythons (specifiers; empty: any) that the files of a version are for, by version."""

_JSON = "application/vnd.pypi.simple.v1+json"
_HTML = frozenset({"application/vnd.pypi.simple.v1+html", "text/html"})
_LONGEST = 200
_MOST = 5000


class _File(NamedTuple):
    name: str
    python: str
    yanked: bool


def read_page(name: str, kind: str, data: bytes) -> Releases:
    """The versions on a page of a content type; raises ValueError for a page of another kind."""
    if kind == _JSON:
        return releases_in(name, _json_files(data))
    if kind in _HTML:
        parser = _Links()
        parser.feed(data.decode("utf-8", "replace"))
        parser.close()
        return releases_in(name, parser.files)
    raise ValueError(f"{kind} is not a page of an index")


def read_names(name: str, filenames: Iterable[str]) -> Releases:
    """The versions of a project among the files of a folder."""
    return releases_in(name, (_File(one, "", yanked=False) for one in filenames))


def _json_files(data: bytes) -> Iterator[_File]:
    try:
        content = json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    files = content.get("files") if isinstance(content, dict) else None
    for one in files if isinstance(files, list) else ():
        if isinstance(one, dict):
            python = one.get("requires-python")
            yield _File(
                str(one.get("filename")),
                python if isinstance(python, str) else "",
                one.get("yanked", False) is not False,
            )


class _Links(HTMLParser):
    """The files that the anchors of a page lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[_File] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See `HTMLParser`."""
        if tag == "a":
            found = dict(attrs)
            name = unquote(urlsplit(found.get("href") or "").path.rpartition("/")[2])
            python = found.get("data-requires-python") or ""
            self.files.append(_File(name, python, "data-yanked" in found))


def releases_in(name: str, files: Iterable[_File]) -> Releases:
    """The versions of a project that some files belong to; a yanked file counts for none."""
    found: dict[str, list[str]] = {}
    wanted = canonicalize_name(name)
    for file in files:
        if not file.yanked and len(file.name) <= _LONGEST:
            found.setdefault(_version_of(file.name, wanted), []).append(file.python)
    return checked_releases(found)


def _version_of(filename: str, wanted: str) -> str:
    """The version in a file's name (PEP 427, PEP 625); empty if it is no file of the project."""
    if filename.endswith(".whl") and "-" in filename:
        name, text, *tags = filename.split("-")
        return text if tags and canonicalize_name(name) == wanted else ""
    try:
        found, version = parse_sdist_filename(filename)
    except InvalidSdistFilename:
        return ""
    return str(version) if found == wanted else ""


def checked_releases(found: Any) -> Releases:
    """The valid versions and specifiers of what should be `Releases`, in their normal form."""
    releases: Releases = {}
    for text, pythons in found.items() if isinstance(found, dict) else ():
        version = _normal(text)
        if version and isinstance(pythons, list) and len(releases) < _MOST:
            valid = [one for one in pythons if isinstance(one, str) and len(one) <= _LONGEST]
            known = releases.setdefault(version, [])
            releases[version] = list(dict.fromkeys([*known, *valid]))
    return releases


def _normal(text: object) -> str:
    try:
        return str(Version(text)) if isinstance(text, str) and len(text) <= _LONGEST else ""
    except InvalidVersion:
        return ""


def fitting(releases: Releases, python: str) -> list[str]:
    """The versions for a version of Python: the newest first, pre-releases last."""
    fits = [Version(text) for text, pythons in releases.items() if _fits(pythons, python)]
    return [str(one) for one in sorted(fits, key=lambda one: (not one.is_prerelease, one))[::-1]]


def _fits(pythons: Iterable[str], python: str) -> bool:
    return any(_contains(one, python) for one in pythons)


def _contains(specifier: str, python: str) -> bool:
    try:
        return SpecifierSet(specifier).contains(python, prereleases=True)
    except InvalidSpecifier:  # pip ignores it, too
        return True
