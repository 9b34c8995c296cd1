"""What a lock means in the environment that runs: one file for each distribution, or why not.

Source: "Installation" in the specification of `pylock.toml` (PEP 751). The markers of a lock and
the tags of its wheels are evaluated by `packaging`.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from packaging.markers import default_environment
from packaging.tags import sys_tags

from davos.environments import activation
from davos.exceptions import LockError
from davos.installers.base import HEAD, LockedFile
from davos.installers.conda_locked import current_subdir
from davos.installers.conda_machine import unmet_needs, virtual_packages
from davos.installers.pip_lock import STRONG
from davos.onion.characters import first_refused
from davos.onion.repository_url import objection
from davos.resolution.conda_lock import locked_packages, other_platform

if TYPE_CHECKING:
    from packaging.pylock import Package, PackageVcs, Pylock

    from davos.installers.conda_locked import LockedPackage
    from davos.resolution.lock_document import Lock

__all__ = ["Selection", "selection"]

_HEX = frozenset("0123456789abcdef")
_KINDS = {
    "PackageWheel": "wheel",
    "PackageSdist": "sdist",
    "PackageArchive": "archive",
    "PackageVcs": "vcs",
    "PackageDirectory": "directory",
}


@dataclass(frozen=True)
class Selection:
    """The files of a lock for this environment, in the order of the lock, and conda's packages.

    `obstacle` is a sentence if the lock is not for this Python or platform; then there are none.
    """

    files: tuple[LockedFile, ...] = ()
    obstacle: str = ""
    packages: tuple[LockedPackage, ...] = ()

    @property
    def by_package(self) -> dict[str, LockedPackage]:
        """The packages of conda by their names there."""
        return {one.package: one for one in self.packages}


def selection(lock: Lock) -> Selection:
    """What to install of a lock here. Raises LockError for what must not reach an installer."""
    packages = locked_packages(lock)
    obstacle = _other_python(lock) or _other_environment(lock) or _other_conda(lock, packages)
    if obstacle:
        return Selection(obstacle=obstacle)
    chosen = _selected(lock.pylock)
    if chosen is None:
        return Selection(obstacle=_lacking(lock))
    files = tuple(_checked(_locked(*one, lock), lock.path) for one in chosen)
    return Selection(files, packages=packages)


def _other_conda(lock: Lock, packages: Sequence[LockedPackage]) -> str:
    lacking = other_platform(packages, current_subdir())
    unmet = "" if lacking or not packages else unmet_needs(packages, _machine())
    if not (lacking or unmet):
        return ""
    reason = f"lacks {lacking}" if lacking else f"is for another machine: {unmet}"
    return (
        f"the lock of {lock.path.name} {reason}; lock it again here (`davos lock {lock.path.name}`)"
    )


def _machine() -> Mapping[str, str]:
    return virtual_packages(activation.variables())


def _other_python(lock: Lock) -> str:
    wanted, found = lock.pylock.requires_python, platform.python_version().rstrip("+")
    if wanted is None or wanted.contains(found, prereleases=True):
        return ""
    return (
        f"the lock of {lock.path.name} is for Python {wanted}, and this is Python {found}: run it "
        f"with such a Python, or lock it again with this one (`davos lock {lock.path.name}`)"
    )


def _other_environment(lock: Lock) -> str:
    known = lock.pylock.environments
    if not known or any(marker.evaluate(context="requirement") for marker in known):
        return ""
    markers = " or ".join(map(str, known))
    return (
        f"the lock of {lock.path.name} is for {markers}, and this is {_here()}: lock it again here "
        f"(`davos lock {lock.path.name}`)"
    )


def _selected(pylock: Pylock) -> list[tuple[Package, Any]] | None:
    """Each package that applies here with its source; None if one has no file for here."""
    from packaging.pylock import PylockSelectError  # noqa: PLC0415 - only where there is a lock

    try:
        return list(pylock.select(tags=_tags()))
    except PylockSelectError:
        return None


@lru_cache(maxsize=1)
def _tags() -> list[Any]:
    return list(sys_tags())


def _lacking(lock: Lock) -> str:
    """Which packages of a lock have no file for this platform, or why else it cannot be used."""
    single = ((one, replace(lock.pylock, packages=[one])) for one in lock.pylock.packages)
    without = [one for one, alone in single if _selected(alone) is None]
    if not without:
        return f"the lock of {lock.path.name} names a package twice for {_here()}: lock it again"
    names = "; ".join(f"{one.name} {one.version} has {_files(one)}" for one in without)
    return (
        f"the lock of {lock.path.name} lacks files for {_here()}: {names}; lock it again here "
        f"(`davos lock {lock.path.name}`)"
    )


def _files(package: Package) -> str:
    names = [wheel.filename for wheel in package.wheels or ()]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}" if names else "none"


def _here() -> str:
    found = default_environment()
    python = found["python_full_version"]
    return f"{found['platform_system']} {found['platform_machine']} with Python {python}"


def _locked(package: Package, source: Any, lock: Lock) -> LockedFile:
    kind = _KINDS[type(source).__name__]
    return LockedFile(
        str(package.name),
        str(package.version) if package.version else None,
        kind,
        _absolute(source, lock.path.parent),
        _digests(getattr(source, "hashes", {})),
        source.filename if kind in {"wheel", "sdist"} else "",
        **(_repository(source, is_own=lock.is_own) if kind == "vcs" else {}),
        subdirectory=getattr(source, "subdirectory", None),
    )


def _repository(source: PackageVcs, *, is_own: bool) -> dict[str, str]:
    revision = source.requested_revision or (HEAD if is_own else "")
    return {"vcs": source.type, "commit": source.commit_id, "revision": revision}


def _absolute(source: Any, folder: Path) -> str:
    """The URL of a source; its path begins in the lock's folder."""
    url = getattr(source, "url", None)
    if url:
        return str(url)
    return Path(folder, source.path).absolute().as_uri()


def _digests(hashes: Mapping[str, str]) -> dict[str, str]:
    return {name: hashes[name].lower() for name in STRONG if name in hashes}


def _checked(file: LockedFile, lock: Path) -> LockedFile:
    """Refuse what an installer would read as another option, line or program."""
    reason = next(_objections(file), None)
    if reason:
        message = f"{lock}: the lock of {file.shown} cannot be used: {reason}"
        raise LockError(message)
    return file


def _objections(file: LockedFile) -> Iterator[str]:
    prefix = f"{file.vcs}+" if file.kind == "vcs" else ""
    scheme = urlsplit(file.url).scheme
    refused = first_refused(file.url)
    if refused or " " in file.url:
        yield f"a URL cannot hold {refused.description if refused else 'a space'}"
    elif not scheme:
        yield f"{file.url!r} is not a URL"
    elif why := objection(f"{prefix}{file.url}{_fragment(file.subdirectory)}"):
        yield why
    if file.kind == "vcs" and not (file.commit and _HEX.issuperset(file.commit.lower())):
        yield f"{file.commit!r} is not a commit"
    if file.kind in {"wheel", "sdist", "archive"} and not file.hashes:
        yield f"it has none of the hashes {', '.join(STRONG)}"
    if not all(digest and _HEX.issuperset(digest) for digest in file.hashes.values()):
        yield "a hash is not a hexadecimal number"


def _fragment(subdirectory: str | None) -> str:
    return f"#subdirectory={subdirectory}" if subdirectory else ""
