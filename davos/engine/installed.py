"""What an installation changed: also where there was none, and nothing for one is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Mapping, Sequence

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.distributions.record_hashes import FileHashes

__all__ = ["NOTHING_INSTALLED", "Installed"]


@dataclass(frozen=True)
class Installed:
    """What an installation changed, the line that sums it up, and the hashes of files before."""

    changed: Sequence[Distribution]
    summary: str
    hashes: Mapping[str, FileHashes]


NOTHING_INSTALLED = Installed((), "", {})
