"""What is installed below an environment, shown to uv as if it were in the environment.

uv looks into one environment only: it does not follow `.pth` files. So each distribution that
is visible from there gets a metadata folder of its own, with its name, version, requirements
and origin, and no files. uv's resolver prefers what is installed, reads these requirements
without asking an index, and replaces what does not fit. It uninstalls by RECORD, which lists
the files of the folder only. What uv has not replaced is deleted afterwards.

Sources: "Recording installed projects" (names of folders, RECORD), PEP 610.
"""

# Hundreds of small files for each install
# ruff: noqa: PTH102, PTH106, PTH108, PTH116, PTH123

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Iterable

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from davos.environments.requirement_check import bare_url

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.onion.comment import Requirement

__all__ = ["Stubs"]


class Stubs:
    """The metadata folders that stand for what is installed elsewhere."""

    def __init__(self, site_packages: Path) -> None:
        self._site_packages = site_packages
        self._written: dict[str, dict[str, str]] = {}

    def write(self, distributions: Iterable[Distribution], wanted: Requirement) -> None:
        """Write one for each distribution, but for what `wanted` names by a URL or path.

        That is to be installed: another commit may have the same version. A version that is
        none to uv is left out. Raises OSError.
        """
        for one in distributions:
            if _is_version(one.version) and not _is_source(one, wanted):
                self._write(one)

    def remove(self) -> None:
        """Delete those that are still there: uv's own RECORD is longer. Raises OSError."""
        for folder, files in self._written.items():
            if _size(f"{folder}/RECORD") == len(files["RECORD"].encode()):
                for file in files:
                    os.unlink(f"{folder}/{file}")
                os.rmdir(folder)
        self._written.clear()

    def _write(self, distribution: Distribution) -> None:
        name = distribution.normalized_name.replace("-", "_")
        info = f"{name}-{distribution.version}.dist-info"
        files = {"METADATA": _metadata(distribution)}
        if distribution.direct_url is not None:
            files["direct_url.json"] = distribution.read("direct_url.json")
        record = "".join(f"{info}/{file},,\n" for file in (*files, "RECORD"))
        folder = f"{self._site_packages}/{info}"
        self._written[folder] = {**files, "RECORD": record}
        os.mkdir(folder)
        for file, text in self._written[folder].items():
            with open(f"{folder}/{file}", "w", encoding="utf-8") as opened:
                opened.write(text)


def _metadata(distribution: Distribution) -> str:
    needs = "".join(f"Requires-Dist: {line}\n" for line in map(_one_line, distribution.requires))
    name = _one_line(distribution.name)
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {distribution.version}\n{needs}"


def _one_line(text: str) -> str:
    """A header's value without the line breaks that it may be folded at."""
    return " ".join(text.split())


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return "/" not in text


def _is_source(distribution: Distribution, wanted: Requirement) -> bool:
    """Whether a requirement with a URL or path means a distribution, by name or by origin."""
    if wanted.url is None and wanted.path is None:
        return False
    if wanted.name is not None:
        return canonicalize_name(wanted.name) == distribution.normalized_name
    origin = distribution.direct_url
    if origin is None:
        return False
    if wanted.path is not None:
        folder = Path(wanted.path).expanduser().resolve()
        return origin.folder == folder or origin.url == folder.as_uri()
    return bare_url(origin.url) == bare_url(wanted.url or "")


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return -1
