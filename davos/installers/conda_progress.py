"""What py-rattler is doing, from the events that its process writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Mapping

from davos.installers.base import Progress
from davos.installers.conda_protocol import event_in

if TYPE_CHECKING:
    from davos.installers.base import Listener

__all__ = ["CondaOutput"]


class CondaOutput:
    """Turns events into what py-rattler does, for a listener.

    `last` is the last event of all, `printed` are the lines that are no events.
    """

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.printed: list[str] = []
        self.last: Mapping[str, Any] = {}

    def hear(self, line: str) -> None:
        """Take a line of the process' output."""
        event = event_in(line)
        if event is None:
            self.printed.append(line)
            self.listener.output(line)
            return
        self.last = event
        told = _TOLD.get(str(event["event"]))
        if told is not None:
            self.listener.progress(told(event))


def _fetching(event: Mapping[str, Any]) -> Progress:
    """All downloads as one; several files are fetched at once."""
    index = min(event["files"] + 1, event["all_files"])
    done, total = event["bytes"], event["total"]
    return Progress("downloading", event["package"], done, total, index, event["all_files"])


def _linking(event: Mapping[str, Any]) -> Progress:
    name, index, count = event["package"], event["files"], event["all_files"]
    return Progress("installing", name, index=index, count=count)


_TOLD: Mapping[str, Callable[[Mapping[str, Any]], Progress]] = {
    "solving": lambda event: Progress("resolving", event["package"]),
    "fetching": _fetching,
    "linking": _linking,
}
