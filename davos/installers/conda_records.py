"""Puts right what py-rattler records of packages that it has linked into a staging environment.

The records in `conda-meta` of the prefix say what was installed. `url` and `channel` in them have
no credentials, and `requested_specs` is what an onion comment asked for.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence

from davos.credentials import without_credentials
from davos.distributions.conda_packages import FOLDER
from davos.distributions.distribution import Distribution
from davos.distributions.metadata_names import metadata_among
from davos.installers.base import InstalledDistribution
from davos.installers.conda_channels import without_secrets

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["finished"]


def finished(
    prefix: Path, package: Mapping[str, Any], specs: Mapping[str, Sequence[str]]
) -> Iterator[InstalledDistribution]:
    """Put a package's record right; the distributions in it, or the package itself.

    `package` is as `conda_job.described` has it, `specs` are what was asked for, by the package's
    name.
    """
    url, channel = (
        without_credentials(without_secrets(package[key])) for key in ("url", "channel")
    )
    file = prefix / FOLDER / package["record"]
    record = json.loads(file.read_bytes())
    infos = metadata_among(record["files"])
    record.update(url=url, channel=channel, requested_specs=specs.get(package["name"], []))
    _write_anew(file, json.dumps(record).encode())
    found = [Distribution(prefix / info) for info in infos]
    named = [(one.name, one.version) for one in found if one.readable]
    for name, version in named or [(package["name"], package["version"])]:
        yield InstalledDistribution(name, version, url=url, sha256=package["sha256"])


def _write_anew(file: Path, data: bytes) -> None:
    """Write a file of the staging environment, which nobody else reads; a link is not followed.

    A file system may wait for the disk if a new file is renamed over another one.
    """
    file.unlink()
    with file.open("xb") as stream:
        stream.write(data)
