"""Whether requirements fit a lock, and what of a lock is installed already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Mapping, Sequence

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from davos.distributions.index import find_distribution
from davos.environments.installed_files import digest_of
from davos.environments.local_sources import path_of
from davos.environments.requirement_check import bare_url, contains
from davos.environments.requires_dist import matches
from davos.installers.base import HEAD
from davos.onion.comment import Requirement

if TYPE_CHECKING:
    from davos.distributions.distribution import DirectUrl, Distribution
    from davos.installers.base import LockedFile

__all__ = [
    "constraints",
    "file_of",
    "folder_of",
    "installed_from",
    "is_installed",
    "misfit",
    "not_installed",
]

_SHORTEST = 7  # characters of a commit's id that are taken for one


def misfit(requirement: Requirement, files: Mapping[str, LockedFile]) -> str:
    """Why a lock does not hold what is required; empty if it does, or nothing is required here.

    `files` are those of the lock, by normalised name.
    """
    if requirement.marker and not matches(requirement.marker, ""):
        return ""
    file = file_of(requirement, files.values())
    if file is None:
        return "the lock does not hold it"
    if requirement.url or requirement.path:
        return _other_source(requirement, file)
    if file.version and contains(requirement.specifier or "", file.version) is False:
        return f"the lock holds {file.shown}"
    return ""


def file_of(requirement: Requirement, files: Iterable[LockedFile]) -> LockedFile | None:
    """What a lock holds for a requirement, by its name, else by its URL or path."""
    if requirement.name:
        wanted = canonicalize_name(requirement.name)
        return next((one for one in files if one.name == wanted), None)
    url, part = bare_url(_url(requirement)), requirement.subdirectory or ""
    same = (one for one in files if bare_url(one.url) == url)
    return next((one for one in same if (one.subdirectory or "") == part), None)


def _url(requirement: Requirement) -> str:
    """The URL of a requirement; that of a local path as the lock has it."""
    return requirement.url or (path_of(requirement).as_uri() if requirement.path else "")


def _other_source(requirement: Requirement, file: LockedFile) -> str:
    if bare_url(_url(requirement)) != bare_url(file.url):
        return f"the lock holds {file.shown} from {file.url}"
    if (requirement.subdirectory or "") != (file.subdirectory or ""):
        return (
            f"the lock holds {file.shown} from the folder {file.subdirectory or '.'} of {file.url}"
        )
    if file.kind == "vcs" and not _is_of(file, requirement.ref or ""):
        of = f" of {file.revision}" if file.revision else ""
        return f"the lock holds the commit {file.commit}{of}"
    return ""


def _is_of(file: LockedFile, wanted: str) -> bool:
    """Whether a lock's commit is that of a revision, which may be a part of the commit's id.

    It is if another program made the lock, and did not note what was asked for.
    """
    commit = file.commit.lower()
    if len(wanted) == len(commit):
        return wanted.lower() == commit
    is_part = len(wanted) >= _SHORTEST and commit.startswith(wanted)
    return is_part or not file.revision or (wanted or HEAD) == file.revision


def installed_from(requirement: Requirement, files: Iterable[LockedFile]) -> Distribution | None:
    """The installed distribution that a lock holds for a URL or a path; else None.

    By its metadata alone, a branch or a local path is never known to be there.
    """
    if not (requirement.url or requirement.path):
        return None
    file = file_of(requirement, files)
    found = find_distribution(file.name) if file else None
    return found if file and found and is_installed(file, found) else None


def not_installed(
    files: Iterable[LockedFile], path: Sequence[str] | None = None
) -> list[LockedFile]:
    """The files of a lock whose distributions a search path (default `sys.path`) does not show."""
    found = ((one, find_distribution(one.name, path)) for one in files)
    return [one for one, there in found if there is None or not is_installed(one, there)]


def is_installed(file: LockedFile, found: Distribution) -> bool:
    """Whether a distribution is what a lock names, by its version and its recorded origin.

    A folder may have changed since; `davos.environments.local_sources` knows.
    """
    origin = found.direct_url
    if file.kind == "vcs":
        # of a Mercurial repository, pip records a number that only its own clone knows
        built = origin and (origin.revision if file.vcs == "hg" else origin.commit)
        return (built or "").lower() == file.commit.lower()
    if file.kind == "directory":
        return origin is not None and bare_url(origin.url) == bare_url(file.url)
    if file.kind == "archive":
        return origin is not None and _shares_hash(file.hashes, _hashes(origin, found))
    is_built = origin is not None and bool(origin.commit or origin.folder)
    return not is_built and _same_version(found.version, file.version)


def folder_of(file: LockedFile) -> Requirement:
    """The requirement that a local folder of a lock stands for."""
    return Requirement(file.url, file.name, path=file.url)


def _hashes(origin: DirectUrl, found: Distribution) -> Mapping[str, str]:
    """Those of the archive that was installed; uv records none, but the project does."""
    return origin.hashes or {"sha256": digest_of(found)}


def _shares_hash(wanted: Mapping[str, str], found: Mapping[str, str]) -> bool:
    return any(found.get(name, "").lower() == digest for name, digest in wanted.items())


def _same_version(one: str, other: str | None) -> bool:
    try:
        return other is not None and Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def constraints(files: Iterable[LockedFile]) -> dict[str, str]:
    """Constraint lines that keep to the versions of a lock, by normalised name."""
    return {one.name: f"{one.name}=={one.version}" for one in files if one.version}
