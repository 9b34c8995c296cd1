"""What a worker's process does: provide in a project of its host, as a smuggle statement would.

All workers of a host use the same project. The first one has the installer run; the others wait
for it, and find everything there. What could not be installed is written down for those who
waited: it is tried once, not by each of them.
"""

from __future__ import annotations

import json
import socket
import sysconfig
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Iterator, List, TypedDict

import davos
from davos.distributions.index import find_distribution
from davos.engine.look import verdict_of
from davos.engine.running_kernel import count_as_running
from davos.environments import lock
from davos.environments.project import Project
from davos.exceptions import DavosError, InstallerError, LockError, RestartNeededError
from davos.files import read_own_file, replace_file
from davos.frontends.cluster.payload import digest_of, process_name
from davos.installers.pip_failure import UNREACHABLE_INDEX
from davos.onion.validator import validate_text

if TYPE_CHECKING:
    from pathlib import Path

    from davos.engine.provision import Provisioner
    from davos.frontends.cluster.payload import Payload, Row
    from davos.frontends.session import Session
    from davos.onion.comment import Onion, Requirement

__all__ = ["Failures", "Found", "Lack", "Providing", "provide", "use_lock"]

# What a worker holds live objects of, besides what its kernel does.
_WORKERS_OWN = {
    "cloudpickle": "cloudpickle",
    "dask": "dask",
    "distributed": "distributed",
    "ipyparallel": "ipyparallel",
    "msgpack": "msgpack",
    "tblib": "tblib",
    "tornado": "tornado",
    "zict": "zict",
}


class Lack(TypedDict):
    """A requirement that is not there, its modules, and why."""

    requirement: str
    modules: List[str]
    reason: str


class Found(TypedDict):
    """What came of providing; see `on_worker.provide_here`."""

    project: str
    failed: List[Lack]
    restart: List[Lack]
    notes: List[str]


def provide(payload: Payload) -> Found:
    """Provide in this host's project what a payload asks for; see `on_worker.provide_here`.

    Nothing is done in the session's own process, where a cluster may have workers, too. Raises
    DavosError if the project cannot be used at all.
    """
    if payload["session"] == process_name():
        return Found(project="", failed=[], restart=[], notes=[])
    began = time.time()
    session = _prepared(payload["project"])
    project = session.settings.project
    assert project is not None  # noqa: S101 - `_prepared` has set it
    locks = project.home / "locks"
    with _quiet(session), lock.hold(locks / f"{project.folder}.cluster.lock"):
        use_lock(session, payload, locks / f"{project.folder}.lock.ipynb")
        failures = Failures(locks / f"{project.folder}.{socket.gethostname()}.json")
        run = Providing(session, payload, failures.since(began, payload))
        run.provide()
        failures.write(payload, run.failed)
    found = Found(
        project=str(project.project_dir), failed=run.failed, restart=run.restart, notes=[]
    )
    found["notes"] = _differences(payload)
    return found


def _prepared(name: str) -> Session:
    """The session of this process, with the project in use."""
    count_as_running(_WORKERS_OWN)
    project = Project.named(name)
    davos.configure(noninteractive=True)
    if davos.config.project != project:
        davos.configure(project=project)
    return davos.session()


def use_lock(session: Session, payload: Payload, path: Path) -> None:
    """Use the lock of a payload, written to a path; none where the payload has none.

    An environment that cannot read locks (the extra `lock`) does without: the requirements name
    the same versions.
    """
    settings, notebook_lock = session.settings, session.engine.provisioner.notebook_lock
    settings.lock = None
    notebook_lock.current()  # what is in memory of an earlier one is forgotten
    if payload["lock"] is None:
        return
    notebook = {"cells": [], "metadata": {"davos": {"lock": payload["lock"]}}}
    text = json.dumps({**notebook, "nbformat": 4, "nbformat_minor": 5})
    replace_file(path, text.encode("utf-8", "replace"), follow_link=False)
    settings.lock = str(path)
    try:
        notebook_lock.current()
    except LockError:
        settings.lock = None


@contextmanager
def _quiet(session: Session) -> Iterator[None]:
    """Nothing is shown: an engine's output would appear below a cell that asked for none."""
    before = session.settings.suppress_stdout
    session.settings.suppress_stdout = True
    try:
        yield
    finally:
        session.settings.suppress_stdout = before


