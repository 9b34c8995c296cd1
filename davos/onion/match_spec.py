"""conda's package match specifications, as far as they name one package of a channel.

They are read here and not by py-rattler, which davos does not depend on: a document is checked
with any Python, and py-rattler takes texts that mean a file or another package.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterator, Mapping, NamedTuple

from davos.onion.characters import first_refused
from davos.onion.conda_version import VersionError
from davos.onion.version_constraint import VersionConstraint, read_constraint

__all__ = ["MatchSpec", "MatchSpecError", "accepts", "cannot_both_hold", "read_match_spec"]

_SUBDIRS = frozenset(
    f"{system}-{machine}"
    for system, machines in {
        "linux": "32 64 aarch64 armv6l armv7l ppc64le ppc64 riscv32 riscv64 s390x",
        "osx": "64 arm64",
        "win": "32 64 arm64",
    }.items()
    for machine in machines.split()
) | {"noarch"}
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_BEHIND_NAME = re.compile(r"\s*(?P<name>[^\s=<>!~|,]+)\s*(?P<rest>.*)", re.DOTALL)
_FIELDS = re.compile(
    r"(?P<versions>.*?[^\s=<>!~|,])(?:\s*(?<![=<>!~])=\s*|\s+)(?P<build>[^\s=<>!~|,]+)\s*"
)
# what stands where a version is expected, and begins as a name does
_SECOND = re.compile(r"(?:\A|.*?,)\s*(?!v\d)(?P<name>[A-Za-z_][\w.-]*)", re.DOTALL)
# compiled where a text has such a part: most have none
_CHANNEL = r"(?a:[A-Za-z0-9_][\w.-]*(?:/[A-Za-z0-9_][\w.-]*)*)"
_BUILD = r"(?a:[\w.+*]+)"
_SHA256 = r"[0-9a-f]{64}"
_BRACKETS = r"(?P<before>[^\[\]]*)\[(?P<inside>[^\[\]]*)\]\s*"
_SETTING = (
    r"""\s*(?P<key>\w+)\s*=\s*(?:'(?P<one>[^']*)'|"(?P<two>[^"]*)"|(?P<plain>[^\s,'"]*))"""
    r"\s*(?:,|\Z)"
)
_ARCHIVE = (".conda", ".tar.bz2")
_KEYS = ("version", "build", "channel", "subdir", "sha256")
_MOST_CHARACTERS = 1000


class MatchSpecError(ValueError):
    """What is wrong with a match specification, for the reader of the onion comment."""


