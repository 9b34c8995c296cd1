"""Installed distributions as the lines of a requirements file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution

__all__ = ["frozen"]


def frozen(found: Distribution) -> str:
    """A distribution as a line of a requirements file, as `pip freeze` writes it."""
    origin = found.direct_url
    if origin is None:
        return f"{found.name}=={found.version}"
    if origin.editable:
        return f"-e {origin.folder or origin.url}"
    fragment = f"#subdirectory={origin.subdirectory}" if origin.subdirectory else ""
    if origin.vcs:
        return f"{found.name} @ {origin.vcs}+{origin.url}@{origin.commit}{fragment}"
    digests = [f"{algorithm}={digest}" for algorithm, digest in origin.hashes.items()][:1]
    parts = "&".join([*digests, *filter(None, [fragment[1:]])])
    return f"{found.name} @ {origin.url}{'#' if parts else ''}{parts}"
