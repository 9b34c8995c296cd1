"""Whether a line that davos shows is the only output of a cell, and can be taken away again.

Of the outputs of a cell Jupyter's messages take away all or none (`clear_output`). So a line goes
only if nothing was shown before it in its cell, and nothing since. Sources: "Messaging in
Jupyter"; `jupyter_client.session.Session`, whose `message_count` is that of all its messages;
`ipykernel.zmqshell.ZMQDisplayPublisher`.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Iterator

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["CellOutputs"]

_SHOWING = frozenset(
    {"stream", "display_data", "update_display_data", "execute_result", "error", "clear_output"}
)


class CellOutputs:
    """Knows whether the present cell of a kernel has outputs."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._began: tuple[object, int, int] | None = None
        self._watch: _Watch | None = None

    def attend(self) -> None:
        """Note the begin of each cell from now on (IPython's `pre_run_cell` event)."""
        self._shell.events.register("pre_run_cell", self._begin)

    def _begin(self, _info: object = None) -> None:
        cell = self.cell
        if self._began is None or cell != self._began[0]:  # else it is one that a cell runs
            self._began = cell, self._count, threading.get_ident()

    @property
    def cell(self) -> object:
        """What tells the present request of the front end from others."""
        parent: Any = getattr(self._shell, "get_parent", dict)()
        return parent.get("header", {}).get("msg_id")

    @property
    def _session(self) -> Any:
        return getattr(getattr(self._shell, "kernel", None), "session", None)

    @property
    def _count(self) -> int:
        return getattr(self._session, "message_count", -1)

    def are_empty(self) -> bool:
        """Whether the present cell has shown nothing yet; False where that cannot be known."""
        _flush()
        now = self.cell, self._count, threading.get_ident()
        return self._began == now and None not in now and self._count > 0

    def watch(self) -> None:
        """Notice from now on, until `clear`, what others show."""
        self._watch = _Watch(self._session)

    @contextmanager
    def showing(self) -> Iterator[None]:
        """While the block runs, what this thread shows is the line itself."""
        if self._watch is None:
            yield
            return
        self._watch.showing = threading.get_ident()
        try:
            yield
        finally:
            self._watch.showing = None

    def clear(self) -> bool:
        """Take the line away if it was watched and is alone; whether it is gone."""
        if self._watch is None:
            return False
        try:
            _flush()
            return self._watch.clear(self._shell.display_pub)
        finally:
            self.leave()

    def leave(self) -> None:
        """Watch no longer: the line stays."""
        if self._watch is not None:
            self._watch.end()
            self._watch = None


class _Watch:
    """Looks at each message that a kernel's session sends."""

    def __init__(self, session: Any) -> None:
        self.showing: int | None = None
        """The thread that shows the line at this moment."""
        self._session = session
        self._before = vars(session).get("send")
        self._send = session.send
        self._others = False
        self._lock = threading.RLock()  # nothing comes between the last look and the removal
        session.send = self._sent

    def _sent(self, stream: Any, msg_or_type: Any, *args: Any, **kwargs: Any) -> Any:
        header = msg_or_type.get("header", {}) if isinstance(msg_or_type, dict) else {}
        with self._lock:
            if threading.get_ident() != self.showing:
                self._others |= header.get("msg_type", msg_or_type) in _SHOWING
            return self._send(stream, msg_or_type, *args, **kwargs)

    def clear(self, publisher: Any) -> bool:
        """Take the outputs of the cell away, unless others showed something."""
        with self._lock:
            if self._others:
                return False
            # The publisher's own method flushes first, which would wait for the lock.
            self._send(
                publisher.pub_socket,
                "clear_output",
                {"wait": False},
                parent=publisher.parent_header,
                ident=publisher.topic,
            )
            return True

    def end(self) -> None:
        """Let the session send as before."""
        if self._before is None:
            del self._session.send
        else:
            self._session.send = self._before


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # one of the user's, which may do anything
            stream.flush()
