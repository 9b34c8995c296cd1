"""A document's lock made: its onion comments selected, resolved, and written as PEP 751 has it."""

# ruff: noqa: PTH118  # paths of a lock are text

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit
from urllib.request import url2pathname

from packaging.utils import canonicalize_name

from davos.credentials import without_credentials
from davos.documents.lock_place import holds_its_lock
from davos.environments.local_sources import fingerprint
from davos.exceptions import LockError
from davos.installers.conda_solving import solved
from davos.onion.asked_text import asked_text
from davos.resolution.asked import asked_in
from davos.resolution.conda_beside_pip import left_to_pip, resolved_beside
from davos.resolution.conda_lock import packages_in
from davos.resolution.conda_making import CondaRun, make_half, select_conda
from davos.resolution.lock_document import parse_lock
from davos.resolution.lock_platforms import limited_to_wheels, narrowed
from davos.resolution.lock_request import select
from davos.resolution.lock_run import LockRun, check_paths, requirement_lines, run_options

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.resolution.asked import Asked
    from davos.resolution.conda_making import Solver
    from davos.resolution.lock_document import Lock
    from davos.resolution.lock_request import Selection

__all__ = ["Wishes", "make_lock"]

Resolver = Callable[[LockRun], Mapping[str, Any]]


@dataclass(frozen=True)
class Wishes:
    """How a lock is made: for which Python, from which files, and what is kept of an earlier one.

    `as_of` is a date or time (ISO 8601) as it is remembered, `cutoff` the moment in UTC from
    which on uploads do not count.
    """

    python: str
    as_of: str | None = None
    cutoff: str | None = None
    upgrade: bool = False
    upgrade_packages: tuple[str, ...] = ()


def make_lock(
    document: Document,
    wishes: Wishes,
    before: Lock | None,
    resolve: Resolver,
    solve: Solver = solved,
) -> Lock | None:
    """The lock of a document; None if the document asks for nothing that can be locked.

    `resolve` finds the distributions for pip and uv, `solve` the packages of conda. Raises
    `LockError`, or OnionArgumentError for a constraints file.
    """
    asked = asked_in(document)
    selection = select(asked, wishes.python)
    of_conda, notes = select_conda(asked)
    if not (selection.locked or of_conda):
        return None
    folder = Path(document.filename).absolute().parent
    check_paths(selection.locked, folder)
    kept = None if wishes.upgrade else before
    beside = (selection.locked, wishes.python, folder, wishes.cutoff)
    half = make_half(CondaRun(of_conda, *beside, kept, wishes.upgrade_packages), solve)
    provided = packages_in(half.entries, Path(document.filename))
    to_pip = tuple(left_to_pip(selection.locked, provided))
    selection = replace(selection, locked=to_pip, notes=(*selection.notes, *notes))
    run = _run(selection, wishes, before, folder)
    content = narrowed(resolved_beside(provided, run, resolve), wishes.python)
    packages = [_finished(one, selection.locked, folder) for one in content["packages"]]
    facts = _facts(selection, wishes, packages, content, document.filename)
    made = {
        **content,
        "created-by": "davos",
        "packages": packages,
        "tool": {"davos": {**facts, **half.facts}},
    }
    return parse_lock(made, Path(document.filename))


def _run(selection: Selection, wishes: Wishes, before: Lock | None, folder: Path) -> LockRun:
    """What the resolver is given."""
    options = run_options(selection.locked, selection.options, folder)
    if wishes.cutoff:
        options.pop("exclude_newer", None)
        options["uploaded_prior_to"] = wishes.cutoff
    return LockRun(
        wishes.python,
        folder,
        selection.locked,
        requirement_lines(selection.locked, folder),
        options,
        before.pylock.to_dict() if before else None,
        wishes.upgrade,
        wishes.upgrade_packages,
    )


