"""What a notebook asks for beside what is installed and what is locked, for its user to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable

from packaging.utils import canonicalize_name

from davos.distributions.conda_packages import find_conda_package
from davos.distributions.index import find_distribution
from davos.engine.look import conda_prefixes
from davos.environments.search_path import active_project
from davos.exceptions import DavosError
from davos.installers.conda_locked import distribution_name
from davos.resolution.conda_lock import locked_packages
from davos.resolution.lock_document import read_lock
from davos.resolution.notebook_pins import requirements_of

if TYPE_CHECKING:
    from davos.onion.comment import Requirement
    from davos.resolution.lock_document import Lock

__all__ = ["report"]


def report(asked: Iterable[Requirement], document: str | None) -> dict[str, Any]:
    """The table of a session and its saved notebook, as JSON's types.

    `asked` are the session's requirements. `rows` has a row for each distribution, `lock` is
    None without a lock, and `problem` says why a lock cannot be read. Nothing is imported or
    installed.
    """
    lock, problem = _lock_of(document)
    return {
        "rows": _rows([*asked, *requirements_of(document)], lock),
        "lock": None if lock is None else _about(lock),
        "problem": problem,
    }


def _lock_of(document: str | None) -> tuple[Lock | None, str]:
    """The lock of the saved notebook, or why it cannot be read."""
    try:
        lock = None if document is None else read_lock(document)
        if lock is not None:
            locked_packages(lock)
    except (DavosError, OSError) as error:
        return None, str(error)
    return lock, ""


def _about(lock: Lock) -> dict[str, Any]:
    return {"packages": len(lock.pylock.packages) + len(lock.conda), "as_of": lock.as_of}


def _rows(asked: Iterable[Requirement], lock: Lock | None) -> list[dict[str, str]]:
    """A row for each distribution: what is asked for, what is installed and what is locked."""
    locked = _locked(lock) if lock else {}
    texts: dict[str, list[str]] = {}
    for requirement in asked:
        if requirement.name:
            asks = texts.setdefault(canonicalize_name(requirement.name), [])
            asks.append(requirement.specifier or requirement.url or "any version")
    return [
        {
            "name": name,
            "asked": ", ".join(dict.fromkeys(some)),
            "installed": _installed(name),
            "locked": locked.get(name, ""),
        }
        for name, some in sorted(texts.items())
    ]


def _locked(lock: Lock) -> dict[str, str]:
    """The locked versions; of conda's packages, also by the names of their distributions."""
    of_conda = locked_packages(lock)
    return {
        **{one.name: f"{one.version} {one.build}" for one in of_conda},
        **{canonicalize_name(one.package): f"{one.version} {one.build}" for one in of_conda},
        **{one.name: str(one.version or "") for one in lock.pylock.packages},
    }


def _installed(name: str) -> str:
    """The version that is found: of a distribution, or of a package of conda without one."""
    found = find_distribution(name) or find_distribution(distribution_name(name))
    package = None if found else find_conda_package(name, conda_prefixes(active_project()))
    either = found or package
    return "" if either is None else either.version
