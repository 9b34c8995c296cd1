"""What of a project leaves for what is staged: by name, and by what belongs together.

A conda package of Python modules holds distributions. It leaves with the distribution that
another installer replaces, so that no record names files that are gone; and its distributions
leave with it where another conda package takes its place.
"""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    AbstractSet,
    Iterable,
    Iterator,
    Mapping,
    NamedTuple,
    Sequence,
    Tuple,
)

from davos.distributions import index
from davos.distributions.conda_packages import CondaPackage, conda_packages
from davos.distributions.distribution import Distribution
from davos.environments import overlay
from davos.environments.claimed_files import is_listed

if TYPE_CHECKING:
    from pathlib import Path

    from davos.environments.claimed_files import Owner

__all__ = ["Names", "Present", "named"]

Names = Tuple[Tuple[str, str], ...]


class Present(NamedTuple):
    """What a project holds: distributions by normalised name, conda packages, which holds which."""

    distributions: Mapping[str, Sequence[Distribution]]
    packages: Sequence[CondaPackage]
    holders: Mapping[Distribution, CondaPackage]

    @classmethod
    def of(cls, project: Path) -> Present:
        """What is in a prefix."""
        site_packages = overlay.site_packages_of(project)
        found = index.in_folder(str(site_packages))
        distributions = [one for same in found.values() for one in same]
        packages = [one for same in conda_packages(str(project)).values() for one in same]
        folder = site_packages.relative_to(project).as_posix()
        holders = dict(_holders(distributions, packages, folder)) if packages else {}
        return cls(found, packages, holders)

    @property
    def owners(self) -> list[Owner]:
        """All that claims files."""
        distributions = (one for same in self.distributions.values() for one in same)
        return [*distributions, *self.packages]

    @property
    def held(self) -> AbstractSet[Owner]:
        """The distributions that conda packages hold."""
        return set(self.holders)

    def replaced_by(self, staged: Sequence[Owner]) -> list[Owner]:
        """What leaves for what is staged: what has its name, and what goes with that."""
        names = {one.normalized_name for one in staged if isinstance(one, Distribution)}
        conda_names = {one.name for one in staged if isinstance(one, CondaPackage)}
        replaced = [one for one in self.packages if one.name in conda_names]
        same = [
            one
            for name, several in self.distributions.items()
            for one in several
            if name in names or self.holders.get(one) in replaced
        ]
        holding = [self.holders[one] for one in same if one in self.holders]
        return [*same, *dict.fromkeys([*replaced, *holding])]


def _holders(
    distributions: Sequence[Distribution], packages: Sequence[CondaPackage], folder: str
) -> Iterator[tuple[Distribution, CondaPackage]]:
    """The conda package among whose files the metadata of a distribution is, for each."""
    for package in packages:
        likely = [one for one in distributions if is_listed(package, [one.info.name])]
        files = package.files if likely else ()
        for one in likely:
            start = f"{folder}/{one.info.name}"
            if any(file == start or file.startswith(f"{start}/") for file in files):
                yield one, package


def named(owners: Iterable[Owner]) -> Names:
    """Names and versions, sorted; a conda package that has the name of a distribution once."""
    found = [one for one in owners if one.readable]
    distributions = {one.normalized_name for one in found if isinstance(one, Distribution)}
    shown = [
        (one.name, one.version)
        for one in found
        if isinstance(one, Distribution) or one.normalized_name not in distributions
    ]
    return tuple(sorted(shown))
