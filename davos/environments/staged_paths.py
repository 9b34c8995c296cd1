"""Paths of the staging environment in staged files, changed to the project's before a commit.

Console scripts name their interpreter, editable installs and `direct_url.json` the folder of
their sources. RECORD gets the new hashes and sizes.

Sources: "Recording installed projects" (RECORD), "Entry points", PEP 610, PEP 660.
"""

# Paths in RECORD are text
# ruff: noqa: PTH118

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
from typing import TYPE_CHECKING, Iterable

from davos.environments import overlay, relocate

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
        _renew_record(distribution, paths)
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


def _renew_record(distribution: Distribution, changed: set[str]) -> None:
    rows = [row for row in csv.reader(distribution.read("RECORD").splitlines()) if row]
    renewed = [_renewed(row, distribution.location, changed) for row in rows]
    if renewed != rows:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(renewed)
        overlay.write(distribution.info / "RECORD", text.getvalue())


def _renewed(row: list[str], folder: Path, changed: set[str]) -> list[str]:
    """A row of RECORD as it is for a file that has changed."""
    path = os.path.normpath(os.path.join(folder, row[0]))
    if path not in changed or len(row) < 2 or not row[1]:  # noqa: PLR2004  # path, hash, size
        return row
    with open(path, "rb") as file:  # noqa: PTH123
        content = file.read()
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return [row[0], f"sha256={digest}", str(len(content))]


def _renew_link(link: Path, old: str, new: str) -> None:
    target = os.readlink(link)  # noqa: PTH115  # 3.9
    if target.startswith(old):
        link.unlink()
        link.symlink_to(new + target[len(old) :])
