"""`davos.distribute`: which cluster a client belongs to, and keeping its hosts up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Mapping, Protocol

from davos.engine.call_site import warn
from davos.exceptions import DavosError
from davos.frontends.cluster.hosts import READY, Host, Hosts, hosts_of
from davos.frontends.cluster.payload import payload_of

if TYPE_CHECKING:
    from davos.frontends.cluster.payload import Payload
    from davos.frontends.session import Session

__all__ = ["Cluster", "Distributor", "distribute"]


class Cluster(Protocol):
    """The workers of one client."""

    client: object

    @property
    def is_closed(self) -> bool:
        """Whether the client is closed: nothing can be sent to the workers any more."""

    def workers(self) -> frozenset[str]:
        """The names of the workers that are there."""

    def provide(self, payload: Payload) -> Mapping[str, Mapping[str, Any]]:
        """Have all workers, also those that join later where the cluster can, provide a payload.

        Returns, by worker, what `on_worker.provide_here` returned. Raises OSError if the
        cluster cannot be reached.
        """

    def restart(self, workers: list[str]) -> None:
        """Restart workers. Raises DavosError where they cannot be restarted."""


def _dask(client: Any) -> Cluster:
    from davos.frontends.cluster.dask import DaskCluster  # noqa: PLC0415 - needs the extra

    return DaskCluster(client)


def _ipyparallel(client: Any) -> Cluster:
    from davos.frontends.cluster.ipyparallel import EngineCluster  # noqa: PLC0415 - as above

    return EngineCluster(client)


# By the top-level module that a client's class comes from.
_KINDS: Mapping[str, Callable[[Any], Cluster]] = {"distributed": _dask, "ipyparallel": _ipyparallel}
_ACCEPTED = "a dask.distributed.Client, or a Client or a view of ipyparallel"


def distribute(session: Session, client: object, *, restart: bool) -> Hosts:
    """See `davos.distribute`."""
    distributor = Distributor(session, _cluster_of(client), restart=restart)
    hosts = distributor.provide()
    session.followers[id(distributor.client)] = distributor.follow
    shell = session.settings.ipython_shell
    if shell is not None:  # before each cell: ipyparallel's engines may have joined
        shell.events.register("pre_run_cell", session.follow)
    return hosts


def _cluster_of(client: object) -> Cluster:
    for kind in type(client).__mro__:
        make = _KINDS.get(kind.__module__.partition(".")[0])
        if make is not None:
            return make(client)
    raise DavosError(f"davos.distribute takes {_ACCEPTED}, not {type(client).__name__}")


class Distributor:
    """Has the workers of one cluster provide what a session smuggled."""

    def __init__(self, session: Session, cluster: Cluster, *, restart: bool) -> None:
        self._session = session
        self._cluster = cluster
        self._restart = restart
        self._sent: object = None
        self._told: set[str] = set()

    @property
    def client(self) -> object:
        """The client that the cluster is reached through."""
        return self._cluster.client

    def provide(self) -> Hosts:
        """Send what the session smuggled to all workers, and return the table of hosts.

        Raises DavosError without a project, and if the client is closed or the cluster cannot be
        reached.
        """
        payload = self._payload()
        if self._cluster.is_closed:
            raise DavosError("the client is closed; make a new one, and distribute to it")
        try:
            hosts = self._provided(payload)
        except OSError as error:
            raise DavosError(f"the cluster cannot be reached: {error}") from error
        for host in hosts:
            self._tell(host)
        return hosts

    def follow(self) -> None:
        """Provide again if the session smuggled something, or workers joined, since.

        What fails is a warning: the statement that was run has succeeded in the session.
        """
        if self._cluster.is_closed:
            del self._session.followers[id(self.client)]
            return
        try:
            if self._sent != self._state():
                self.provide()
        except DavosError as error:
            self._warn(f"workers do not have what was smuggled last: {error}")

    def _provided(self, payload: Payload) -> Hosts:
        outcomes = self._cluster.provide(payload)
        stuck = [worker for worker, outcome in outcomes.items() if outcome["restart"]]
        if stuck and self._restart:
            self._cluster.restart(stuck)
            outcomes = self._cluster.provide(payload)
        self._sent = self._state()
        return hosts_of(outcomes)

    def _payload(self) -> Payload:
        project = self._session.settings.project
        if project is None:
            raise DavosError(
                "davos.config.project is None, and the hosts of a cluster install into a project: "
                "set davos.config.project, or call davos.use_default_project()"
            )
        provisioner = self._session.engine.provisioner
        entries, lock = provisioner.requirements.entries, provisioner.notebook_lock.contents()
        return payload_of(project, entries, self._session.settings.smuggled, lock)

    def _state(self) -> object:
        """What changes when something has to be sent."""
        settings = self._session.settings
        revision = self._session.engine.provisioner.requirements.revision
        return revision, len(settings.smuggled), settings.project, self._cluster.workers()

    def _tell(self, host: Host) -> None:
        if host.state == READY and not host.notes:
            return
        count = f"{len(host.workers)} worker{'s' if len(host.workers) > 1 else ''}"
        modules = ", ".join(host.modules)
        effect = f". Tasks that import {modules} fail there" if modules else ""
        what = "; ".join((*host.reasons, *host.notes))
        self._warn(f"host {host.name} ({count}): {what}{effect}")

    def _warn(self, sentence: str) -> None:
        """Warn, of the same thing once."""
        if sentence not in self._told:
            self._told.add(sentence)
            warn(sentence)
