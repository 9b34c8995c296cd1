"""Ipykernel's output while cells run again: held back, and flushed before it is let go.

`davos.frontends.restart.kernel` copies this file beside `davos.frontends.restart.replay`; like
that, it imports nothing of davos.

Sources: `ipykernel.iostream` (6.4 to 7.4), "Messaging in Jupyter".
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager, suppress
from typing import Any, Iterator

__all__ = ["MARK", "flush", "muted", "streams"]

# Messages on IOPub that show something; a replay shows nothing (Jupyter messaging).
_DISPLAYING = {"display_data", "update_display_data", "execute_result"}
_SHOWING = {*_DISPLAYING, "stream", "error", "clear_output"}
_PIPE_SECONDS = 1.0
MARK = "\x1f"
"""Unit separator: written to see that all came through, and repeated on the server's terminal."""


def streams(kernel: Any) -> dict[int, Any]:
    """Ipykernel's own streams by the descriptors they capture; cells may print to others."""
    found = {1: sys.stdout, 2: sys.stderr}
    # Before 6.21 ipykernel keeps them nowhere; a captured one has a thread that reads its pipe.
    for thread in threading.enumerate():
        stream = getattr(getattr(thread, "_target", None), "__self__", None)
        if getattr(stream, "watch_fd_thread", None) is thread:
            found[2 if getattr(stream, "name", "") == "stderr" else 1] = stream
    for descriptor, name in ((1, "_stdout"), (2, "_stderr")):
        found[descriptor] = getattr(kernel, name, None) or found[descriptor]
    return found


def flush(kernel: Any) -> None:
    """Have what was printed leave; where a cell redirected it to, it may be closed by now."""
    for stream in (sys.stdout, sys.stderr, *streams(kernel).values()):
        with suppress(Exception):
            stream.flush()


@contextmanager
def muted(kernel: Any) -> Iterator[None]:
    """Drop what would be shown; comms, input requests and states pass."""
    session = kernel.session
    send = session.send

    def send_unless_shown(stream: Any, msg_or_type: Any, *args: Any, **kwargs: Any) -> Any:
        header = msg_or_type.get("header", msg_or_type) if isinstance(msg_or_type, dict) else {}
        if header.get("msg_type", msg_or_type) in _SHOWING:
            return None
        return send(stream, msg_or_type, *args, **kwargs)

    session.send = send_unless_shown
    try:
        yield
    finally:
        try:
            _await_captured(kernel)
            flush(kernel)
        finally:
            del session.send


def _await_captured(kernel: Any) -> None:
    """Wait until what subprocesses printed has come through ipykernel's pipes.

    A last byte is written into each, one that terminals ignore.
    """
    for descriptor, stream in streams(kernel).items():
        thread = getattr(stream, "watch_fd_thread", None)
        if thread is None or not thread.is_alive():
            continue
        came = threading.Event()

        def write(text: str, into: Any = stream.write, came: Any = came) -> Any:
            if text.endswith(MARK):
                came.set()
            return into(text)

        stream.write = write
        with suppress(OSError):  # a cell may have closed it
            os.write(descriptor, MARK.encode())
            came.wait(_PIPE_SECONDS)
        del stream.write
