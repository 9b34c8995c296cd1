"""The packages of conda in a lock: `[[tool.davos.conda]]`, checked before anything is fetched.

Each entry has the name, version, build, folder (`subdir`) and channel of a package, the URL and
the sha256 of its file, and what py-rattler records of it. The URL says nothing that the other keys
do not say: it is the file of that name in that folder of that channel.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from packaging.utils import canonicalize_name

from davos.credentials import credentials, masked
from davos.environments.requirement_check import contains
from davos.exceptions import LockError
from davos.installers.conda_locked import KIND, LockedPackage, distribution_name
from davos.onion.match_spec import MatchSpecError, accepts, read_match_spec
from davos.resolution.locked_requirements import misfit

if TYPE_CHECKING:
    from pathlib import Path

    from davos.installers.base import LockedFile
    from davos.onion.comment import Requirement
    from davos.onion.match_spec import MatchSpec
    from davos.resolution.lock_document import Lock

__all__ = ["lock_misfit", "locked_packages", "other_platform", "package_misfit", "packages_in"]

_MOST_PACKAGES = 5_000
_MOST_SPECS = 1_000
_LONGEST = 1_000  # characters
_SCHEMES = ("http", "https", "file")
_ENDINGS = (".conda", ".tar.bz2")
_TEXTS: Mapping[str, re.Pattern[str]] = {
    "name": re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?", re.ASCII),
    "version": re.compile(r"[A-Za-z0-9][A-Za-z0-9_.!+]*", re.ASCII),
    "build": re.compile(r"[A-Za-z0-9_.+]+", re.ASCII),
    "subdir": re.compile(r"noarch|(?:linux|osx|win|emscripten|wasi)-\w+", re.ASCII),
    "channel": re.compile(r"(?:https?|file)://[^\s?#]+[^\s?#/]"),
    "url": re.compile(r"(?:https?|file)://[^\s?#]+"),
    "sha256": re.compile(r"[0-9a-f]{64}", re.ASCII),
}
_NOARCH = (None, "python", "generic")


def locked_packages(lock: Lock) -> tuple[LockedPackage, ...]:
    """The packages of conda that a lock names, in its order.

    Raises `LockError`, which names the place, for an entry that is not the file of its channel or
    has no digest.
    """
    return packages_in(lock.conda, lock.path)


def packages_in(entries: Sequence[Any], path: Path) -> tuple[LockedPackage, ...]:
    """The packages of the entries of a lock, which `path` names; see `locked_packages`."""
    if len(entries) > _MOST_PACKAGES:
        raise _refused(path, "", f"it has {len(entries)} packages; {_MOST_PACKAGES} are allowed")
    found: dict[str, LockedPackage] = {}
    for number, entry in enumerate(entries):
        place = f"[{number}]"
        if not isinstance(entry, dict):
            raise _refused(path, place, "it is not a table")
        key, reason = next(_objections(entry), ("", ""))
        if reason:
            raise _refused(path, f"{place}.{key}", reason)
        one = _package(entry)
        if one.package in found:
            raise _refused(path, f"{place}.name", f"{one.package} is there a second time")
        found[one.package] = one
    return tuple(found.values())


def _refused(path: Path, place: str, reason: str) -> LockError:
    where = f"tool.davos.conda{place}"
    return LockError(f"{path}: the lock cannot be used: {where}: {masked(reason)}")


def _objections(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry: a key, and a sentence."""
    for key, pattern in _TEXTS.items():
        value = entry.get(key)
        if not isinstance(value, str):
            yield key, "it is missing" if value is None else "it is not a text"
        elif len(value) > _LONGEST or not pattern.fullmatch(value):
            yield key, f"{value[:80]!r} is no {_WORDS.get(key, key)}"
    yield from _of_the_file(entry)
    for key, fits in _OTHERS.items():
        if key in entry and not fits(entry[key]):
            yield key, f"{str(entry[key])[:80]!r} has no place here"


