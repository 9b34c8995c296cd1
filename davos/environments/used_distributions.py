"""Everything that a notebook uses: what was asked for, and all that it needs, wherever it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Sequence

from packaging.utils import canonicalize_name

from davos.distributions.freeze import frozen, frozen_package
from davos.distributions.index import find_distribution
from davos.environments.requirement_check import needed

if TYPE_CHECKING:
    from davos.distributions.conda_packages import CondaPackage
    from davos.distributions.distribution import Distribution

__all__ = ["frozen_lines", "used_distributions"]


def used_distributions(names: Iterable[str], path: Sequence[str]) -> list[Distribution]:
    """The distributions of some names on a search path, with all that they need; sorted by name.

    Extras are left out, and what the path does not show.
    """
    found: dict[str, Distribution] = {}
    for name in {canonicalize_name(name) for name in names}:
        root = find_distribution(name, path)
        if root is not None:
            reached = (find_distribution(one, path) for one in needed(root, path))
            found.update({one.normalized_name: one for one in (root, *reached) if one})
    return [found[name] for name in sorted(found)]


def frozen_lines(found: Iterable[Distribution], libraries: Iterable[CondaPackage] = ()) -> str:
    """Distributions as lines of a requirements file, as `pip freeze` writes them.

    `libraries` are conda packages that hold none.
    """
    return "\n".join([*map(frozen, found), *map(frozen_package, libraries)])
