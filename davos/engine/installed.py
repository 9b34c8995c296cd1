"""What an installation changed: also where there was none, and nothing for one is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, NamedTuple, Sequence

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.distributions.record_hashes import FileHashes

__all__ = ["NOTHING_INSTALLED", "Installed"]


class Installed(NamedTuple):
    """What an installation changed, the line that sums it up, and the hashes of files before.

    `is_change` says whether there was anything: packages of conda may hold no distribution.
    """

    changed: Sequence[Distribution]
    summary: str
    hashes: Mapping[str, FileHashes]
    is_change: bool = False

    def followed_by(self, later: Installed) -> Installed:
        """Both as one; the hashes are those before the first."""
        summary = ", ".join(filter(None, (self.summary, later.summary)))
        hashes = {**later.hashes, **self.hashes}
        is_change = self.is_change or later.is_change
        return Installed([*self.changed, *later.changed], summary, hashes, is_change)


NOTHING_INSTALLED = Installed((), "", {})