class MatchSpec(NamedTuple):
    """One package of a channel: an empty text stands for what is not said.

    `channel` is a name such as `conda-forge` and `subdir` one of its folders: packages of other
    channels are not accepted, and the channel is searched in addition to those of `-c`. `build`
    may hold `*`.
    """

    name: str
    versions: VersionConstraint | None = None
    build: str = ""
    channel: str = ""
    subdir: str = ""
    sha256: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether one version is named, with a build or without."""
        return self.versions is not None and self.versions.exact != ""

    def pinned(self, version: str) -> str:
        """The text that asks for one version instead, of the same channel, build and file."""
        build = f"={self.build}" if self.build else ""
        return f"{self._place}{self.name}=={version}{build}{self._bracketed()}"

    @property
    def _place(self) -> str:
        if not self.channel:
            return ""
        return f"{self.channel}/{self.subdir}::" if self.subdir else f"{self.channel}::"

    @property
    def canonical(self) -> str:
        """The spelling in which conda and py-rattler cannot read anything else.

        `conda-forge::numpy[version='1.26.*',build='py*']`.
        """
        version = self.versions.text if self.versions else ""
        return f"{self._place}{self.name}{self._bracketed(version=version, build=self.build)}"

    def _bracketed(self, **settings: str) -> str:
        """These settings in brackets, with those that cannot stand before them."""
        settings["subdir"] = "" if self.channel else self.subdir
        settings["sha256"] = self.sha256
        inside = ",".join(f"{key}='{value}'" for key, value in settings.items() if value)
        return f"[{inside}]" if inside else ""


def accepts(
    spec: MatchSpec, version: str, build: str = "", channel: str = "", sha256: str = ""
) -> bool:
    """Whether an installed package of the same name fulfils a match specification.

    `channel` is its name or URL, with or without the folder of its platform. What the
    specification asks for and is not known of the package counts as not fulfilled.
    """
    return (
        (spec.versions is None or spec.versions.admits(version))
        and (not spec.build or _fits(spec.build, build))
        and _is_of(channel, spec)
        and (not spec.sha256 or spec.sha256 == sha256)
    )


def cannot_both_hold(one: MatchSpec, other: MatchSpec) -> bool:
    """Whether it can be told that no package fulfils both: by a version, build, place or file."""
    if one.name != other.name:
        return False
    both = ((one.channel, other.channel), (one.subdir, other.subdir), (one.sha256, other.sha256))
    return (
        _rules_out(one.versions, other.versions)
        or _rules_out(other.versions, one.versions)
        or _differ(one.build, other.build)
        or any(mine and others and mine != others for mine, others in both)
    )


def _rules_out(versions: VersionConstraint | None, others: VersionConstraint | None) -> bool:
    """Whether versions are an exact one that is not among others."""
    if versions is None or others is None or not versions.exact:
        return False
    return not others.admits(versions.exact)


def _differ(build: str, other: str) -> bool:
    """Whether one of two builds is named and does not fit the other, which may be a pattern."""
    if not build or not other or ("*" in build and "*" in other):
        return False
    return not (_fits(other, build) if "*" not in build else _fits(build, other))


@lru_cache(maxsize=512)
def read_match_spec(text: str) -> MatchSpec:
    """The match specification that a text states.

    `NAME`, `NAME=1.26`, `NAME>=1,<2`, `NAME=1.26.4=BUILD`, `"NAME 1.26.4 BUILD"`,
    `CHANNEL/SUBDIR::NAME`, `NAME[version='>=1.2',build=py*]`.

    Raises
    ------
    MatchSpecError
        at a URL, a path, a file of a package, a marker, and what is no specification.

    """
    _refuse_dangerous(text)
    before, settings = _bracketed(text)
    place, separator, named = before.rpartition("::")
    channel, subdir = _place(place.strip()) if separator else ("", "")
    found = _BEHIND_NAME.fullmatch(named)
    if found is None:
        raise MatchSpecError(f"{text!r} names no package")
    name = _name(found["name"], text)
    versions, build = _fields(found["rest"].strip(), text)
    return _merged(MatchSpec(name, versions, build, channel, subdir), settings, text)


def _refuse_dangerous(text: str) -> None:
    refused = first_refused(text)
    if refused:
        raise MatchSpecError(f"a package cannot hold {refused.description}")
    if not text.strip():
        raise MatchSpecError("the requirement is empty")
    if len(text) > _MOST_CHARACTERS:
        raise MatchSpecError(f"a requirement has at most {_MOST_CHARACTERS} characters")
    if text.lstrip()[0] == "-":
        raise MatchSpecError(f"a requirement cannot begin with a dash: {text!r}")
    reason = next(_objections(text), None)
    if reason:
        raise MatchSpecError(f"{text!r} {reason}")


def _objections(text: str) -> Iterator[str]:
    named = text.partition("[")[0].strip()
    if "://" in text or named.lower().startswith("file:"):
        yield "is a URL: name the package, and its channel with -c"
    if named.lower().endswith(_ARCHIVE):
        yield "is a file: name the package, and the folder of its channel with -c"
    if "\\" in text or named[:1] in {"/", ".", "~"} or "/" in named.rpartition("::")[2]:
        yield "is a path: name the package, and its channel with -c"
    if ";" in text:
        yield "has a marker: conda's packages have none"
    if "@" in named:
        yield "is not a package of conda; did you mean NAME=VERSION?"


def _bracketed(text: str) -> tuple[str, Mapping[str, str]]:
    """What stands before the brackets, and the settings in them."""
    if "[" not in text and "]" not in text:
        return text, {}
    found = re.fullmatch(_BRACKETS, text)
    if found is None:
        raise MatchSpecError(f"{text!r}: only one pair of brackets can stand at the end")
    return found["before"], _settings(found["inside"], text)


def _settings(inside: str, text: str) -> Mapping[str, str]:
    settings: dict[str, str] = {}
    position = 0
    while position < len(inside):
        found = re.compile(_SETTING).match(inside, position)
        if found is None:
            raise MatchSpecError(f"{text!r}: in brackets stand KEY=VALUE; conda has no extras")
        key = found["key"]
        if key not in _KEYS:
            raise MatchSpecError(f"{text!r}: davos takes {', '.join(_KEYS)} in brackets, not {key}")
        if key in settings:
            raise MatchSpecError(f"{text!r}: {key} stands twice in brackets")
        settings[key] = next(filter(None, found.group("one", "two", "plain")), "")
        position = found.end()
    return settings


def _place(text: str) -> tuple[str, str]:
    """A channel and one of its folders, from what stands before `::`."""
    channel, _, last = text.rpartition("/")
    if not channel or last not in _SUBDIRS:
        channel, last = text, ""
    return _channel(channel), last


def _channel(text: str) -> str:
    if text == "local":
        raise MatchSpecError("local is a folder of this machine: name it with -c")
    if not re.fullmatch(_CHANNEL, text):
        raise MatchSpecError(f"{text!r} is not the name of a channel")
    return text


def _name(name: str, text: str) -> str:
    if not _NAME.fullmatch(name):
        raise MatchSpecError(f"{text!r}: {name!r} is not the name of a package")
    if not any(map(str.isalpha, name)):
        raise MatchSpecError(f"{text!r} names no package: {name} would be a version")
    lower = name.lower()
    if lower.startswith("__"):
        raise MatchSpecError(f"{lower} is a property of the machine, and cannot be installed")
    if lower == "python":
        raise MatchSpecError("davos installs for the running Python, and never another one")
    return lower


def _fields(rest: str, text: str) -> tuple[VersionConstraint | None, str]:
    """The versions and the build behind a name: `=1.26`, `=1.26.4=BUILD`, ` 1.2 BUILD`."""
    found = _FIELDS.fullmatch(rest) if rest else None
    if not rest:
        return None, ""
    second = _SECOND.match(rest)
    if second:
        message = "an onion comment is about one package; in {!r}, {} would be a second"
        raise MatchSpecError(message.format(text, second["name"]))
    if found is None:
        return _versions(rest, text), ""
    versions = found["versions"]
    # conda takes the version before a build as it is: NAME=1.26=BUILD is not 1.26.*
    if versions[0] == "=" and versions[1] != "=":
        versions = versions[1:]
    return _versions(versions, text), _build(found["build"], text)


def _versions(versions: str, text: str) -> VersionConstraint:
    try:
        return read_constraint(versions)
    except VersionError as error:
        raise MatchSpecError(f"{text!r} is not a requirement: {error}") from None


def _build(build: str, text: str) -> str:
    if not re.fullmatch(_BUILD, build):
        raise MatchSpecError(f"{text!r}: {build!r} is not a build")
    return re.sub(r"\*+", "*", build)  # py-rattler takes no `**`


def _merged(spec: MatchSpec, settings: Mapping[str, str], text: str) -> MatchSpec:
    """A specification with what stands in brackets, which cannot say a thing a second time."""
    if not settings:
        return spec
    versions, build, channel, subdir = spec.versions, spec.build, spec.channel, spec.subdir
    said = {"version": versions, "build": build, "channel": channel, "subdir": subdir}
    for key, value in settings.items():
        if said.get(key):
            raise MatchSpecError(f"{text!r}: {key} stands in brackets and before them")
        if not value:
            raise MatchSpecError(f"{text!r}: {key} has no value")
    sha256 = settings.get("sha256", "")
    if sha256 and not re.fullmatch(_SHA256, sha256):
        raise MatchSpecError(f"{text!r}: sha256 takes 64 digits 0-9a-f")
    if "subdir" in settings and settings["subdir"] not in _SUBDIRS:
        raise MatchSpecError(f"{text!r}: {settings['subdir']!r} is not a platform of conda")
    return MatchSpec(
        spec.name,
        _versions(settings["version"], text) if "version" in settings else versions,
        _build(settings["build"], text) if "build" in settings else build,
        _channel(settings["channel"]) if "channel" in settings else channel,
        settings.get("subdir", subdir),
        sha256,
    )


def _fits(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern in which each `*` stands for any characters."""
    first, *others = pattern.split("*")
    if not others:
        return pattern == text
    if not text.startswith(first):
        return False
    position = len(first)
    for middle in others[:-1]:
        found = text.find(middle, position)
        if found < 0:
            return False
        position = found + len(middle)
    return len(text) - position >= len(others[-1]) and text.endswith(others[-1])


def _is_of(place: str, spec: MatchSpec) -> bool:
    """Whether a channel, by its name or URL and perhaps with a platform, is the one asked for."""
    parts = place.rstrip("/").split("/")
    subdir = parts.pop() if parts[-1] in _SUBDIRS else ""
    named = "/".join(["", *parts])
    return (not spec.channel or named.endswith(f"/{spec.channel}")) and (
        not spec.subdir or subdir == spec.subdir
    )
