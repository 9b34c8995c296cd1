"""What an onion comment asks for, as one text: the same for comments that mean the same.

A lock remembers these texts, so that it can be told whether the document still asks for that.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Any, Iterator, Mapping

from davos.credentials import masked

if TYPE_CHECKING:
    from davos.onion.comment import Onion

__all__ = ["DECISIVE", "Sharing", "asked_text", "decisive_options"]


class Sharing(Enum):
    """What becomes of an option of one onion comment when all are resolved together."""

    JOINED = "its values, or the flag, are given for the whole document"
    AGREED = "all onion comments have to give the same"
    OWN = "it is about this comment's requirement only"


DECISIVE: Mapping[str, Sharing] = {
    "constraint": Sharing.JOINED,
    "build_constraint": Sharing.JOINED,
    "extra_index_url": Sharing.JOINED,
    "find_links": Sharing.JOINED,
    "trusted_host": Sharing.JOINED,
    "no_binary": Sharing.OWN,
    "only_binary": Sharing.OWN,
    "pre": Sharing.OWN,
    "hash": Sharing.OWN,
    "index_url": Sharing.AGREED,
    "no_index": Sharing.AGREED,
    "no_deps": Sharing.AGREED,
    "ignore_requires_python": Sharing.AGREED,
    "uploaded_prior_to": Sharing.AGREED,
    "index": Sharing.JOINED,
    "exclude_newer_package": Sharing.JOINED,
    "prerelease_package": Sharing.JOINED,
    "no_sources": Sharing.JOINED,
    "no_sources_package": Sharing.JOINED,
    "exclude_newer": Sharing.AGREED,
    "fork_strategy": Sharing.AGREED,
    "index_strategy": Sharing.AGREED,
    "prerelease": Sharing.AGREED,
    "resolution": Sharing.AGREED,
    "torch_backend": Sharing.AGREED,
    "channel": Sharing.JOINED,
    "override_channels": Sharing.AGREED,
    "strict_channel_priority": Sharing.AGREED,
    "no_channel_priority": Sharing.AGREED,
    "no_pin": Sharing.JOINED,
}
"""The options that decide which files an onion gives, by the keys of `decisive_options`."""

# The first of several channels is preferred.
_ORDERED = frozenset({"channel"})
_UVS_DEFAULTS = {"prerelease": "if-necessary-or-explicit", "resolution": "highest"}


def decisive_options(onion: Onion) -> dict[str, Any]:
    """The options of an onion comment that decide which files it gives, by their destination.

    What uv spells differently has pip's key: `--default-index` is `index_url`, `--prerelease
    allow` is `pre`, `--no-build` is `only_binary` of all packages. What uv does without an
    option, too, is left out.
    """
    options = {dest: value for dest, value in onion.options.items() if dest in DECISIVE}
    if onion.installer == "uv":
        if "default_index" in onion.options:
            options["index_url"] = onion.options["default_index"]
        if options.get("prerelease") == "allow":
            del options["prerelease"]
            options["pre"] = True
        if "no_build" in onion.options:
            options["only_binary"] = [*options.get("only_binary", ()), ":all:"]
    return {key: value for key, value in options.items() if value != _UVS_DEFAULTS.get(key)}


def asked_text(onion: Onion) -> str:
    """The requirement, and the options that decide which files it gives; credentials masked.

    `Foo_Bar >=1, <2 -U --pre` is `foo-bar<2,>=1 --pre`.
    """
    return masked(" ".join([_requirement(onion), *sorted(_options(decisive_options(onion)))]))


def _requirement(onion: Onion) -> str:
    requirement = onion.requirement
    if requirement.name is None or requirement.url or requirement.path:
        return f"-e {requirement.text}" if requirement.editable else requirement.text
    if requirement.match_spec is not None:
        return f"conda: {requirement.match_spec.canonical}"
    name = re.sub(r"[-_.]+", "-", requirement.name).lower()  # PEP 503
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    marker = f" ; {requirement.marker}" if requirement.marker else ""
    return f"{name}{extras}{requirement.specifier}{marker}"


def _options(options: Mapping[str, Any]) -> Iterator[str]:
    for dest in DECISIVE:
        value = options.get(dest)
        flag = "--" + dest.replace("_", "-")
        if isinstance(value, list) and dest in _ORDERED:
            yield " ".join(f"{flag}={one}" for one in value)
        elif isinstance(value, list):
            yield from (f"{flag}={one}" for one in value)
        elif value is True:
            yield flag
        elif value:
            yield f"{flag}={value}"
