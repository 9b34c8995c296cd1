"""Installed distributions as the lines of a requirements file.

Source: PEP 610, "Recording the Direct URL Origin", as `pip freeze` writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from davos.distributions.conda_packages import CondaPackage
    from davos.distributions.distribution import DirectUrl, Distribution

__all__ = ["direct_reference", "frozen", "frozen_package"]


def frozen(found: Distribution) -> str:
    """A distribution as a line of a requirements file, as `pip freeze` writes it."""
    origin = found.direct_url
    if origin is None:
        return f"{found.name}=={found.version}"
    if origin.editable:
        return f"-e {origin.folder or origin.url}"
    return f"{found.name} @ {direct_reference(origin)}"


def frozen_package(found: CondaPackage) -> str:
    """A conda package that holds no distribution, as a comment: pip cannot install it."""
    return f"# conda: {found.name}={found.version}={found.build}"


def direct_reference(origin: DirectUrl) -> str:
    """The URL that gives the same files again: with the commit, or the digest of the archive."""
    digests = [f"{algorithm}={digest}" for algorithm, digest in origin.hashes.items()][:1]
    folder = [f"subdirectory={origin.subdirectory}"] if origin.subdirectory else []
    fragment = "&".join([*([] if origin.vcs else digests), *folder])
    commit = f"@{origin.commit}" if origin.vcs and origin.commit else ""
    scheme = f"{origin.vcs}+" if origin.vcs else ""
    return f"{scheme}{origin.url}{commit}{'#' if fragment else ''}{fragment}"
