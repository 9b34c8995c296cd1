"""What a session smuggled, as plain data: what the hosts of a cluster are asked to provide.

A requirement is sent with the version that the session has, so that workers compute with what
the session computes with. What came from a URL, a repository or a folder is sent as written.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import sys
import sysconfig
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, Mapping, Optional, TypedDict
from uuid import uuid4

from packaging.utils import canonicalize_name

import davos
from davos.credentials import masked
from davos.distributions.import_names import default_distribution
from davos.distributions.index import find_distribution
from davos.distributions.standard_library import is_standard
from davos.environments.requirement_check import needed
from davos.exceptions import SmuggledModuleNotFoundError

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.engine.session_requirements import Entry
    from davos.environments.project import Project
    from davos.onion.comment import Onion, Requirement

__all__ = ["Payload", "Row", "digest_of", "payload_of", "process_name"]

# A host installs what it lacks; these options would have each worker install it again.
_FORCING = {"--force-reinstall", "--ignore-installed", "--upgrade"}
_LONGEST_NAME = 200
_PROCESS = uuid4().hex


class Row(TypedDict):
    """One requirement: the onion comment's installer and arguments.

    `modules` are those of its distribution, the smuggled one first; `shown` is the requirement
    without credentials.
    """

    modules: List[str]
    installer: str
    args: str
    shown: str


class Payload(TypedDict):
    """What a host is asked to provide, and by whom.

    `session` names the process that asks, `davos` the version there, `project` the host's project,
    `python` the session's `sys.version_info[:2]`, `platform` that of `sysconfig.get_platform`.
    `versions` are those of all that the requirements need, by normalised name. `lock` is the
    PEP 751 document of the notebook's lock, None if it has none.
    """

    session: str
    davos: str
    project: str
    python: List[int]
    platform: str
    requirements: List[Row]
    versions: Dict[str, str]
    lock: Optional[Dict[str, Any]]


def process_name() -> str:
    """A name for this process that no other process has; a forked child has another."""
    return f"{_PROCESS}-{os.getpid()}"


def payload_of(
    project: Project,
    entries: Iterable[Entry],
    modules: Iterable[str],
    lock: Mapping[str, Any] | None = None,
) -> Payload:
    """What a session in a project asks for.

    `entries` are the requirements of its onion comments, `modules` all that it
    smuggled: those without an onion comment are sent as the distribution that they came from.
    `lock` is the document of its lock.
    """
    entries = list(entries)
    rows = [*map(_row_of, entries), *_rows_without_onion(modules, entries)]
    return Payload(
        session=process_name(),
        davos=davos.__version__,
        project=_project_name(project),
        python=list(sys.version_info[:2]),
        platform=sysconfig.get_platform(),
        requirements=rows,
        versions=_versions(project, [entry.name for entry in entries]),
        lock=_plain(lock),
    )


def _plain(lock: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A lock as JSON has it: without the times of uploads, which JSON has no type for."""
    plain: dict[str, Any] | None = json.loads(json.dumps(lock, default=lambda _time: None))
    return plain


def digest_of(payload: Payload) -> str:
    """What differs between payloads that ask for different things."""
    text = json.dumps(payload, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _row_of(entry: Entry) -> Row:
    found = find_distribution(entry.name)
    words = _words_of(entry.onion, entry) if entry.onion else [f"{entry.name}=={entry.version}"]
    return Row(
        modules=_modules(entry.module, found),
        installer=entry.onion.installer if entry.onion else "pip",
        args=shlex.join(words),
        shown=masked(words[-1]),
    )


def _words_of(onion: Onion, entry: Entry) -> list[str]:
    """The words of an onion comment, its requirement last and with the session's version."""
    options = [word for word in onion.passed if word not in _FORCING]
    hashes = [f"--hash={digest}" for digest in onion.options.get("hash") or ()]
    editable = ["-e"] if onion.requirement.editable else []
    return [*options, *hashes, *editable, _pinned(onion.requirement, entry.version)]


def _pinned(requirement: Requirement, version: str) -> str:
    """The text of a requirement that asks for the session's version, in any build of it."""
    is_direct = requirement.url or requirement.path or not requirement.name
    is_exact = requirement.specifier.startswith("==") and not {*",*"} & {*requirement.specifier}
    return requirement.text if is_direct or is_exact else requirement.pinned(_public(version))


def _public(version: str) -> str:
    """A version without its local part, which names one build: `1.0` for `1.0+cpu` (PEP 440)."""
    return version.partition("+")[0]


def _rows_without_onion(modules: Iterable[str], entries: Iterable[Entry]) -> Iterator[Row]:
    known = {entry.module for entry in entries}
    for module in modules:
        is_done = module in known or is_standard(module.partition(".")[0])
        found = None if is_done else _provider(module)
        if found is not None:
            requirement = f"{found.name}=={_public(found.version)}"
            own = _modules(module, found)
            yield Row(modules=own, installer="pip", args=requirement, shown=requirement)


def _modules(module: str, found: Distribution | None) -> list[str]:
    """The module that was smuggled, and the others of its distribution.

    A part of a namespace package is alone: the top-level module is that of others, too.
    """
    others = found.modules if found is not None and "." not in module else ()
    return list(dict.fromkeys((module, *others)))


def _provider(module: str) -> Distribution | None:
    """The distribution that a module smuggled without an onion comes from; None if unknown."""
    try:
        return find_distribution(default_distribution(module))
    except SmuggledModuleNotFoundError:
        return None


def _versions(project: Project, names: Iterable[str]) -> dict[str, str]:
    """The versions of what the session's requirements need, and of all that the project holds."""
    asked = {canonicalize_name(name): find_distribution(name) for name in names}
    reached = {name for dist in asked.values() if dist is not None for name in needed(dist)}
    found = [*map(find_distribution, sorted(reached)), *project.distributions()]
    return {
        dist.normalized_name: _public(dist.version)
        for dist in found
        if dist is not None and dist.direct_url is None and dist.normalized_name not in asked
    }


def _project_name(project: Project) -> str:
    """The name of the project on the hosts: that of the session's, which no other one has."""
    name = f"cluster-{project.folder.replace('.ipynb-', '-')}"
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    return f"cluster-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