def _of_the_file(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    channel, url = entry["channel"], entry["url"]
    for key, value in (("channel", channel), ("url", url)):
        if any(credentials(value)) or "@" in urlsplit(value).netloc:
            yield key, f"{value} holds credentials, which do not belong into a lock"
    folder, _, file = url.rpartition("/")
    if folder != f"{channel}/{entry['subdir']}":
        yield "url", f"{url} is not in the folder {entry['subdir']} of the channel {channel}"
    names = [f"{entry['name']}-{entry['version']}-{entry['build']}{end}" for end in _ENDINGS]
    if unquote(file) not in names:
        yield "url", f"{url} is not {' or '.join(names)}"
    if ".." in unquote(channel).split("/"):
        yield "channel", f"{channel} has a part `..`"


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 50


def _are_specs(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= _MOST_SPECS
        and all(isinstance(one, str) and len(one) <= _LONGEST for one in value)
    )


def _is_spec(value: Any) -> bool:
    try:
        read_match_spec(value)
    except (MatchSpecError, TypeError, AttributeError):
        return False
    return True


_WORDS = {
    "name": "name of a package",
    "subdir": "folder of a channel",
    "channel": f"URL of a channel ({', '.join(_SCHEMES)})",
    "url": f"URL ({', '.join(_SCHEMES)})",
    "sha256": "sha256, 64 digits 0-9a-f",
}
_OTHERS: Mapping[str, Callable[[Any], bool]] = {
    "build-number": _is_number,
    "size": _is_number,
    "noarch": lambda value: value in _NOARCH,
    "depends": _are_specs,
    "constrains": _are_specs,
    "requested": _is_spec,
}


def _package(entry: Mapping[str, Any]) -> LockedPackage:
    return LockedPackage(
        name=distribution_name(entry["name"]),
        version=entry["version"],
        kind=KIND,
        url=entry["url"],
        hashes={"sha256": entry["sha256"]},
        filename=unquote(entry["url"].rpartition("/")[2]),
        package=entry["name"],
        build=entry["build"],
        build_number=entry.get("build-number", 0),
        subdir=entry["subdir"],
        channel=entry["channel"],
        size=entry.get("size"),
        noarch=entry.get("noarch"),
        depends=tuple(entry.get("depends", ())),
        constrains=tuple(entry.get("constrains", ())),
        requested=entry.get("requested", ""),
    )


def other_platform(packages: Sequence[LockedPackage], here: str) -> str:
    """Which packages are for another platform than `here`; empty if none is."""
    others = [one for one in packages if one.subdir not in {"noarch", here}]
    if not others:
        return ""
    names = ", ".join(f"{one.package} {one.version} is for {one.subdir}" for one in others)
    return f"packages of conda for {here}: {names}"


def package_misfit(spec: MatchSpec, packages: Mapping[str, LockedPackage]) -> str:
    """Why packages of a lock, by conda's names, do not fit a specification; empty if they do."""
    one = packages.get(spec.name)
    if one is None:
        return "the lock does not hold it"
    place = f"{one.channel}/{one.subdir}"
    fits = accepts(spec, one.version or "", one.build, place, one.sha256)
    return "" if fits else f"the lock holds {one.shown} of {one.channel}"


def lock_misfit(
    requirement: Requirement,
    files: Mapping[str, LockedFile],
    packages: Mapping[str, LockedPackage],
) -> str:
    """Why a lock does not hold what is required; empty if it does (see `misfit`).

    What pip is asked for by name may be a package of conda. `files` are by normalised name,
    `packages` by conda's.
    """
    if requirement.match_spec is not None:
        return package_misfit(requirement.match_spec, packages)
    reason = misfit(requirement, files)
    if not reason or requirement.url or requirement.path or requirement.extras:
        return reason
    wanted = canonicalize_name(requirement.name or "")
    found = (one for one in packages.values() if one.is_python and one.name == wanted)
    one = next(found, None)
    if one is None:
        return reason
    if contains(requirement.specifier, one.version or "") is False:
        return f"the lock holds {one.shown} of conda"
    return ""
