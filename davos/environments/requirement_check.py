"""Whether an installed distribution satisfies a requirement, judged by metadata alone.

Judged as pip judges an installed distribution: the whole specifier, pre-releases
allowed (`pip._internal.resolution.resolvelib.candidates`), the requirements of the
extras asked for, and the recorded origin for a URL or repository (PEP 610).
"""

from __future__ import annotations

import re
from typing import (
    TYPE_CHECKING,
    AbstractSet,
    Callable,
    FrozenSet,
    Iterable,
    Iterator,
    NamedTuple,
    Sequence,
    Tuple,
)
from urllib.parse import parse_qs, urlsplit

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from davos.distributions import index

if TYPE_CHECKING:
    from packaging.requirements import Requirement as Pep508

    from davos.distributions.conda_packages import CondaPackage
    from davos.distributions.distribution import DirectUrl, Distribution
    from davos.onion.comment import Requirement

__all__ = [
    "Conflict",
    "Verdict",
    "bare_url",
    "conflicts",
    "contains",
    "dependencies",
    "lacks",
    "needed",
    "satisfies",
]

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_COMMIT = re.compile(r"[0-9a-fA-F]{40}")


class Verdict(NamedTuple):
    """Whether a requirement is satisfied, by what, and if not, why not.

    True in a condition if nothing has to be installed. `ignored` says that the
    requirement's marker is false here: pip ignores it, so there is nothing to install
    and `distribution` is whatever is there. `package` is what conda installed, of which the
    distribution, if any, is a part.
    """

    distribution: Distribution | None
    reason: str = ""
    ignored: bool = False
    package: CondaPackage | None = None

    def __bool__(self) -> bool:
        return not self.reason


class Conflict(NamedTuple):
    """An installed distribution with a requirement that another one does not satisfy.

    With `of_conda` it is a package of conda, and the requirement a match specification.
    """

    name: str
    version: str
    requirement: str
    found: str
    location: str = ""
    of_conda: bool = False

    @property
    def requirement_name(self) -> str:
        """The normalised name of what is required."""
        return _name_of(self.requirement)

    def __str__(self) -> str:
        return f"{self.name} {self.version} requires {self.requirement}, but {self.found}"


def satisfies(requirement: Requirement, path: Sequence[str] | None = None) -> Verdict:
    """Whether a search path (default `sys.path`) already holds what is required.

    The requirements of the distribution have to be met, too, down to the last, as for
    `pip check`. A local path, a branch or a tag is never satisfied by metadata: what it
    stands for may have changed.
    """
    found = _find(requirement, path)
    if requirement.marker and not _matches(requirement.marker, ""):
        return Verdict(found, ignored=True)
    reason = _why_not(requirement, found)
    if not reason and found is not None:
        reason = lacks(found, requirement.extras, path)
    return Verdict(found, reason)


def conflicts(names: Iterable[str], path: Sequence[str] | None = None) -> list[Conflict]:
    """The requirements on the installed distributions `names` that are not satisfied.

    Includes their own unmet requirements. `names` are those just installed;
    requirements among the others are not looked at.
    """
    changed: set[str] = {canonicalize_name(name) for name in names}
    return [
        conflict
        for distribution in index.distributions(path)
        for conflict in _conflicts_of(distribution, changed, path)
    ]


def _find(requirement: Requirement, path: Sequence[str] | None) -> Distribution | None:
    if requirement.name:
        return index.find_distribution(requirement.name, path)
    if not requirement.url:
        return None
    wanted = bare_url(requirement.url)
    return next(
        (
            found
            for found in index.distributions(path)
            if found.direct_url and bare_url(found.direct_url.url) == wanted
        ),
        None,
    )


def dependencies(distribution: Distribution, path: Sequence[str] | None = None) -> set[str]:
    """Normalised names of what a distribution requires, also indirectly.

    Those of extras and of other platforms are among them.
    """
    return _reached(distribution, path, lambda _: True)


def needed(distribution: Distribution, path: Sequence[str] | None = None) -> set[str]:
    """Normalised names of what a distribution needs here, also indirectly; no extras."""
    from davos.environments.requires_dist import applies  # noqa: PLC0415 - see there

    return _reached(distribution, path, applies)


def _reached(
    distribution: Distribution, path: Sequence[str] | None, counts: Callable[[str], bool]
) -> set[str]:
    """Normalised names of what a distribution reaches by those of its requirements that count."""
    names: set[str] = set()
    waiting = [distribution]
    while waiting:
        required = {_name_of(text) for text in waiting.pop().requires if counts(text)} - names
        names |= required
        found = (index.find_distribution(name, path) for name in required)
        waiting.extend(one for one in found if one is not None)
    return names


def _why_not(requirement: Requirement, found: Distribution | None) -> str:
    if requirement.path is not None or (requirement.editable and not requirement.vcs):
        return "a local path is installed anew"
    if found is None:
        return f"{requirement.name or requirement.url} is not installed"
    if requirement.vcs is not None:
        return _other_commit(requirement, found)
    if requirement.url is not None:
        return _other_archive(requirement.url, found)
    if not _is_version_of(requirement.specifier, found.version):
        return f"{found.name} {found.version} is not {requirement.specifier}"
    return ""


def contains(specifier: str, version: str) -> bool | None:
    """Whether a specifier contains a version, pre-releases included.

    None if PEP 440 does not allow one of them: each caller decides what that means.
    """
    from packaging.specifiers import (  # noqa: PLC0415 - 3 ms, and not for packages of conda
        InvalidSpecifier,
        SpecifierSet,
    )

    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return None


