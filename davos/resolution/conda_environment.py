"""A document as an environment of conda: its conda onion comments, and its lock for pip."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Collection, Iterator, Mapping, Sequence

from packaging.utils import canonicalize_name

from davos.credentials import without_credentials
from davos.installers.conda_channels import without_secrets
from davos.resolution.lock_export import Exported, pip_lines

if TYPE_CHECKING:
    from davos.onion.match_spec import MatchSpec
    from davos.resolution.asked import Asked
    from davos.resolution.lock_document import Lock

__all__ = ["dependency", "environment"]

# The channel that Python comes from, whatever the onion comments name.
_LAST = "conda-forge"
_PLAIN = re.compile(r"conda-forge|pip|python(?:=\d+\.\d+)?")
_UNSAID = ("strict_channel_priority", "no_channel_priority", "no_deps", "exclude_newer")


def environment(
    name: str, python: str | None, asked: Sequence[Asked], lock: Lock | None
) -> Exported:
    """The text of an `environment.yml`: what `asked` has for conda, and the lock's packages by pip.

    A package of the lock that is asked of conda is left to conda. Channels are written without
    credentials.
    """
    wanted = [one for one in asked if one.onion.installer == "conda"]
    specs = [one.requirement.match_spec for one in wanted]
    names = {canonicalize_name(spec.name) for spec in specs if spec}
    dependencies = [
        f"python={python}" if python else "python",
        *dict.fromkeys(dependency(spec) for spec in specs if spec),
    ]
    by_pip = pip_lines(lock, names) if lock else []
    lines = [f"name: {json.dumps(name)}", "channels:", *_items(_channels(wanted))]
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


def _channels(wanted: Sequence[Asked]) -> list[str]:
    """The channels of all onion comments, once each, those of `-c` first."""
    named = [channel for one in wanted for channel in one.onion.options.get("channel", ())]
    specs = [one.requirement.match_spec for one in wanted]
    named += [spec.channel for spec in specs if spec and spec.channel]
    return list(dict.fromkeys([*map(_public, named), _LAST]))


def _public(channel: str) -> str:
    return without_secrets(without_credentials(channel))


def _notes(wanted: Sequence[Asked], lock: Lock | None, names: Collection[str]) -> Iterator[str]:
    """What the file does not say of what was asked for."""
    for one in wanted:
        yield from (f"{note} ({one.place})" for note in _unsaid(one.onion.options))
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
