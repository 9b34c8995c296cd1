"""What packages resolve to that a document does not ask for yet."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, Sequence

from packaging.markers import InvalidMarker, Marker
from packaging.utils import canonicalize_name

from davos import subprocesses
from davos.distributions import index
from davos.exceptions import LockError
from davos.installers.pip_environment import environment as pip_environment
from davos.installers.pip_script import find_pip
from davos.installers.uv_command import environment as uv_environment
from davos.installers.uv_command import find_uv
from davos.resolution.asked import Asked, asked_in
from davos.resolution.lock_request import select
from davos.resolution.lock_run import LockRun, requirement_lines, run_options

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.onion.comment import Onion, Requirement
    from davos.resolution.lock_making import Wishes

__all__ = ["Resolved", "modules_in_wheel", "resolve_added"]

_PLACE = "to be added"
_DIRECT = ("vcs", "archive", "directory")


@dataclass(frozen=True)
class Resolved:
    """A distribution's name and version (None: a folder or repository), and its requirement.

    `text` asks for just this version: it is pinned, unless it is a path or the URL of a file.
    """

    name: str
    version: str | None
    text: str


def resolve_added(
    document: Document,
    onions: Sequence[Onion],
    wishes: Wishes,
    resolve: Callable[[LockRun], Mapping[str, Any]],
) -> list[Resolved]:
    """What onions resolve to together with what a document asks for already.

    What the document asks for of the same packages does not count. Raises `LockError` if there
    is no solution, and for a package whose marker is false here.
    """
    wanted = [Asked(onion, _PLACE) for onion in onions]
    names = {_name(one.requirement) for one in wanted}
    there = [
        one
        for one in asked_in(document)
        if one.written and not one.requirement.editable and _name(one.requirement) not in names
    ]
    selection = select([*wanted, *there], wishes.python)
    for one in wanted:
        if one not in selection.locked:
            message = (
                f"{one.shown} asks for nothing here: its marker is false, or it is given twice"
            )
            raise LockError(message)
    folder = Path(document.filename).absolute().parent
    options = run_options(selection.locked, selection.options, folder)
    if wishes.cutoff:
        options.pop("exclude_newer", None)
        options["uploaded_prior_to"] = wishes.cutoff
    lines = requirement_lines(selection.locked, folder)
    run = LockRun(wishes.python, folder, selection.locked, lines, options)
    packages = resolve(run)["packages"]
    return [_resolved(one.requirement, packages, names) for one in wanted]


def _name(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name or requirement.text)


def _resolved(
    requirement: Requirement, packages: Sequence[Mapping[str, Any]], names: set[str]
) -> Resolved:
    found = _entry(requirement, packages, names)
    name = requirement.name or found["name"]
    version = found.get("version")
    if requirement.vcs and not requirement.editable:
        return Resolved(name, version, _at_commit(requirement, name, found))
    direct = requirement.url or requirement.path
    text = requirement.text if direct or version is None else requirement.pinned(version)
    return Resolved(name, version, text)


def _entry(
    requirement: Requirement, packages: Sequence[Mapping[str, Any]], names: set[str]
) -> Mapping[str, Any]:
    """The package of a requirement: of several, for different platforms, that for this one."""
    if requirement.name is None:
        found = [
            one
            for one in packages
            if one["name"] not in names and any(key in one for key in _DIRECT)
        ]
        if len(found) != 1:
            message = f"write {requirement.shown} with its name: `NAME @ {requirement.shown}`"
            raise LockError(message)
        return found[0]
    found = [one for one in packages if one["name"] == canonicalize_name(requirement.name)]
    if not found:
        message = f"{requirement.shown} resolves to nothing"
        raise LockError(message)
    return next((one for one in found if _holds(one.get("marker"))), found[0])


def _holds(marker: str | None) -> bool:
    try:
        return marker is None or Marker(marker).evaluate()
    except InvalidMarker:
        return False


def _at_commit(requirement: Requirement, name: str, package: Mapping[str, Any]) -> str:
    """A repository at the commit that its branch or tag is now."""
    commit = package.get("vcs", {}).get("commit-id")
    url, hash_sign, fragment = (requirement.url or "").partition("#")
    if requirement.ref:
        url = url[: url.rindex(f"@{requirement.ref}")]
    if not commit:
        return requirement.text
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    marker = f" ; {requirement.marker}" if requirement.marker else ""
    return f"{name}{extras} @ {url}@{commit}{hash_sign}{fragment}{marker}"


# ---- the modules of a wheel ----


def modules_in_wheel(resolved: Resolved, onion: Onion) -> list[str]:
    """The top-level modules of what was resolved, from its files; none if they cannot be had.

    They are unpacked into a folder that is deleted again.
    """
    words = [*onion.option_words, *_editable(onion), resolved.text]
    with TemporaryDirectory(prefix="davos-") as folder:
        for command, variables in _unpacking(folder):
            done = subprocesses.capture([*command, *words], variables, str(Path.cwd()))
            if done.returncode == 0:
                return [module for one in index.distributions([folder]) for module in one.modules]
    return []


def _editable(onion: Onion) -> Iterator[str]:
    if onion.requirement.editable:
        yield "-e"


def _unpacking(folder: str) -> Iterator[tuple[list[str], Mapping[str, str]]]:
    """The commands that unpack a requirement into a folder, and their environment variables."""
    words = ["--no-deps", f"--target={folder}", "--quiet"]
    uv, pip = find_uv(), find_pip(index.site_folders())
    if uv is not None:
        command = [uv, "pip", "install", f"--python={sys.executable}", *words]
        yield command, uv_environment(os.environ, own_settings=True)
    if pip is not None:
        command = [*pip.command(sys.executable), "install", "--no-compile", "--no-input", *words]
        yield command, pip_environment(os.environ, in_project=True)