def _is_version_of(specifier: str, version: str) -> bool:
    """Whether an installed version is what a specifier asks for.

    One that PEP 440 cannot read is only equal to itself (`===`).
    """
    found = contains(specifier, version)
    return specifier == f"==={version}" if found is None else found


def _other_commit(requirement: Requirement, found: Distribution) -> str:
    recorded = found.direct_url
    if not _COMMIT.fullmatch(requirement.ref or ""):
        return f"{requirement.ref or 'the default branch'} may have moved"
    if recorded is None or recorded.commit is None:
        return f"{found.name} {found.version} does not come from a repository"
    same = (
        recorded.vcs == requirement.vcs
        and recorded.commit.lower() == (requirement.ref or "").lower()
        and recorded.subdirectory == requirement.subdirectory
        and bare_url(recorded.url) == bare_url(requirement.url or "")
    )
    return "" if same else f"{found.name} was built from {recorded.url} at {recorded.commit}"


def _other_archive(url: str, found: Distribution) -> str:
    recorded = found.direct_url
    if recorded is None or bare_url(recorded.url) != bare_url(url):
        return f"{found.name} {found.version} was not installed from {url}"
    wanted = parse_qs(urlsplit(url).fragment)
    if recorded.subdirectory != next(iter(wanted.get("subdirectory", ())), None):
        return f"{found.name} was built from another subdirectory"
    if _other_hash(wanted, recorded):
        return f"{found.name} was installed from an archive with another hash"
    return ""


def _other_hash(wanted: dict[str, list[str]], recorded: DirectUrl) -> bool:
    shared = set(wanted) & {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}
    return any(recorded.hashes.get(key, "").lower() != wanted[key][0].lower() for key in shared)


def bare_url(url: str) -> str:
    """A URL without `git+`, credentials, ref and fragment, as PEP 610 records it."""
    parts = urlsplit(re.sub(r"^\w+\+", "", url))
    path = parts.path
    if re.match(r"\w+\+", url):
        path = path.rsplit("@", 1)[0]
    host = parts.netloc.rsplit("@", 1)[-1].lower()
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{host}{path.rstrip('/')}{query}"


def lacks(found: Distribution, extras: Iterable[str], path: Sequence[str] | None = None) -> str:
    """Which requirement of a distribution, or of what it requires, is not met; or empty text."""
    met = _met(path)
    waiting = [(found, frozenset(map(canonicalize_name, extras)))]
    seen = set(waiting)
    for distribution, wanted in waiting:  # which grows meanwhile
        if (distribution, wanted) in met:
            continue
        for extra, required in _required(distribution, wanted):
            there = index.find_distribution(required.name, path)
            if there is None or _unmet(required, path):
                name = f"{distribution.name}[{extra}]" if extra else distribution.name
                return f"{name} needs {required}: {_unmet(required, path)}"
            following = there, frozenset(map(canonicalize_name, required.extras))
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    met.update(seen)
    return ""


_Key = Tuple["Distribution", FrozenSet[str]]
_known_met: dict[tuple[str, ...], tuple[int, set[_Key]]] = {}


def _met(path: Sequence[str] | None) -> set[_Key]:
    """The distributions, with extras, all of whose requirements were met on a path before."""
    entries = tuple(index.entries(path))
    state, found = _known_met.get(entries, (-1, set()))
    if state != index.state():
        _known_met.clear()
        _known_met[entries] = index.state(), (found := set())
    return found


def _required(found: Distribution, extras: AbstractSet[str]) -> Iterator[tuple[str, Pep508]]:
    """The requirements that apply here, each with the extra it is for, or an empty text."""
    for required in _requirements(found.requires):
        marker, required.marker = required.marker, None
        if marker is None or _matches(str(marker), ""):
            yield "", required
            continue
        for extra in sorted(extras):
            if _matches(str(marker), extra):
                yield extra, required
                break


def _name_of(requirement: str) -> str:
    match = _NAME.match(requirement)
    return canonicalize_name(match[0]) if match else ""


def _requirements(texts: Iterable[str]) -> Iterator[Pep508]:
    from davos.environments.requires_dist import read  # noqa: PLC0415 - see there

    return read(texts)


def _unmet(required: Pep508, path: Sequence[str] | None) -> str:
    there = index.find_distribution(required.name, path)
    if there is None:
        return f"{required.name} is not installed"
    if required.url is None and not _is_version_of(str(required.specifier), there.version):
        return f"{there.name} {there.version} is installed"
    return ""


def _conflicts_of(
    distribution: Distribution,
    changed: set[str],
    path: Sequence[str] | None,
) -> Iterator[Conflict]:
    mine = distribution.normalized_name in changed
    about = distribution.requires
    if not mine:  # parsing them all would take longer than the rest of an install's checks
        about = [text for text in about if _name_of(text) in changed]
    for required in _requirements(about):
        if required.marker and not _matches(str(required.marker), ""):
            continue
        required.marker = None
        reason = _unmet(required, path)
        if reason:
            place = str(distribution.location)
            yield Conflict(distribution.name, distribution.version, str(required), reason, place)


def _matches(marker: str, extra: str) -> bool:
    from davos.environments.requires_dist import matches  # noqa: PLC0415 - see there

    return matches(marker, extra)
