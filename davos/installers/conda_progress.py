"""What py-rattler is doing, from the events that its process writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping

from davos.installers.base import Progress
from davos.installers.conda_protocol import event_in

if TYPE_CHECKING:
    from davos.installers.base import Listener

__all__ = ["CondaOutput"]


class CondaOutput:
    """Turns events into what py-rattler does, for a listener, and into output, as it prints none.

    `last` is the last event of all, `printed` are the lines that are no events.
    """

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.printed: list[str] = []
        self.last: Mapping[str, Any] = {}
        self._said: set[str] = set()

    def hear(self, line: str) -> None:
        """Take a line of the process' output."""
        event = event_in(line)
        if event is None:
            self.printed.append(line)
            self.listener.output(line)
            return
        self.last = event
        kind = str(event["event"])
        for said in _SAID[kind](event) if kind in _SAID else ():
            if said not in self._said:
                self._said.add(said)
                self.listener.output(said)
        if kind in _TOLD:
            self.listener.progress(_TOLD[kind](event))


def _fetching(event: Mapping[str, Any]) -> Progress:
    """All downloads as one; several files are fetched at once."""
    index = min(event["files"] + 1, event["all_files"])
    done, total = event["bytes"], event["total"]
    return Progress("downloading", event["package"], done, total, index, event["all_files"])


def _linking(event: Mapping[str, Any]) -> Progress:
    name, index, count = event["package"], event["files"], event["all_files"]
    return Progress("installing", name, index=index, count=count)


_SAID: Mapping[str, Callable[[Mapping[str, Any]], Iterable[str]]] = {
    "solving": lambda event: [f"solving for {event['package']}"],
    "solved": lambda event: [f"to install: {one}" for one in event["packages"] or ["nothing"]],
    "fetching": lambda event: [f"fetching {event['package']}"],
    "linking": lambda event: [f"installing {event['package']}"],
}
_TOLD: Mapping[str, Callable[[Mapping[str, Any]], Progress]] = {
    "solving": lambda event: Progress("resolving", event["package"]),
    "fetching": _fetching,
    "linking": _linking,
}
