"""Which channels an onion comment and the user's settings mean, as URLs in their order.

Sources: "Channels" and "Managing channels" in conda's documentation.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, Sequence

from davos.credentials import masked, without_credentials
from davos.installers.conda_settings import CondaSettingsError

if TYPE_CHECKING:
    from davos.installers.conda_settings import Settings

__all__ = ["channel_urls", "check_allowed", "is_folder", "with_secrets", "without_secrets"]

_DEFAULT = ("conda-forge",)
_ALIAS = "https://conda.anaconda.org"
_DEFAULTS = (
    "https://repo.anaconda.com/pkgs/main",
    "https://repo.anaconda.com/pkgs/r",
)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_FOLDER = re.compile(r"(?:[/~]|\.{1,2}(?:[\\/]|$)|[A-Za-z]:[\\/])")
_SUBDIR = re.compile(r"/(?:noarch|(?:linux|osx|win|emscripten|wasi)-\w+)/*$")
_TOKEN = re.compile(r"/t/[^/\s]+(?=/)")


def channel_urls(
    options: Mapping[str, Any], settings: Settings, besides: Sequence[str] = ()
) -> list[str]:
    """The URLs of the channels to search, the most preferred first, without an ending slash.

    `options` are those of the onion comment, `besides` names that a requirement itself has
    (`conda-forge::numpy`). Without any setting, conda-forge is searched behind those of the
    onion comment. Raises CondaSettingsError for a channel that the settings forbid.
    """
    named = list(options.get("channel") or ())
    if not options.get("override_channels"):
        named += settings.get("channels", _DEFAULT)
    _check_local(named, settings)
    urls = [url for name in [*named, *besides] for url in _urls(name, settings)]
    found = list(dict.fromkeys(urls))
    check_allowed(found, settings)
    return found


def check_allowed(urls: Iterable[str], settings: Settings) -> None:
    """Raise CondaSettingsError for the URL of a channel that the settings forbid."""
    for url in urls:
        _check_allowed(url, settings)


def with_secrets(url: str, settings: Settings) -> str:
    """The URL of a package with what the settings have of its channel: a user, a token."""
    names = ["defaults", *settings.get("custom_multichannels", {})]
    named = [*settings.get("channels", ()), *settings.get("custom_channels", {}), *names]
    for channel in (full for name in named for full in _urls(name, settings)):
        public = without_credentials(without_secrets(channel))
        if public != channel and url.startswith(f"{public}/"):
            return f"{channel}{url[len(public) :]}"
    return url


def without_secrets(url: str) -> str:
    """A URL as it is recorded: without the token of a channel (`/t/TOKEN/`)."""
    return _TOKEN.sub("", url, count=1) if _URL.match(url) else url


def is_folder(channel: str) -> bool:
    """Whether a channel is written as the path of a folder."""
    return _FOLDER.match(channel) is not None


def _urls(name: str, settings: Settings) -> Iterator[str]:
    """What a channel's name stands for: several URLs for `defaults` and custom multichannels."""
    several = settings.get("custom_multichannels", {}).get(name)
    if name == "defaults":
        several = several or settings.get("default_channels") or _DEFAULTS
    if several is None:
        yield _url(name, settings)
        return
    for one in several:
        yield _url(one, settings)


def _url(name: str, settings: Settings) -> str:
    if _URL.match(name):
        return _SUBDIR.sub("", name).rstrip("/")
    if _FOLDER.match(name):
        return Path(os.path.abspath(os.path.expanduser(name))).as_uri()  # noqa: PTH100, PTH111
    name = _SUBDIR.sub("", name).strip("/")
    place = _custom_place(name, settings.get("custom_channels", {}))
    place = place or settings.get("channel_alias") or _ALIAS
    return f"{_url(place, settings) if _FOLDER.match(place) else place.rstrip('/')}/{name}"


def _custom_place(name: str, places: Mapping[str, str]) -> str | None:
    """Where a custom channel is: the longest beginning of `a/label/dev` that has a place."""
    parts = name.split("/")
    beginnings = ("/".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((places[one] for one in beginnings if one in places), None)


def _check_local(names: Iterable[str], settings: Settings) -> None:
    """Raise CondaSettingsError for conda's name of the folder that conda-build fills."""
    known = {*settings.get("custom_multichannels", {}), *settings.get("custom_channels", {})}
    if "local" in names and "local" not in known:
        place = settings.place("channels")
        raise CondaSettingsError(f"the channel local is a folder: write its path ({place})")


def _check_allowed(url: str, settings: Settings) -> None:
    denied = _all_urls(settings, "denylist_channels")
    allowed = _all_urls(settings, "allowlist_channels")
    if without_secrets(url) in denied:
        key, reason = "denylist_channels", "is forbidden by"
    elif allowed and without_secrets(url) not in allowed:
        key, reason = "allowlist_channels", "is not among those of"
    else:
        return
    raise CondaSettingsError(f"the channel {masked(url)} {reason} {key} ({settings.place(key)})")


def _all_urls(settings: Settings, key: str) -> set[str]:
    return {without_secrets(url) for name in settings.get(key, ()) for url in _urls(name, settings)}
