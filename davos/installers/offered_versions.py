"""The versions that may be typed in an onion comment, from the indexes that its installer asks."""

from __future__ import annotations

import platform
import re
from typing import TYPE_CHECKING, Iterator, Mapping

from davos.distributions.available_versions import AvailableVersions, Offer, Page, fetched
from davos.environments import activation
from davos.environments.project import home_folder
from davos.installers.pip_settings import SettingsError, read_settings

if TYPE_CHECKING:
    from davos.onion.typed_version import TypedVersion

__all__ = ["index_pages", "offered_versions"]

_PYPI = "https://pypi.org/simple"
_ASK_INDEXES = {"pip", "uv"}
_OFF = {"no_index", "offline"}
_NAMED = re.compile(r"[A-Za-z0-9_-]+=(?=\w+://)")  # uv's `--index NAME=URL`


def offered_versions(typed: TypedVersion) -> Offer:
    """What is known of the versions of a distribution; the rest is asked for in the background."""
    pages = index_pages(typed, activation.variables())
    return _AVAILABLE.offered(pages, platform.python_version().rstrip("+"))


_AVAILABLE = AvailableVersions(lambda: home_folder() / "cache" / "versions", fetched)


def index_pages(typed: TypedVersion, environ: Mapping[str, str]) -> list[Page]:
    """The pages of a distribution in the indexes that a comment and the settings name.

    None for an installer whose packages come from elsewhere (conda's channels).
    """
    if typed.installer not in _ASK_INDEXES or not _OFF.isdisjoint(typed.options):
        return []
    if typed.installer == "uv":
        if environ.get("UV_NO_INDEX") or environ.get("UV_OFFLINE"):
            return []
        return [Page(url, typed.name) for url in _urls(typed, _variables(environ))]
    try:
        settings = {dest: one.value for dest, one in read_settings(environ).items()}
    except SettingsError:
        return []
    if "no_index" in settings:
        return []
    urls = _urls(typed, settings)
    return [Page(url, typed.name, settings.get("cert"), settings.get("proxy")) for url in urls]


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
    }
