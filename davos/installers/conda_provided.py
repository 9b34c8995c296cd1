"""What is installed without conda, and requirements of PEP 508, as conda's solver knows them.

The records of what is installed stand for packages that need not be fetched: the solver prefers
them where they fit, and takes a package of a channel where they do not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, AbstractSet, Iterable, Iterator, NamedTuple

from packaging.markers import UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.utils import canonicalize_name

from davos.distributions.conda_names import package_name

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution

__all__ = ["Provided", "match_spec", "provided_by"]

_BUILD = "pypi_0"  # what conda itself calls what pip installed
_VERSION = re.compile(r"[0-9][\w.!+]*", re.ASCII)
_BEGINNING = re.compile(r"==(?=[^,]*\.\*)")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
_FOR_EXTRA = re.compile(r";\s*extra\s*==")  # parsing all of them would take a tenth of a second
_SAFE_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]*", re.ASCII)


class Provided(NamedTuple):
    """A record for the solver: what is installed, and the specs of what it needs."""

    name: str
    version: str
    build: str = _BUILD
    depends: tuple[str, ...] = ()


def match_spec(required: Pep508) -> str:
    """A requirement by name as a match specification, without its extras and its marker.

    What is `==1.*` for PEP 440 is `1.*` for conda, which refuses the other.
    """
    versions = str(required.specifier).replace("===", "==")
    versions = _BEGINNING.sub("", versions)
    return f"{package_name(required.name)} {versions}".rstrip()


def provided_by(
    distributions: Iterable[Distribution], without: AbstractSet[str] = frozenset()
) -> list[Provided]:
    """The records of distributions, without those that would have one of some names.

    A distribution has a record for each name that channels may know it by: `ruamel.yaml`,
    `typing_extensions`. What it needs counts as far as it is fulfilled; what is broken already need
    not be mended by this install.
    """
    found = {one.normalized_name: one for one in distributions if _VERSION.fullmatch(one.version)}
    records = []
    for one in found.values():
        needs = tuple(sorted(set(_needs(one, found))))
        names = (name for name in _spellings(one) if name not in without)
        records += [Provided(name, one.version, depends=needs) for name in names]
    return records


def _spellings(distribution: Distribution) -> list[str]:
    usual = package_name(distribution.normalized_name)
    if usual != distribution.normalized_name:
        return [usual]
    lower = distribution.name.lower()
    several = dict.fromkeys([usual, usual.replace("-", "_"), lower])
    return [name for name in several if _SAFE_NAME.fullmatch(name)]


def _needs(distribution: Distribution, there: dict[str, Distribution]) -> Iterator[str]:
    for text in distribution.requires:
        name = _NAME.match(text)
        found = there.get(canonicalize_name(name[0])) if name else None
        required = _applying(text) if found and not _FOR_EXTRA.search(text) else None
        if required and found and required.specifier.contains(found.version, prereleases=True):
            yield match_spec(required)


def _applying(text: str) -> Pep508 | None:
    """A requirement by name that counts here without any extra."""
    try:
        required = Pep508(text)
        applies = required.marker is None or required.marker.evaluate({"extra": ""})
    except (InvalidRequirement, UndefinedEnvironmentName):
        return None
    return required if applies and required.url is None else None
