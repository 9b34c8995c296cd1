"""`davos-installed.json`: which file each distribution of a project was installed from.

It lies beside the project's packages, and holds the digest of the wheel or archive, as far as the
installer or a lock tells it, and that of RECORD after the installation. RECORD has the digests of
all other files ("Recording installed projects"), so a later look finds what has changed. Of a conda
package, under `conda:` and its name, it has the same of the record in `conda-meta`. The file comes
into the project with the distributions, in the same commit.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Protocol, Sequence

from packaging.utils import canonicalize_name

from davos.environments import overlay
from davos.environments.layout import LAYOUT
from davos.files import read_own_file

if TYPE_CHECKING:
    from pathlib import Path

    from davos.distributions.distribution import Distribution
    from davos.environments.project import Project
    from davos.environments.staging import Staging

__all__ = [
    "FILE",
    "Known",
    "conda_key",
    "digest_of",
    "digest_of_file",
    "digests_of",
    "known_files",
    "record_digest",
    "renew",
    "stage",
]

FILE = "davos-installed.json"


class Locked(Protocol):
    """A file that a lock names."""

    @property
    def name(self) -> str:
        """The normalised name of its distribution."""

    @property
    def hashes(self) -> Mapping[str, str]:
        """Algorithm to digest."""


class Installed(Protocol):
    """A distribution that an installer reports."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def sha256(self) -> str | None:
        """The digest of the file that it came from."""


@dataclass(frozen=True)
class Known:
    """The version, the sha256 of the installed file (empty if unknown), and that of RECORD."""

    version: str
    sha256: str
    record: str


def known_files(project: Project) -> dict[str, Known]:
    """What is known of a project's distributions, by normalised name."""
    return _read(project.site_packages_dir)


def digest_of(found: Distribution) -> str:
    """The sha256 of the file that a distribution of a project was installed from.

    Empty if it is not known, or something else was installed since.
    """
    known = _read(found.location).get(found.normalized_name)
    is_same = known is not None and known.record == record_digest(found)
    return known.sha256 if known is not None and is_same else ""


def _read(site_packages: Path) -> dict[str, Known]:
    try:
        found: Any = json.loads(read_own_file(site_packages.parent / FILE))
    except (OSError, ValueError, RecursionError):
        return {}
    rows = found.items() if isinstance(found, dict) else ()
    return {name: known for name, row in rows if (known := _parsed(row)) is not None}


def _parsed(row: Any) -> Known | None:
    values = (
        [row.get(key) for key in ("version", "sha256", "record")] if isinstance(row, dict) else []
    )
    texts = [value for value in values if isinstance(value, str)]
    return Known(*texts) if len(texts) == len(Known.__dataclass_fields__) else None


def digests_of(locked: Sequence[Locked], installed: Sequence[Installed]) -> dict[str, str]:
    """Normalised name -> sha256 of the file, empty if neither the lock nor the installer has it."""
    digests: dict[str, str] = {canonicalize_name(one.name): one.sha256 or "" for one in installed}
    digests.update({one.name: one.hashes.get("sha256", "") for one in locked if one.hashes})
    return digests


def stage(staging: Staging, staged: Iterable[Distribution], digests: Mapping[str, str]) -> None:
    """Write what will be known of the project into its staging environment. Raises OSError.

    The records of what is staged are final.
    """
    known = _read(overlay.site_packages_of(staging.project_dir))
    for one in staged:
        name = one.normalized_name
        known[name] = Known(one.version, digests.get(name, ""), record_digest(one))
    for package in staging.staged_conda_packages():
        record = digest_of_file(package.file)
        known[conda_key(package.name)] = Known(package.version, package.sha256, record)
    _write(staging.site_packages.parent / FILE, known)


def _write(file: Path, known: Mapping[str, Known]) -> None:
    text = json.dumps({name: vars(known[name]) for name in sorted(known)}, indent=1) + "\n"
    overlay.write(file, text)


def renew(prefix: Path, key: str, before: bytes, after: bytes) -> None:
    """Note the digest of a record that is about to change with the project's path. Raises OSError.

    What was noted of another record than `before` stays.
    """
    old, new = (hashlib.sha256(data).hexdigest() for data in (before, after))
    for site_packages in prefix.glob(LAYOUT.all_site_packages):
        known = _read(site_packages)
        if key in known and known[key].record == old:
            known[key] = replace(known[key], record=new)
            _write(site_packages.parent / FILE, known)


def record_digest(found: Distribution) -> str:
    """The sha256 of a distribution's RECORD; empty if it has none."""
    return digest_of_file(found.info / "RECORD")


def conda_key(name: str) -> str:
    """Under which name a conda package is noted."""
    return f"conda:{name}"


def digest_of_file(file: Path) -> str:
    """The sha256 of a file; empty if it cannot be read."""
    try:
        data = file.read_bytes()
    except OSError:
        return ""
    return hashlib.sha256(data).hexdigest()