def _facts(
    selection: Selection,
    wishes: Wishes,
    packages: Sequence[Mapping[str, Any]],
    content: Mapping[str, Any],
    filename: str,
) -> dict[str, Any]:
    """What davos remembers of a lock's making."""
    written = [asked_text(one.onion) for one in selection.asked if one.written]
    notes = [*selection.notes, *_local(packages)]
    folder = Path(filename).absolute().parent
    facts = {
        "document": None if holds_its_lock(filename) else Path(filename).name,
        "python": wishes.python,
        "requirements": list(dict.fromkeys(written)),
        "as-of": wishes.as_of,
        "platform": content.get("tool", {}).get("davos", {}).get("platform"),
        "trees": {
            one["name"]: fingerprint(Path(os.path.join(folder, one["directory"]["path"])))
            for one in packages
            if "directory" in one
        },
        "notes": notes,
    }
    return {key: value for key, value in facts.items() if value}


# ---- the files ----


def _finished(package: Mapping[str, Any], asked: Sequence[Asked], folder: Path) -> dict[str, Any]:
    """A package as it stands in the lock; raises `LockError` for hashes that do not fit."""
    made = _placed(package, folder)
    askers = [one for one in asked if canonicalize_name(one.requirement.name or "") == made["name"]]
    for one in askers:
        made = _checked(made, one)
    if askers and not any(one.top_level for one in askers):
        return limited_to_wheels(made)  # statements for one platform are in a branch
    return made


def _placed(package: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """A package whose files are named without credentials, and relative to the document."""
    made = dict(package)
    for key in ("sdist", "archive", "directory", "vcs"):
        if key in made:
            made[key] = _place(made[key], folder)
    if "wheels" in made:
        made["wheels"] = [_place(one, folder) for one in made["wheels"]]
    if "index" in made:
        made["index"] = without_credentials(made["index"])
    return made


def _place(source: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """A file or folder: a URL without credentials, or a path that begins at the document's."""
    made = dict(source)
    url = made.get("url", "")
    if url.startswith("file:") and "commit-id" not in made:
        made["path"] = url2pathname(urlsplit(made.pop("url")).path)
    elif url:
        made["url"] = without_credentials(url)
    if "path" in made:
        made["path"] = _relative(os.path.join(folder, made["path"]), folder)
    return made


def _relative(path: str, folder: Path) -> str:
    """A path below the document's folder relative to it, with slashes; any other as it is."""
    below = os.path.relpath(path, folder)
    outside = below.startswith(os.pardir) or Path(below).is_absolute()
    return path if outside else Path(below).as_posix()


def _checked(package: dict[str, Any], one: Asked) -> dict[str, Any]:
    """A package with only the files whose hashes an onion comment names, if it names some."""
    hashes = {digest.partition(":")[2] for digest in one.options.get("hash", ())}
    if not hashes:
        return package

    def is_named(file: Mapping[str, Any]) -> bool:
        return bool(hashes & set(file.get("hashes", {}).values()))

    made = {key: value for key, value in package.items() if key not in {"wheels", *_SINGLE}}
    wheels = [file for file in package.get("wheels", ()) if is_named(file)]
    single = {key: package[key] for key in _SINGLE if is_named(package.get(key, {}))}
    if not (wheels or single):
        named = f"{package['name']} {package.get('version', '')}".strip()
        message = f"no file of {named} has a hash of {one.shown}"
        raise LockError(message)
    return {**made, **({"wheels": wheels} if wheels else {}), **single}


def _local(packages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A sentence about files that only this machine has, if there are any."""
    paths = [
        file["path"]
        for package in packages
        for file in (*package.get("wheels", ()), *(package.get(key, {}) for key in _LOCAL))
        if Path(file.get("path", "")).is_absolute()
    ]
    if paths:
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        yield f"files of this machine, which others may not have, are in the lock: {paths[0]}{more}"


_SINGLE = ("sdist", "archive")
_LOCAL = (*_SINGLE, "directory")