class Providing:
    """One payload, provided in one process; `known` are the failures of another process."""

    def __init__(self, session: Session, payload: Payload, known: list[Lack]) -> None:
        self._settings = session.settings
        self._provisioner: Provisioner = session.engine.provisioner
        self._payload = payload
        self._known = {lack["requirement"]: lack for lack in known}
        self._unreachable = ""
        self.failed: list[Lack] = []
        self.restart: list[Lack] = []

    def provide(self) -> None:
        """Provide each requirement; the first one that is unmet has the others installed, too."""
        # Of an earlier payload; all that holds now is in this one.
        self._provisioner.requirements.clear()
        rows = self._payload["requirements"]
        onions = list(self._onions(rows))
        wishes = [onion for _, onion in onions]
        for at, (row, onion) in enumerate(onions):
            self._provide_one(row, onion, wishes[at + 1 :])
        self._follow_others()

    def _onions(self, rows: list[Row]) -> Iterator[tuple[Row, Onion]]:
        """The valid ones that another process did not fail to provide just now."""
        for row in rows:
            lack = self._known.get(row["shown"])
            if lack is not None:
                self.failed.append(lack)
                continue
            try:
                yield row, validate_text(row["installer"], row["args"])
            except DavosError as error:
                self.failed.append(_lack(row, str(error)))

    def _provide_one(self, row: Row, onion: Onion, later: list[Onion]) -> None:
        if self._unreachable and not verdict_of(onion, self._settings.project):
            self.failed.append(_lack(row, self._unreachable))
            return
        try:
            self._provisioner.requirements.expected = later, self._versions
            with self._provisioner.ensure(row["modules"][0], onion):
                pass
        except RestartNeededError as error:
            self.restart.append(_lack(row, f"{error.fact} The worker has to be restarted"))
        except InstallerError as error:
            reason = error.message + self._about_platform()
            self._unreachable = reason if UNREACHABLE_INDEX in reason else ""
            self.failed.append(_lack(row, reason))
        except DavosError as error:
            self.failed.append(_lack(row, str(error)))
        finally:
            self._provisioner.requirements.expected = None

    @property
    def _versions(self) -> list[Requirement]:
        """The session's versions of what the requirements need: tried as constraints."""
        found = self._payload["versions"].items()
        return [validate_text("pip", f"{name}=={version}").requirement for name, version in found]

    def _about_platform(self) -> str:
        here, there = sysconfig.get_platform(), self._payload["platform"]
        return "" if here == there else f" (this host is {here}, the session's is {there})"

    def _follow_others(self) -> None:
        """Replace loaded modules of what another process of this host changed meanwhile."""
        project, loaded = self._settings.project, self._provisioner.loaded
        assert project is not None  # noqa: S101 - see `provide`
        for dist in project.distributions():
            known = loaded.versions.get(dist.normalized_name)
            if known not in (None, dist.version) and dist.modules:
                args = f"{dist.name}=={dist.version}"
                row: Row = {
                    "modules": list(dist.modules),
                    "installer": "pip",
                    "args": args,
                    "shown": args,
                }
                self._provide_one(row, validate_text("pip", args), [])
        stuck = {name for lack in self.restart for name in lack["modules"]}
        loaded.note([one for one in project.distributions() if stuck.isdisjoint(one.modules)])


def _lack(row: Row, reason: str) -> Lack:
    lines = reason.splitlines()
    return Lack(requirement=row["shown"], modules=row["modules"], reason=(lines or [""])[0])


def _differences(payload: Payload) -> list[str]:
    """Sentences about what is there in another version than in the session."""
    found = {name: find_distribution(name) for name in payload["versions"]}
    return [
        f"{dist.name} {dist.version} is used there, {version} in the session"
        for name, version in payload["versions"].items()
        for dist in [found[name]]
        if dist is not None and dist.version.partition("+")[0] != version
    ]


class Failures:
    """What one process of a host could not provide, for those that waited for it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def since(self, began: float, payload: Payload) -> list[Lack]:
        """The failures with the same payload, if they are from after a time."""
        try:
            found: Any = json.loads(read_own_file(self._path))
            same = found["payload"] == digest_of(payload) and found["time"] >= began
            return list(found["failed"]) if same else []
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def write(self, payload: Payload, failed: list[Lack]) -> None:
        """Replace what was written before; without failures there is no file."""
        with suppress(OSError):
            if not failed:
                self._path.unlink(missing_ok=True)
                return
            text = json.dumps(
                {"payload": digest_of(payload), "time": time.time(), "failed": failed}
            )
            replace_file(self._path, text.encode("utf-8", "replace"), follow_link=False)
