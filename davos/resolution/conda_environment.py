"""A document as an environment of conda: its conda onion comments, and its lock for pip."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Collection, Iterator, Mapping, Sequence

from packaging.utils import canonicalize_name

from davos.credentials import without_credentials
from davos.installers.conda_channels import without_secrets
from davos.resolution.conda_lock import locked_packages
from davos.resolution.lock_export import Exported, pip_lines

if TYPE_CHECKING:
    from davos.installers.conda_locked import LockedPackage
    from davos.onion.match_spec import MatchSpec
    from davos.resolution.asked import Asked
    from davos.resolution.lock_document import Lock

__all__ = ["dependency", "environment"]

# The channel that Python comes from, whatever the onion comments name.
_LAST = "conda-forge"
_ALIAS = "https://conda.anaconda.org/"
_PLAIN = re.compile(r"conda-forge|pip|python(?:=\d+\.\d+)?")
# What the builds of a lock have decided.
_IN_BUILDS = frozenset({"strict_channel_priority", "no_channel_priority", "exclude_newer"})
_UNSAID = ("strict_channel_priority", "no_channel_priority", "no_deps", "no_pin", "exclude_newer")


def environment(
    name: str, python: str | None, asked: Sequence[Asked], lock: Lock | None
) -> Exported:
    """The text of an `environment.yml`: what `asked` has for conda, and the lock's packages by pip.

    Packages of conda in the lock are written with their versions and builds, dependencies
    included. What pip would install and is asked of conda is left to conda. Channels are written
    without credentials.
    """
    wanted = [one for one in asked if one.is_of_conda]
    specs = [one.requirement.match_spec for one in wanted]
    names = {canonicalize_name(spec.name) for spec in specs if spec}
    locked = locked_packages(lock) if lock else ()
    exact = [f"{one.package}={one.version}={one.build}" for one in locked]
    held = {one.package for one in locked}
    dependencies = [
        f"python={python}" if python else "python",
        *exact,
        *dict.fromkeys(dependency(spec) for spec in specs if spec and spec.name not in held),
    ]
    by_pip = pip_lines(lock, names) if lock else []
    lines = [f"name: {json.dumps(name)}", "channels:", *_items(_channels(wanted, locked))]
    lines += ["dependencies:", *_items([*dependencies, *(["pip"] if by_pip else [])])]
    lines += ["  - pip:", *(f"      - {json.dumps(line)}" for line in by_pip)] if by_pip else []
    return Exported("\n".join(lines) + "\n", tuple(_notes(wanted, lock, names)))


def dependency(spec: MatchSpec) -> str:
    """A match specification as `NAME=VERSION=BUILD`, or with brackets if it says more than that."""
    versions = spec.versions.text if spec.versions else ""
    more = spec.sha256 or "|" in versions or (spec.subdir and not spec.channel)
    if more or (spec.build and not spec.is_exact):
        return spec.canonical
    place = spec.canonical.partition("[")[0]
    if spec.build and spec.versions:
        return f"{place}={spec.versions.exact}={spec.build}"
    return f"{place}={versions}" if versions[:1].isalnum() else f"{place}{versions}"


def _items(texts: Sequence[str]) -> Iterator[str]:
    """The entries of a list in YAML; a JSON string is one of YAML, too."""
    for text in texts:
        yield f"  - {text if _PLAIN.fullmatch(text) else json.dumps(text)}"


def _channels(wanted: Sequence[Asked], locked: Sequence[LockedPackage]) -> list[str]:
    """The channels of all onion comments, once each, those of `-c` first; then the lock's."""
    named = [channel for one in wanted for channel in one.onion.options.get("channel", ())]
    specs = [one.requirement.match_spec for one in wanted]
    named += [spec.channel for spec in specs if spec and spec.channel]
    found = list(dict.fromkeys(map(_public, named)))
    urls = dict.fromkeys(one.channel.removeprefix(_ALIAS) for one in locked)
    found += [url for url in urls if not any(_is_written(url, one) for one in found)]
    return list(dict.fromkeys([*found, _LAST]))


def _is_written(url: str, channel: str) -> bool:
    """Whether a channel, as an onion comment writes it, is that of a URL."""
    return f"/{url}".endswith(f"/{channel.strip('./~')}")


def _public(channel: str) -> str:
    return without_secrets(without_credentials(channel))


def _notes(wanted: Sequence[Asked], lock: Lock | None, names: Collection[str]) -> Iterator[str]:
    """What the file does not say of what was asked for."""
    for one in wanted:
        held = _IN_BUILDS if lock is not None and lock.conda else frozenset()
        options = {key: one.onion.options[key] for key in one.onion.options.keys() - held}
        yield from (f"{note} ({one.place})" for note in _unsaid(options))
    for package in lock.pylock.packages if lock else ():
        if package.name in names:
            yield f"{package.name} {package.version or ''} of the lock is left to conda"


def _unsaid(options: Mapping[str, Any]) -> Iterator[str]:
    """What such a file cannot say of the options of one onion comment."""
    channels = options.get("channel", ())
    for channel in channels:
        if _public(channel) != channel:
            yield f"the credentials of the channel {_public(channel)} are left out"
    for dest in _UNSAID:
        if dest in options:
            yield f"--{dest.replace('_', '-')} is left out, no such file can say it"
    if "override_channels" in options and _LAST not in channels:
        yield f"--override-channels is left out: Python comes from {_LAST}"
