"""Paths of the staging environment in staged files, changed to the project's before a commit.

Console scripts name their interpreter, editable installs and `direct_url.json` the folder of
their sources. RECORD gets the new hashes and sizes.

Sources: "Recording installed projects" (RECORD), "Entry points", PEP 610, PEP 660.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Iterable

from davos.environments import overlay, relocate
from davos.environments.record_relocation import write_digests

if TYPE_CHECKING:
    from pathlib import Path

    from davos.distributions.distribution import Distribution
    from davos.environments.staging import Staging

__all__ = ["put_right"]


def put_right(staging: Staging, staged: Iterable[Distribution]) -> None:
    """Write the project's path for that of the staging environment. Raises OSError.

    Doing it again changes nothing.
    """
    _merge_easy_install(staging)
    changed = relocate.files(staging.prefix, staging.project_dir, staging.prefix)
    paths = {str(path) for path in changed}
    for distribution in staged if paths else ():
        write_digests(distribution, paths)
    for link in staging.source_folder.rglob("*"):
        if link.is_symlink():
            _renew_link(link, f"{staging.prefix}{os.sep}", f"{staging.project_dir}{os.sep}")


def _merge_easy_install(staging: Staging) -> None:
    """Keep what setuptools' list of editable installs in the project names."""
    name = "easy-install.pth"
    staged = staging.site_packages / name
    there = overlay.site_packages_of(staging.project_dir) / name
    if staged.is_file() and there.is_file():
        lines = [*there.read_text("utf-8").splitlines(), *staged.read_text("utf-8").splitlines()]
        overlay.write(staged, "".join(f"{line}\n" for line in dict.fromkeys(lines)))


def _renew_link(link: Path, old: str, new: str) -> None:
    target = os.readlink(link)  # noqa: PTH115  # 3.9
    if target.startswith(old):
        link.unlink()
        link.symlink_to(new + target[len(old) :])
