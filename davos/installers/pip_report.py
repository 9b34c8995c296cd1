"""What an install changed: from pip's report, and from the metadata before and after.

The report (pip >= 22.2) is described in "Installation Report" of pip's documentation.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from packaging.utils import canonicalize_name

from davos.distributions import index
from davos.installers.base import InstalledDistribution

if TYPE_CHECKING:
    from pathlib import Path

    from davos.distributions.distribution import Distribution

__all__ = ["InstalledState", "changes", "installed_state", "read_report"]

InstalledState = dict[str, "Snapshot"]


class Snapshot:
    """One distribution as it was found: facts, and a stamp that changes with an install."""

    def __init__(self, distribution: Distribution) -> None:
        origin = distribution.direct_url
        self.version = distribution.version
        self.stamp = (str(distribution.info), _changed(distribution.info))
        self.facts = InstalledDistribution(
            distribution.name,
            distribution.version,
            url=origin.url if origin else None,
            sha256=origin.hashes.get("sha256") if origin else None,
            commit=origin.commit if origin else None,
            direct=origin is not None,
            editable=bool(origin and origin.editable),
        )


def installed_state(path: Sequence[str]) -> InstalledState:
    """Normalised name -> snapshot of each distribution in some folders."""
    found = index.distributions(path)
    return {one.normalized_name: Snapshot(one) for one in found}


def changes(
    before: InstalledState,
    after: InstalledState,
    reported: Sequence[InstalledDistribution],
) -> tuple[tuple[InstalledDistribution, ...], tuple[InstalledDistribution, ...]]:
    """What was installed, and what is gone; sorted by name.

    The metadata says what changed, the report adds where it came from.
    """
    known: dict[str, InstalledDistribution] = {canonicalize_name(one.name): one for one in reported}
    changed = sorted(
        name
        for name, one in after.items()
        if name in known or name not in before or before[name].stamp != one.stamp
    )
    removed = sorted(
        name
        for name, one in before.items()
        if name not in after or after[name].version != one.version
    )
    installed = tuple(known.get(name, after[name].facts) for name in changed if name in after)
    elsewhere = tuple(one for name, one in sorted(known.items()) if name not in after)
    return installed + elsewhere, tuple(before[name].facts for name in removed)


def read_report(report: Path | None) -> tuple[InstalledDistribution, ...]:
    """The distributions that pip's report lists; none if there is no report."""
    try:
        text = report.read_text("utf-8") if report else "{}"
    except FileNotFoundError:
        return ()
    return tuple(_installed(item) for item in json.loads(text).get("install", ()))


def _installed(item: Mapping[str, Any]) -> InstalledDistribution:
    download = item.get("download_info", {})
    archive = download.get("archive_info", {})
    hashes = archive.get("hashes") or dict([archive.get("hash", "=").split("=", 1)])
    return InstalledDistribution(
        item["metadata"]["name"],
        item["metadata"]["version"],
        url=download.get("url"),
        sha256=hashes.get("sha256"),
        commit=download.get("vcs_info", {}).get("commit_id"),
        direct=bool(item.get("is_direct")),
        editable=bool(download.get("dir_info", {}).get("editable")),
    )


def _changed(info: Path) -> int:
    try:
        return max(info.stat().st_mtime_ns, (info / "RECORD").stat().st_mtime_ns)
    except OSError:
        return 0
