"""The plugin that a Dask worker sets up when it starts, before it gets tasks.

Its text is sent to workers with that of `on_worker`, for the reasons given there.
"""

from __future__ import annotations

import asyncio
from typing import Any, Callable

from distributed import WorkerPlugin

__all__ = ["NAME", "DavosPlugin"]

NAME = "davos"

_PROVIDE = "(exec(text), provide_here(payload))[1]"
_REBUILT = "(exec(plugin), DavosPlugin(plugin, text, payload))[1]"
# A worker is taken for dead after five minutes without a heartbeat
# (`distributed.scheduler.worker-ttl`), and sends none before its plugins are set up.
_HEARTBEAT = 5.0


class DavosPlugin(WorkerPlugin):  # type: ignore[misc]
    """Has a worker provide a payload when it is set up.

    `plugin` is the text of this module, `text` that of `on_worker`.
    """

    name = NAME

    def __init__(self, plugin: str, text: str, payload: Any) -> None:
        self._parts = {"plugin": plugin, "text": text, "payload": payload}

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        """Pickle as text and plain data, which any version of Python can load."""
        return eval, (_REBUILT, self._parts)

    async def setup(self, worker: Any) -> None:
        """Provide in another thread, so that the worker goes on answering meanwhile."""
        loop = asyncio.get_running_loop()
        done = loop.run_in_executor(None, eval, _PROVIDE, dict(self._parts))
        while not (await asyncio.wait([done], timeout=_HEARTBEAT))[0]:
            await worker.heartbeat()
        await done
