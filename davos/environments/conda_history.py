"""The history of a conda environment: `conda-meta/history`, to which each change adds an entry.

conda takes from it which packages the user asked for (`# update specs:`), and lists it
(`conda list --revisions`).

Source: the module `conda.history` of conda's documentation.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Iterable, Sequence

from davos.credentials import masked, without_credentials
from davos.distributions.conda_packages import FOLDER, conda_packages
from davos.escaping import one_line
from davos.files import read_own_file

if TYPE_CHECKING:
    from davos.distributions.conda_packages import CondaPackage
    from davos.environments.staging import Staging

__all__ = ["entry", "stage"]

_NAME = "history"
_ALIAS = re.compile(r"https://conda\.anaconda\.org/")


def stage(staging: Staging, command: Sequence[str]) -> None:
    """Put the history with one more entry, about what is staged, beside the staged records.

    `command` is what changes the environment. Raises OSError.
    """
    added = staging.staged_conda_packages()
    there = conda_packages(str(staging.project_dir))
    removed = [one for new in added for one in there.get(new.name, ())]
    now = time.strftime("%Y-%m-%d %H:%M:%S")
    old = read_own_file(staging.project_dir / FOLDER / _NAME)
    new = entry(now, command, removed, added).encode()
    separator = b"" if not old or old.endswith(b"\n") else b"\n"
    (staging.prefix / FOLDER / _NAME).write_bytes(old + separator + new)


def entry(
    now: str,
    command: Sequence[str],
    removed: Iterable[CondaPackage],
    added: Sequence[CondaPackage],
) -> str:
    """An entry; `now` is the local time: `2026-11-27 05:00:00`."""
    specs = sorted(one.requested_spec for one in added if one.requested_spec)
    lines = [
        f"==> {now} <==",
        f"# cmd: {one_line(masked(' '.join(command)))}",
        *(f"-{text}" for text in sorted(map(_shown, removed))),
        *(f"+{text}" for text in sorted(map(_shown, added))),
        *([f"# update specs: {specs}"] if specs else []),
    ]
    return "".join(f"{line}\n" for line in lines)


def _shown(package: CondaPackage) -> str:
    """A package as conda writes it: `conda-forge/noarch::six-1.16.0-pyhd_0`."""
    channel = _ALIAS.sub("", without_credentials(package.channel)).rstrip("/")
    place = channel.removesuffix(f"/{package.subdir}")
    name = f"{package.name}-{package.version}-{package.build}"
    return one_line(f"{place}/{package.subdir}::{name}")
