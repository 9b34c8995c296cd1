"""The workers of a `dask.distributed.Client`."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Mapping

from davos.exceptions import DavosError
from davos.frontends.cluster import on_worker

if TYPE_CHECKING:
    from davos.frontends.cluster.payload import Payload

__all__ = ["DaskCluster"]


class DaskCluster:
    """A worker plugin, which the scheduler also gives to workers that join or restart later."""

    def __init__(self, client: Any) -> None:
        """Take a synchronous client. Raises DavosError for others, and for an old Dask."""
        if not hasattr(client, "register_plugin"):
            raise DavosError(
                "davos.distribute takes a dask.distributed.Client of a version that has "
                f"register_plugin, not {type(client).__name__}: pip install 'davos[dask]>=0.3'"
            )
        if client.asynchronous:
            raise DavosError("davos.distribute takes a client that is not asynchronous")
        self.client = client

    @property
    def is_closed(self) -> bool:
        """Whether the client is closed."""
        return self.client.status not in ("running", "connecting")

    def workers(self) -> frozenset[str]:
        """None by name: the scheduler gives the plugin to those that join."""
        return frozenset()

    def provide(self, payload: Payload) -> Mapping[str, Mapping[str, Any]]:
        """Register the plugin anew, which waits for all workers; then ask what came of it."""
        from davos.frontends.cluster import worker_plugin  # noqa: PLC0415 - imports distributed

        texts = inspect.getsource(worker_plugin), inspect.getsource(on_worker)
        plugin = worker_plugin.DavosPlugin(*texts, payload)
        for last in (False, False, True):
            try:
                self.client.register_plugin(plugin, name=worker_plugin.NAME)
                break
            except OSError:  # a worker that went away meanwhile
                if last:
                    raise
        outcomes = self.client.run(eval, on_worker.LAST_OUTCOME, on_error="ignore")
        return {worker: outcome for worker, outcome in outcomes.items() if outcome is not None}

    def restart(self, workers: list[str]) -> None:
        """Have the nannies of workers restart them. Raises DavosError for one without a nanny."""
        try:
            self.client.restart_workers(workers)
        except ValueError as error:
            raise DavosError(f"a worker cannot be restarted: {error}") from error
