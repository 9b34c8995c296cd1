"""Local folders and files that were installed, and whether they changed since.

A record beside the project's packages says which distribution a path gave, and
what the path held then.
"""

# ruff: noqa: PTH100, PTH111  # an unresolved, absolute path is a source's identity

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Protocol, Sequence
from urllib.parse import unquote, urlsplit

from davos.distributions.index import find_distribution
from davos.environments import overlay

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.environments.project import Project
    from davos.onion.comment import Requirement

__all__ = ["fingerprint", "path_of", "remember", "unchanged"]

_RECORD = "davos-sources.json"
# What building a distribution from a folder leaves there, and what is not its source.
_NOT_SOURCE = {
    "__pycache__", ".git", ".hg", ".svn", ".bzr", ".venv", "venv", ".tox", ".nox", "build", "dist",
    ".ipynb_checkpoints", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".eggs", "node_modules",
}  # fmt: skip
# An editable folder is imported as it is: only how it is built can have changed.
_BUILD_FILES = {"pyproject.toml", "setup.py", "setup.cfg"}

# Of installs into the environment itself, for this session.
_session: dict[str, dict[str, str]] = {}


class Installed(Protocol):
    """A distribution that an installer reports."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def version(self) -> str:
        """Its version."""

    @property
    def direct(self) -> bool:
        """Whether it came from a URL, repository or path."""


def fingerprint(path: Path, *, editable: bool = False) -> str:
    """A hash of the names and contents of a source folder, or of a file."""
    digest = hashlib.sha256()
    for file in sorted(_files(path, editable=editable)):
        digest.update(os.fsencode(os.path.relpath(file, path)) + b"\0")
        try:
            with file.open("rb") as opened:
                digest.update(hashlib.sha256(opened.read()).digest())
        except OSError:
            digest.update(b"unreadable")
    return digest.hexdigest()


def unchanged(requirement: Requirement, project: Project | None) -> Distribution | None:
    """The distribution that a local path gave, if both are as they were; else None."""
    path = path_of(requirement)
    known = _read(project).get(str(path))
    if known is None or known["fingerprint"] != _fingerprint(requirement):
        return None
    found = find_distribution(known["name"])
    return found if found is not None and found.version == known["version"] else None


def remember(
    requirement: Requirement,
    project: Project | None,
    installed: Sequence[Installed],
) -> None:
    """Note what a local path held when it was installed. Others are left alone."""
    one = next((one for one in installed if one.direct), None)
    if requirement.path is None or one is None:
        return
    known = _read(project)
    facts = {"name": one.name, "version": one.version, "fingerprint": _fingerprint(requirement)}
    known[str(path_of(requirement))] = facts
    if project is not None:
        text = json.dumps(known, indent=1) + "\n"
        overlay.write(project.site_packages_dir.parent / _RECORD, text)


def _read(project: Project | None) -> dict[str, dict[str, str]]:
    if project is None:
        return _session
    try:
        text = (project.site_packages_dir.parent / _RECORD).read_text("utf-8")
        known: Any = json.loads(text)
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def path_of(requirement: Requirement) -> Path:
    """The folder or file of a requirement, absolute, without extras or fragment."""
    text = requirement.path or ""
    if text.startswith("file:"):
        text = unquote(urlsplit(text).path)
    plain = text.partition("#")[0]
    if not os.path.lexists(os.path.expanduser(plain)) and plain.endswith("]"):
        plain = plain.rpartition("[")[0]
    return Path(os.path.abspath(os.path.expanduser(plain)))


def _fingerprint(requirement: Requirement) -> str:
    extras = ",".join(requirement.extras)
    return f"{fingerprint(path_of(requirement), editable=requirement.editable)} {extras}".strip()


def _files(path: Path, *, editable: bool) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    if editable:
        yield from (path / name for name in _BUILD_FILES if (path / name).is_file())
        return
    for folder, folders, files in os.walk(path):
        folders[:] = [n for n in folders if n not in _NOT_SOURCE and not n.endswith(".egg-info")]
        yield from (Path(folder, name) for name in files if not name.endswith(".pyc"))
