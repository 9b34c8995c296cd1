"""Whether installed conda packages satisfy a match specification, judged by records alone.

What conda installed is judged by its record in `conda-meta`: version, build, channel, and what it
depends on, down to the last. A distribution that pip installed, or that the base shows, counts as
a package of its name where nothing is said of a build or a channel.

Source: "Package match specifications" in conda's documentation.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, AbstractSet, Iterator, NamedTuple, Sequence

from packaging.utils import canonicalize_name

from davos.distributions import index
from davos.distributions.conda_names import held_names, package_name
from davos.distributions.conda_packages import conda_packages, find_conda_package
from davos.environments.requirement_check import Conflict, Verdict, lacks
from davos.onion.match_spec import MatchSpec, MatchSpecError, accepts, read_match_spec
from davos.onion.version_constraint import read_constraint

if TYPE_CHECKING:
    from davos.distributions.conda_packages import CondaPackage
    from davos.distributions.distribution import Distribution

__all__ = ["Places", "conda_conflicts", "distribution_of", "satisfies_spec"]

_NAME = re.compile(r"(?:\S+::)?([A-Za-z0-9_.-]*)")


class Places(NamedTuple):
    """Prefixes with records and a search path; what comes first hides what comes later.

    The records of packages named in `gone` do not count.
    """

    prefixes: Sequence[str]
    path: Sequence[str] | None = None
    gone: AbstractSet[str] = frozenset()


class _Found(NamedTuple):
    """What has a name: a package with its record, or a distribution without one."""

    package: CondaPackage | None
    distribution: Distribution | None

    def fits(self, spec: MatchSpec) -> bool:
        """Whether it is what a specification asks for."""
        one = self.package
        if one is not None:
            return accepts(spec, one.version, one.build, one.channel, one.sha256)
        return self.distribution is not None and accepts(spec, self.distribution.version)

    @property
    def shown(self) -> str:
        """Version and build."""
        if self.package is not None:
            return f"{self.package.version} {self.package.build}".rstrip()
        return self.distribution.version if self.distribution is not None else ""


def satisfies_spec(spec: MatchSpec, places: Places) -> Verdict:
    """Whether what is installed fits a specification, with all that it depends on."""
    found = _find(spec.name, places)
    if found is None:
        return Verdict(None, f"{spec.name} is not installed")
    package = found.package
    reason = _unfit(spec, found, places)
    if not reason and package is not None:
        reason = _missing(package, places)
    return Verdict(_distribution(found, places), reason, package=package)


def distribution_of(
    package: CondaPackage, path: Sequence[str] | None = None
) -> Distribution | None:
    """The distribution in a package, that of its own name first; None if it holds none."""
    names = sorted(package.distribution_names, key=lambda name: name != package.normalized_name)
    found = (index.find_distribution(name, path) for name in names)
    return next(filter(None, found), None)


def _distribution(found: _Found, places: Places) -> Distribution | None:
    """The distribution of what was found."""
    package, there = found.package, found.distribution
    if package is None or (there and there.normalized_name in package.distribution_names):
        return there
    return distribution_of(package, places.path)


def conda_conflicts(changed: AbstractSet[str], places: Places, location: str) -> list[Conflict]:
    """What the packages of the prefixes depend on among `changed` names and is not met any more.

    The names are those of packages, or normalised ones of distributions. `location` is what the
    conflicts say of the place of the packages.
    """
    touched = {canonicalize_name(one) for name in changed for one in (name, package_name(name))}
    found: dict[str, CondaPackage] = {}
    for prefix in places.prefixes:
        for name, several in conda_packages(prefix).items():
            if name not in places.gone and several[0].is_installed:
                found.setdefault(name, several[0])
    return [
        Conflict(one.name, one.version, text, reason, location, of_conda=True)
        for one in found.values()
        for text in one.depends
        if not touched.isdisjoint(map(canonicalize_name, (one.name, _name_in(text))))
        for reason in [_dependency(text, places).reason]
        if reason
    ]


def _find(name: str, places: Places) -> _Found | None:
    """What has a name. A distribution in a place before that of the record hides it."""
    there = _held(name, places)
    package = None if name in places.gone else find_conda_package(name, places.prefixes)
    if package is not None and not _is_hidden(package, there, places.prefixes):
        return _Found(package, there)
    return None if there is None else _Found(None, there)


def _held(name: str, places: Places) -> Distribution | None:
    """The distribution that a package of some name would hold."""
    found = (index.find_distribution(one, places.path) for one in held_names(name))
    return next(filter(None, found), None)


def _is_hidden(package: CondaPackage, there: Distribution | None, prefixes: Sequence[str]) -> bool:
    location = "" if there is None else str(there.location)
    before = prefixes[: list(prefixes).index(str(package.prefix))]
    return any(location.startswith(f"{prefix}{os.sep}") for prefix in before)


def _unfit(spec: MatchSpec, found: _Found, places: Places) -> str:
    """Why what was found is not what a specification asks for; or empty text."""
    if not found.fits(spec):
        return f"{spec.name} {found.shown} is installed"
    if found.package is None and found.distribution is not None:
        return lacks(found.distribution, (), places.path)
    return ""


class _Memory:
    """The packages all of whose dependencies were met, while nothing has changed since."""

    places: tuple[object, ...] = ()
    listings: Sequence[object] = ()
    met: set[CondaPackage] = set()  # noqa: RUF012


def _met(places: Places) -> set[CondaPackage]:
    listings = [conda_packages(prefix) for prefix in places.prefixes]
    state = (index.state(), tuple(index.entries(places.path)), places.gone)
    same = len(listings) == len(_Memory.listings) and all(
        one is other for one, other in zip(listings, _Memory.listings)
    )
    if _Memory.places != state or not same:
        _Memory.places, _Memory.listings, _Memory.met = state, listings, set()
    return _Memory.met


def _missing(package: CondaPackage, places: Places) -> str:
    """What a package, or what it depends on, depends on and is not there; or empty text."""
    met = _met(places)
    waiting = [package]
    seen = {package}
    for one in waiting:  # which grows meanwhile
        for text in one.depends if one not in met else ():
            needed = _dependency(text, places)
            if not needed:
                return f"{one.name} needs {text}: {needed.reason}"
            if needed.package and needed.package not in seen:
                seen.add(needed.package)
                waiting.append(needed.package)
    met |= seen
    return ""


def _dependency(text: str, places: Places) -> Verdict:
    """Whether what a package depends on is there. The machine's properties do not change."""
    name = _name_in(text)
    if name.startswith("__") or not name:
        return Verdict(None)
    if name == "python":
        package = find_conda_package(name, places.prefixes)
        return Verdict(None, _other_python(text), package=package)
    found = _find(name, places)
    if found is None:
        return Verdict(None, f"{name} is not installed")
    try:
        reason = _unfit(read_match_spec(text), found, places)
    except MatchSpecError:  # the solver could read it
        reason = ""
    return Verdict(found.distribution, reason, package=found.package)


def _name_in(text: str) -> str:
    match = _NAME.match(text)
    return match[1].lower() if match else ""


def _other_python(text: str) -> str:
    """Why the running Python is not one that a package was built for."""
    words: Iterator[str] = iter(text.split()[1:])
    version = ".".join(map(str, sys.version_info[:3]))
    try:
        fits = read_constraint(next(words, "*")).admits(version)
    except ValueError:  # the solver could read it
        return ""
    return "" if fits else f"Python {version} is running"
