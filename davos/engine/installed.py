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

    def followed_by(self, later: Installed) -> Installed:
        """Both as one; the hashes are those before the first."""
        summary = ", ".join(filter(None, (self.summary, later.summary)))
        hashes = {**later.hashes, **self.hashes}
        return Installed([*self.changed, *later.changed], summary, hashes)


NOTHING_INSTALLED = Installed((), "", {})
