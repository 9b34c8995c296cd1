"""The versions that may be typed in an onion comment, from the indexes that its installer asks."""

# A path is text until it is a URL
# ruff: noqa: PTH100, PTH111

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import TYPE_CHECKING, Collection, Iterator, Mapping
from urllib.parse import urlsplit

from davos.distributions.available_versions import AvailableVersions, Offer, Page, fetched
from davos.environments import activation
from davos.environments.project import home_folder
from davos.installers.pip_settings import SettingsError, read_settings

if TYPE_CHECKING:
    from davos.onion.typed_version import TypedVersion

__all__ = ["index_pages", "offered_versions"]

_PYPI = "https://pypi.org/simple"
_ASK_INDEXES = {"pip", "uv"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # one letter is a drive
_NAMED = re.compile(r"[A-Za-z0-9_-]+=(?=\w+://)")  # uv's `--index NAME=URL`


def offered_versions(typed: TypedVersion) -> Offer:
    """What is known of the versions of a distribution; the rest is asked for in the background."""
    pages = index_pages(typed, activation.variables())
    return _AVAILABLE.offered(pages, platform.python_version().rstrip("+"))


_AVAILABLE = AvailableVersions(lambda: home_folder() / "cache" / "versions", fetched)


def index_pages(typed: TypedVersion, environ: Mapping[str, str]) -> list[Page]:
    """The pages of a distribution in the indexes that a comment and the settings name.

    With the pages and folders of `--find-links`. None for an installer whose packages come from
    elsewhere (conda's channels).
    """
    if typed.installer not in _ASK_INDEXES or "offline" in typed.options:
        return []
    settings = _settings(typed.installer, environ)
    if settings is None:
        return []
    cert, proxy = (next(_texts(settings, dest), None) for dest in ("cert", "proxy"))
    trusted = {*_texts(typed.options, "trusted_host"), *_texts(settings, "trusted_host")}
    off = "no_index" in typed.options or "no_index" in settings
    places = [(url, False) for url in ([] if off else _urls(typed, settings))]
    places += [(url, True) for url in _links(typed, settings)]
    return [
        Page(url, typed.name, cert, proxy, listed, _is_trusted(url, trusted))
        for url, listed in places
    ]


def _settings(installer: str, environ: Mapping[str, str]) -> Mapping[str, object] | None:
    """What pip's configuration or uv's variables say; None where nothing is to be asked."""
    if installer == "uv":
        return None if environ.get("UV_OFFLINE") else _variables(environ)
    try:
        return {dest: one.value for dest, one in read_settings(environ).items()}
    except SettingsError:
        return None


def _links(typed: TypedVersion, settings: Mapping[str, object]) -> list[str]:
    """The URLs of pages and folders with files; a path begins in the current folder, as pip's."""
    found = (*_texts(typed.options, "find_links"), *_texts(settings, "find_links"))
    return list(dict.fromkeys(_as_url(one) for one in found if "$" not in one))


def _as_url(place: str) -> str:
    if _SCHEME.match(place):
        return place
    return Path(os.path.abspath(os.path.expanduser(place))).as_uri()


def _is_trusted(url: str, hosts: Collection[str]) -> bool:
    """Whether a URL is of a trusted host: `name`, or `name:port` for one port of it."""
    try:
        parts = urlsplit(url)
        return bool({parts.hostname, f"{parts.hostname}:{parts.port}"}.intersection(hosts))
    except ValueError:
        return False


def _urls(typed: TypedVersion, settings: Mapping[str, object]) -> list[str]:
    """The URLs of indexes; a comment's own takes the place of the one in the settings."""
    own = [*_texts(typed.options, "index_url"), *_texts(typed.options, "default_index")]
    first = own[-1:] or [*_texts(settings, "index_url")] or [_PYPI]
    further = (
        url
        for options in (typed.options, settings)
        for dest in ("extra_index_url", "index")
        for url in _texts(options, dest)
    )
    urls = (_NAMED.sub("", url, count=1) for url in (*first, *further))
    return list(dict.fromkeys(url for url in urls if "$" not in url))


def _texts(options: Mapping[str, object], dest: str) -> Iterator[str]:
    value = options.get(dest, ())
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        yield from value


def _variables(environ: Mapping[str, str]) -> dict[str, object]:
    """The variables of uv for indexes ("Environment variables" in its documentation)."""
    first = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL")
    return {
        **({"index_url": first} if first else {}),
        "index": environ.get("UV_INDEX", "").split(),
        "extra_index_url": environ.get("UV_EXTRA_INDEX_URL", "").split(),
        "find_links": list(filter(None, environ.get("UV_FIND_LINKS", "").split(","))),
        "trusted_host": environ.get("UV_INSECURE_HOST", "").split(),
        **({"no_index": True} if environ.get("UV_NO_INDEX") else {}),
    }
