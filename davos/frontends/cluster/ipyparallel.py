"""The engines of an ipyparallel client, or of one of its views."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Mapping

from davos.exceptions import DavosError
from davos.frontends.cluster import on_worker

if TYPE_CHECKING:
    from davos.frontends.cluster.payload import Payload

__all__ = ["EngineCluster"]


class EngineCluster:
    """All engines of a client; those of a view with targets of its own, if one is given.

    ipyparallel runs nothing by itself on an engine that joins: `workers` tells of those.
    """

    def __init__(self, client_or_view: Any) -> None:
        """Take a client, or a view of one."""
        self.client = getattr(client_or_view, "client", None) or client_or_view

    @property
    def is_closed(self) -> bool:
        """Whether the client is closed."""
        return bool(self.client._closed)  # noqa: SLF001 - ipyparallel has no public name for it

    def workers(self) -> frozenset[str]:
        """The numbers of the engines that are there."""
        return frozenset(map(str, self.client.ids))

    def provide(self, payload: Payload) -> Mapping[str, Mapping[str, Any]]:
        """Have every engine provide the payload, in its turn; what came of it."""
        from ipyparallel.error import EngineError  # noqa: PLC0415 - needs the extra

        engines = list(self.client.ids)
        if not engines:
            return {}
        data = {"text": inspect.getsource(on_worker), "payload": payload}
        view = self.client.direct_view(engines)
        answers = view.apply_async(eval, on_worker.PROVIDE, data).get(return_exceptions=True)
        return {
            str(engine): _outcome(engine, answer)
            for engine, answer in zip(engines, answers)
            if not isinstance(answer, EngineError)  # it died meanwhile
        }

    def restart(self, workers: list[str]) -> None:
        """Raise DavosError: who started the engines restarts them."""
        raise DavosError(
            f"engines {', '.join(workers)} have to be restarted by what started them, as "
            "`Cluster.restart_engines`; then call davos.distribute again"
        )


def _outcome(engine: int, answer: Any) -> Mapping[str, Any]:
    """What an engine returned. Raises DavosError if it raised something."""
    if isinstance(answer, BaseException):
        raise DavosError(f"engine {engine} cannot provide anything: {answer}")
    outcome: Mapping[str, Any] = answer
    return outcome
