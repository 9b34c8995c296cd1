"""Who needs what in a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Iterator, Mapping, NamedTuple, Sequence

from packaging.utils import canonicalize_name

from davos.resolution.conda_beside_pip import needed_of_conda

if TYPE_CHECKING:
    from packaging.pylock import Package, Pylock

    from davos.installers.conda_locked import LockedPackage

__all__ = ["Node", "nodes", "tree_lines"]

_INDENT = "  "
_SEEN = " (*)"


class Node(NamedTuple):
    """A package of a lock: its versions as text, and the names that it needs and is needed by."""

    name: str
    version: str
    needs: tuple[str, ...]
    needed_by: tuple[str, ...]

    @property
    def shown(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}".rstrip()


def nodes(pylock: Pylock, of_conda: Sequence[LockedPackage] = ()) -> dict[str, Node]:
    """The packages of a lock by name; several entries of one package are one node.

    The version of a package of conda is followed by its build. Its name, normalised, begins with
    `conda:` where the lock also has a distribution of this name.
    """
    versions: dict[str, list[str]] = {}
    needs: dict[str, set[str]] = {}
    for package in pylock.packages:
        versions.setdefault(package.name, []).append(version_of(package))
        known = needs.setdefault(package.name, set())
        known.update(str(one["name"]) for one in package.dependencies or () if "name" in one)
    names = {one.package: _key(one.package, versions) for one in of_conda}
    for package in pylock.packages:
        needed = needed_of_conda(package.tool)
        needs[package.name].update(names[one] for one in needed if one in names)
    for one in of_conda:
        key, depends = names[one.package], (text.split()[:1] for text in one.depends)
        versions[key] = [f"{one.version} {one.build} (conda)"]
        needs[key] = {names[name] for words in depends for name in words if name in names}
    return {
        name: Node(
            name,
            " or ".join(dict.fromkeys(found)),
            tuple(sorted(needs[name])),
            tuple(sorted(other for other, needed in needs.items() if name in needed)),
        )
        for name, found in sorted(versions.items())
    }


def _key(package: str, taken: Mapping[str, object]) -> str:
    name = canonicalize_name(package)
    return f"conda:{name}" if name in taken else name


def version_of(package: Package) -> str:
    """The version of a package, the beginning of its commit, or its folder."""
    if package.vcs is not None:
        return f"commit {package.vcs.commit_id[:12]}"
    if package.directory is not None:
        return package.directory.path
    return str(package.version) if package.version else ""


def tree_lines(known: Mapping[str, Node], asked: Iterable[str], *, upwards: bool) -> list[str]:
    """A tree below the packages asked for and those that no other needs; or above some.

    What was shown before is marked with `(*)`, and what is below it is not repeated.
    """
    asked = set(asked)
    starts = [one.name for one in known.values() if one.name in asked]
    if not upwards:
        starts = [one.name for one in known.values() if one.name in asked or not one.needed_by]
    seen: set[str] = set()
    return [line for name in starts for line in _branch(known, name, 0, seen, upwards=upwards)]


def _branch(
    known: Mapping[str, Node], name: str, depth: int, seen: set[str], *, upwards: bool
) -> Iterator[str]:
    node = known[name]
    following = [one for one in (node.needed_by if upwards else node.needs) if one in known]
    again = name in seen and bool(following)
    yield _INDENT * depth + node.shown + _SEEN * again
    if not again:
        seen.add(name)
        for other in following:
            yield from _branch(known, other, depth + 1, seen, upwards=upwards)
