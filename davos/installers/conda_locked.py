"""Packages of conda that a lock names: what py-rattler needs to know to install exactly these."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Mapping

from packaging.utils import canonicalize_name

from davos.distributions.conda_names import pypi_name
from davos.distributions.conda_packages import find_conda_package
from davos.installers.base import LockedFile

if TYPE_CHECKING:
    from typing import Iterable, Sequence

__all__ = ["KIND", "LockedPackage", "absent", "current_subdir", "distribution_name"]

KIND = "conda"
"""The `kind` of a `LockedFile` that is a package of conda."""

_SYSTEMS = {"darwin": "osx", "win32": "win"}
_MACHINES = {"x86_64": "64", "amd64": "64", "i386": "32", "i686": "32", "x86": "32"}
_ARM = {"darwin": "arm64", "win32": "arm64"}


@dataclass(frozen=True)
class LockedPackage(LockedFile):
    """A package of conda; `name` is the normalised one of its distribution, as PyPI has it.

    `package` is conda's name, `channel` a URL without an ending slash, and `depends` and
    `constrains` are the match specifications of the package's record. `requested` is the one of
    the onion comment that asks for it, empty for what came as a dependency.
    """

    package: str = ""
    build: str = ""
    build_number: int = 0
    subdir: str = ""
    channel: str = ""
    size: int | None = None
    noarch: str | None = None
    depends: tuple[str, ...] = ()
    constrains: tuple[str, ...] = ()
    requested: str = ""

    @property
    def sha256(self) -> str:
        """The digest of its file."""
        return self.hashes["sha256"]

    @property
    def shown(self) -> str:
        """Name, version and build: `numpy 1.26.4 py311_0`."""
        return f"{self.package} {self.version} {self.build}"

    @property
    def is_python(self) -> bool:
        """Whether it holds modules of Python, which pip would know as a distribution."""
        names = (one.partition(" ")[0] for one in self.depends)
        return self.noarch == "python" or "python" in names

    @property
    def record(self) -> Mapping[str, Any]:
        """What the process that runs py-rattler is told of it, ready for JSON."""
        return {
            "name": self.package,
            "version": self.version,
            "build": self.build,
            "build_number": self.build_number,
            "subdir": self.subdir,
            "channel": self.channel,
            "url": self.url,
            "file_name": self.filename,
            "sha256": self.sha256,
            "size": self.size,
            "noarch": self.noarch,
            "depends": list(self.depends),
            "constrains": list(self.constrains),
        }


def distribution_name(package: str) -> str:
    """The normalised name of the distribution that a package of conda usually holds."""
    return canonicalize_name(pypi_name(package))


def current_subdir() -> str:
    """The folder of a channel with the packages for this machine: `linux-64`, `osx-arm64`."""
    system = _SYSTEMS.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    if machine in {"arm64", "aarch64"}:
        machine = _ARM.get(sys.platform, "aarch64")
    return f"{system}-{_MACHINES.get(machine, machine)}"


def absent(packages: Iterable[LockedPackage], prefixes: Sequence[str]) -> list[LockedPackage]:
    """The packages that the records of some prefixes do not have, or have of another file."""
    return [one for one in packages if not _is_there(one, prefixes)]


def _is_there(package: LockedPackage, prefixes: Sequence[str]) -> bool:
    found = find_conda_package(package.package, prefixes)
    if found is None or (found.version, found.build) != (package.version, package.build):
        return False
    return found.sha256 in {"", package.sha256}
