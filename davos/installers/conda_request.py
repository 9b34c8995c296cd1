"""What the process that runs py-rattler is asked to do; pure."""

from __future__ import annotations

import platform
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, Sequence

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508

from davos.installers.conda_channels import channel_urls, check_allowed, with_secrets
from davos.installers.conda_connection import config_text, variables
from davos.installers.conda_provided import Provided, match_spec, provided_by
from davos.onion.match_spec import MatchSpecError, read_match_spec

if TYPE_CHECKING:
    from pathlib import Path

    from davos.distributions.distribution import Distribution
    from davos.installers.base import Request
    from davos.installers.conda_locked import LockedPackage
    from davos.installers.conda_settings import Settings

__all__ = ["Places", "child_request", "locked_request", "python_record"]

_TIMEOUT = 60.0  # seconds: the default of conda's `remote_read_timeout_secs`
_RETRIES = 3  # of `remote_max_retries`
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60}
_DAY = len("2026-04-01")
_PARTS = 3  # of a record's file name


@dataclass(frozen=True)
class Places:
    """Where packages come from and go to.

    `prefix` is where they are linked, `final` the prefix whose path their files get. `records`
    are the files in `conda-meta` of what is there, `downloads` a folder for the time of the run,
    `cache` one that stays. `pins` are the lines of the file of pins of an environment of conda.
    """

    prefix: Path
    final: Path
    downloads: Path
    cache: Path
    records: Sequence[Path] = ()
    pins: Sequence[str] = ()


def child_request(
    request: Request,
    places: Places,
    settings: Settings,
    visible: Iterable[Distribution],
    channels: Sequence[str] = (),
) -> dict[str, Any]:
    """The request for `conda_child.py`, ready for JSON.

    `visible` are the distributions that the environment shows, `channels` further ones to search
    beside that of the onion comment. Raises CondaSettingsError for settings that davos cannot
    keep to.
    """
    onion, options = request.onion, request.onion.options
    spec = read_match_spec(onion.requirement.text)
    asked = spec.name
    there = [name_of_record(path.name) for path in places.records]
    renewed = _renewed(options, asked, there)
    others = [one for word in request.others for one in _match_specs(word)]
    specs = [spec.canonical, *others]
    own = [spec.channel] if spec.channel else []
    urls = channel_urls(options, settings, [*own, *channels])
    return {
        **_connection(options, settings, urls),
        **_folders(places),
        "specs": [*specs, *sorted(set(there) - {asked, "python"})],
        "asked": asked,
        "constraints": [
            *(one for line in request.constraints for one in _specs_of(line)),
            *_pins(options, places, settings),
        ],
        "channels": urls,
        "priority": _priority(options, settings),
        "python": python_record(),
        "provided": provided_by(visible, {*there, *renewed, "python"}),
        "records": [str(path) for path in places.records],
        "renewed": renewed,
        "reinstalled": [asked] if options.get("force_reinstall") else [],
        "frozen": bool(options.get("freeze_installed")),
        "no_deps": bool(options.get("no_deps")),
        "exclude_newer": _cutoff(options.get("exclude_newer")),
    }


def locked_request(
    packages: Sequence[LockedPackage], shown: str, places: Places, settings: Settings
) -> dict[str, Any]:
    """The request to install the packages of a lock, which `shown` names, without solving.

    Raises CondaSettingsError for settings that davos cannot keep to, and for a channel that they
    forbid.
    """
    check_allowed({one.channel for one in packages}, settings)
    return {
        **_connection({}, settings, [one.url for one in packages]),
        **_folders(places),
        "purpose": "link",
        "asked": shown,
        "packages": [{**one.record, "url": with_secrets(one.url, settings)} for one in packages],
        "channels": [],
        "python": python_record(),
        "provided": [],
        "records": [str(path) for path in places.records],
        "reinstalled": [one.package for one in packages],
    }


def _connection(
    options: Mapping[str, Any], settings: Settings, urls: Sequence[str]
) -> dict[str, Any]:
    """How these URLs are reached, as a request says it; raises CondaSettingsError."""
    timeout = settings.get("remote_read_timeout_secs", _TIMEOUT)
    return {
        "offline": _is_offline(options, settings),
        "cache_action": _cache_action(options, settings),
        "timeout": max(1, round(timeout)),
        "retries": max(0, settings.get("remote_max_retries", _RETRIES)),
        "config": config_text(settings, urls),
        "variables": variables(settings),
    }


def _folders(places: Places) -> dict[str, Any]:
    return {
        "prefix": str(places.prefix),
        "final_prefix": str(places.final),
        "downloads": str(places.downloads),
        "cache": str(places.cache),
    }


def python_record() -> Provided:
    """The running interpreter, as conda-forge's builds of it are called."""
    version = platform.python_version().rstrip("+")
    minor = sys.version_info[:2]
    build = "0_cpython" if minor < (3, 13) else f"0_cp{minor[0]}{minor[1]}{_threads()}"
    return Provided("python", version, build)


def _threads() -> str:
    return "t" if "t" in getattr(sys, "abiflags", "") else ""


def name_of_record(file_name: str) -> str:
    """The package's name in that of its file in `conda-meta`: `NAME-VERSION-BUILD.json`."""
    return file_name.rsplit("-", _PARTS - 1)[0]


def _renewed(options: Mapping[str, Any], asked: str, there: Sequence[str]) -> list[str]:
    """The packages for which what is installed is not preferred."""
    if options.get("update_deps"):
        return sorted({asked, *there})
    again = options.get("update_specs") or options.get("force_reinstall")
    return [asked] if again else []


def _specs_of(line: str) -> Iterator[str]:
    """A constraint as match specifications: none for a URL or a path."""
    with suppress(InvalidRequirement):
        required = Pep508(line)
        if required.url is None and (required.marker is None or required.marker.evaluate()):
            yield match_spec(required)
        return
    yield from _match_specs(line)


def _match_specs(word: str) -> Iterator[str]:
    """A match specification as py-rattler reads it: none for what is another requirement."""
    with suppress(MatchSpecError):
        yield read_match_spec(word).canonical


def _pins(options: Mapping[str, Any], places: Places, settings: Settings) -> Sequence[str]:
    """The match specifications that hold for all that is installed, as the user has set them."""
    return [] if options.get("no_pin") else [*settings.get("pinned_packages", ()), *places.pins]


def _priority(options: Mapping[str, Any], settings: Settings) -> str:
    if options.get("strict_channel_priority"):
        return "Strict"
    if options.get("no_channel_priority"):
        return "Disabled"
    return str(settings.get("channel_priority", "flexible")).capitalize()


def _is_offline(options: Mapping[str, Any], settings: Settings) -> bool:
    return bool(options.get("offline") or settings.get("offline"))


def _cache_action(options: Mapping[str, Any], settings: Settings) -> str:
    cached = options.get("use_index_cache") or settings.get("use_index_cache")
    return "force-cache-only" if cached or _is_offline(options, settings) else "cache-or-fetch"


def _cutoff(text: str | None) -> str | None:
    """A time as it is, the end of a day; a duration such as `3d12h` in seconds; 0 means none."""
    if not text or text == "0":
        return None
    if len(text) == _DAY:
        return f"{text}T23:59:59.999999Z"
    parts = re.findall(r"(\d+)([wdhm])", text)
    if "-" in text or not parts:
        return text
    return str(sum(int(number) * _UNITS[unit] for number, unit in parts))
