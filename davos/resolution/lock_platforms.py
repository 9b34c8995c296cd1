"""The environments that a lock is for, and which markers and files fit one of them.

Pure, on PEP 751 tables as dictionaries. The environments are CPython of one minor version on
Linux, macOS and Windows, each on 64-bit Intel and ARM processors.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Mapping, NamedTuple
from urllib.parse import unquote, urlsplit

from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName
from packaging.utils import parse_wheel_filename

if TYPE_CHECKING:
    from packaging.tags import Tag

__all__ = ["PLATFORMS", "Platform", "ever_true", "limited_to_wheels", "narrowed", "together"]


class Platform(NamedTuple):
    """An operating system on a processor, as markers name it, and the tags of its wheels."""

    platform_system: str
    sys_platform: str
    os_name: str
    machine: str
    tags: re.Pattern[str]


_PLATFORMS = (
    ("Linux", "linux", "posix", "x86_64", r"(many|musl)?linux.*_x86_64"),
    ("Linux", "linux", "posix", "aarch64", r"(many|musl)?linux.*_aarch64"),
    ("Darwin", "darwin", "posix", "x86_64", r"macosx_.*_(x86_64|universal2?|intel|fat64)"),
    ("Darwin", "darwin", "posix", "arm64", r"macosx_.*_(arm64|universal2)"),
    ("Windows", "win32", "nt", "AMD64", r"win_amd64"),
    ("Windows", "win32", "nt", "ARM64", r"win_arm64"),
)
PLATFORMS = tuple(Platform(*row[:-1], re.compile(row[-1])) for row in _PLATFORMS)


def ever_true(marker: str | None, python: str) -> bool:
    """Whether a marker is true on some platform, for a minor version of Python (`3.11`)."""
    return any(_holds(marker, env) for _, env in _environments(python))


def together(one: str | None, other: str | None, python: str) -> bool:
    """Whether two markers are true in one environment."""
    return any(_holds(one, env) and _holds(other, env) for _, env in _environments(python))


def narrowed(content: Mapping[str, Any], python: str) -> dict[str, Any]:
    """A lock with only the packages and files that fit a minor version of Python.

    A marker that is true on every platform is left out, and so are source archives where each
    platform has a wheel, and upload times, for which JSON has no type.
    """
    packages = [
        _package(package, python)
        for package in content.get("packages", ())
        if ever_true(package.get("marker"), python)
    ]
    major, minor = python.split(".")
    requires = f">={python},<{major}.{int(minor) + 1}"
    return {**content, "requires-python": requires, "packages": packages}


def limited_to_wheels(package: dict[str, Any]) -> dict[str, Any]:
    """A package with a marker for the systems that it has files for, if that is not all."""
    names = [_name(one) for one in package.get("wheels", ())]
    found = {one.sys_platform for one in PLATFORMS if any(_runs_on(name, one) for name in names)}
    limit = _limit(found)
    if not names or "sdist" in package or limit is None:
        return package
    marker = f"({package['marker']}) and ({limit})" if "marker" in package else limit
    return {**package, "marker": marker}


def _limit(systems: set[str]) -> str | None:
    """A marker that is true on some systems; None if these are all."""
    others = {one.sys_platform for one in PLATFORMS} - systems
    if len(others) == 1:
        return f"sys_platform != '{others.pop()}'"
    return " or ".join(f"sys_platform == '{one}'" for one in sorted(systems)) if others else None


def _simplified(marker: str, python: str) -> str | None:
    """A marker that means the same for a minor version of Python; None if it is always true."""
    found: dict[str, set[bool]] = {}
    for platform, environment in _environments(python):
        found.setdefault(platform.sys_platform, set()).add(_holds(marker, environment))
    if any(len(values) > 1 for values in found.values()):
        return marker
    return _limit({system for system, values in found.items() if True in values})


def _package(package: Mapping[str, Any], python: str) -> dict[str, Any]:
    made = {key: value for key, value in package.items() if value is not None}
    marker = made.get("marker")
    environments = _environments(python)
    simple = _simplified(marker, python) if marker else None
    if simple is None:
        made.pop("marker", None)
    else:
        made["marker"] = simple
    wheels = [one for one in made.pop("wheels", ()) if _fits(_name(one), python)]
    wanted = [where for where, env in environments if _holds(marker, env)]
    covered = all(any(_runs_on(_name(one), platform) for one in wheels) for platform in wanted)
    sdist = made.pop("sdist", None)
    if sdist and not (wheels and covered):
        made["sdist"] = _file(sdist)
    if wheels:
        made["wheels"] = [_file(one) for one in wheels]
    if "archive" in made:
        made["archive"] = _file(made["archive"])
    return made


def _file(file: Mapping[str, Any]) -> dict[str, Any]:
    made = {key: value for key, value in file.items() if key != "upload-time" and value is not None}
    if made.get("name") == _name({key: made[key] for key in made if key != "name"}):
        del made["name"]
    return made


def _name(file: Mapping[str, Any]) -> str:
    """The name of a file, which may be that in its URL."""
    path = file.get("path") or unquote(urlsplit(file.get("url") or "").path)
    return file.get("name") or re.split(r"[/\\]", path)[-1]


@lru_cache(maxsize=4096)
def _tags(name: str) -> frozenset[Tag]:
    return parse_wheel_filename(name)[-1]


def _fits(name: str, python: str) -> bool:
    return any(
        _fits_python(tag, python)
        and (tag.platform == "any" or any(one.tags.fullmatch(tag.platform) for one in PLATFORMS))
        for tag in _tags(name)
    )


def _runs_on(name: str, platform: Platform) -> bool:
    tags = _tags(name)
    return any(tag.platform == "any" or platform.tags.fullmatch(tag.platform) for tag in tags)


def _fits_python(tag: Tag, python: str) -> bool:
    """Whether CPython of a minor version loads what a wheel's tag says (PEP 425)."""
    major, minor = python.split(".")
    own = f"{major}{minor}"
    if tag.interpreter == f"cp{own}":
        return tag.abi in {f"cp{own}", "abi3", "none"}
    found = re.fullmatch(r"(cp|py)3(\d*)", tag.interpreter)
    if found is None or int(found[2] or 0) > int(minor):
        return False
    return tag.abi == "abi3" if found[1] == "cp" else tag.abi == "none"


@lru_cache(maxsize=16)
def _environments(python: str) -> tuple[tuple[Platform, dict[str, str]], ...]:
    """The platforms with the variables of markers, for the first and last micro versions."""
    return tuple(
        (platform, _environment(python, f"{python}.{micro}", platform))
        for platform in PLATFORMS
        for micro in (0, 99)
    )


def _environment(python: str, full: str, platform: Platform) -> dict[str, str]:
    return {
        "extra": "",
        "implementation_name": "cpython",
        "implementation_version": full,
        "os_name": platform.os_name,
        "platform_machine": platform.machine,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": platform.platform_system,
        "platform_version": "",
        "python_full_version": full,
        "python_version": python,
        "sys_platform": platform.sys_platform,
    }


def _holds(marker: str | None, environment: dict[str, str]) -> bool:
    """Whether a marker is true; one that names what only an installer knows may be."""
    if not marker:
        return True
    try:
        return Marker(marker).evaluate(environment)
    except (InvalidMarker, UndefinedEnvironmentName):
        return True
