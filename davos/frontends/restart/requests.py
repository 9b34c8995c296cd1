"""The requests that a kernel has received: the one it handles, and those that wait.

ipykernel has no interface for either. Version 6 queues them (`Kernel.msg_queue`); in version
7 each is an asyncio task, or still on its way from the thread that reads the shell channel
(`ShellChannelThread`). Sources: `ipykernel.kernelbase` 6.4 to 7.4, "Messaging in Jupyter".
"""

from __future__ import annotations

import asyncio
import inspect
import json
import time
from typing import Any, Iterator, Sequence

from davos.frontends.restart import replay

__all__ = ["drain", "drain_rest", "is_known", "present", "put_back"]

_QUIET_SECONDS = 0.1
_MAX_SECONDS = 1.0
_POLL_SECONDS = 0.005
_DELIMITER = b"<IDS|MSG>"


def is_known(kernel: Any) -> bool:
    """Whether it is a kernel of ipykernel 6.4 or newer, handling a request of its main shell."""
    if not (hasattr(kernel, "msg_queue") or hasattr(kernel, "shell_main")):
        return False
    if not all(hasattr(kernel, name) for name in ("get_parent", "_parent_ident", "session")):
        return False
    header = kernel.get_parent("shell").get("header", {})
    return bool(header) and header.get("subshell_id") is None


def present(kernel: Any) -> list[bytes]:
    """The request that is being handled, as it would come over the wire."""
    parent = kernel.get_parent("shell")
    frames: list[bytes] = kernel.session.serialize(parent, ident=kernel._parent_ident["shell"])  # noqa: SLF001
    return frames


def drain(kernel: Any, left: Sequence[list[bytes]] = ()) -> list[list[bytes]]:
    """Take the requests that wait, in the order in which they came.

    `left` are those that a replay has still to answer: they came before the others. Ends when
    nothing more has come for a tenth of a second, or after a second: somebody may be moving a
    slider.
    """
    found = [*left, *_queued(kernel), *_tasks(kernel)]
    socket = _socket(kernel)
    end = time.monotonic() + _MAX_SECONDS
    until = time.monotonic() + _QUIET_SECONDS
    while time.monotonic() < min(until, end):
        frames = _receive(socket)
        if frames is None:
            time.sleep(_POLL_SECONDS)
        else:
            found.append(frames)
            until = time.monotonic() + _QUIET_SECONDS
    return _requests(kernel, found)


def drain_rest(kernel: Any) -> list[list[bytes]]:
    """Take what has come since `drain`."""
    socket = _socket(kernel)
    return _requests(kernel, list(iter(lambda: _receive(socket), None)))


def _requests(kernel: Any, found: list[list[bytes]]) -> list[list[bytes]]:
    present_id = kernel.get_parent("shell")["header"]["msg_id"]
    return [frames for frames in found if _id(frames) not in (None, present_id)]


def _id(frames: list[bytes]) -> str | None:
    """The id of a message; None for what ipykernel 7 sends itself as the end of aborting."""
    if _DELIMITER not in frames:
        return None
    header = json.loads(frames[frames.index(_DELIMITER) + 2])
    found: str = header["msg_id"]
    return found


def put_back(kernel: Any, requests: list[list[bytes]]) -> None:
    """Let requests that were taken wait again, in their order, for the present one to end."""
    for frames in requests:
        message = replay.messages(frames)
        if hasattr(kernel, "shell_main"):
            kernel.io_loop.add_callback(kernel.shell_main, None, message)
        else:
            kernel.schedule_dispatch(kernel.dispatch_shell, message)


def _queued(kernel: Any) -> list[list[bytes]]:
    """Ipykernel 6: entries are (number, function, arguments); timers have no arguments."""
    found: list[list[bytes]] = []
    while hasattr(kernel, "msg_queue") and kernel.msg_queue.qsize():
        _, _, arguments = kernel.msg_queue.get_nowait()
        if arguments:
            found.append(_bytes(arguments[-1]))
    return found


def _tasks(kernel: Any) -> list[list[bytes]]:
    """Ipykernel 7: the tasks that wait for their turn, in the order they were made."""
    if not hasattr(kernel, "shell_main"):
        return []
    try:
        tasks = asyncio.all_tasks()
    except RuntimeError:
        return []
    found = ((_order(task), message) for task in tasks for message in _message_of(task))
    return [_bytes(message) for _, message in sorted(found, key=lambda pair: pair[0])]


def _order(task: asyncio.Task[Any]) -> tuple[bool, int]:
    """Where a task stands in the queue: asyncio names tasks Task-1, Task-2 ...

    `run_in_context` makes a second task for its request when it begins; those that have
    not begun came after all that have.
    """
    digits = task.get_name().rpartition("-")[2]
    begun = getattr(task.get_coro(), "__name__", "") == "shell_main"
    return not begun, int(digits) if digits.isdigit() else 0


def _message_of(task: asyncio.Task[Any]) -> Iterator[Any]:
    """The request that a task holds and has not begun with, if any."""
    coroutine: Any = task.get_coro()
    frame = getattr(coroutine, "cr_frame", None)
    if frame is None:
        return
    state = inspect.getcoroutinestate(coroutine)
    if frame.f_code.co_name == "run_in_context" and state == inspect.CORO_CREATED:
        yield frame.f_locals["args"][-1]
    if frame.f_code.co_name == "shell_main" and state != inspect.CORO_RUNNING:
        yield frame.f_locals["msg"]


def _socket(kernel: Any) -> Any:
    """The socket that only the main thread reads requests of the main shell from."""
    thread = getattr(kernel, "shell_channel_thread", None)
    if thread is None:
        return kernel.shell_stream.socket
    return thread.manager.get_shell_channel_to_subshell_pair(None).to_socket


def _receive(socket: Any) -> list[bytes] | None:
    import zmq  # noqa: PLC0415 - what the kernel is made of

    try:
        frames: list[bytes] = socket.recv_multipart(zmq.NOBLOCK)
    except zmq.Again:
        return None
    return frames


def _bytes(message: Any) -> list[bytes]:
    return [frame if isinstance(frame, bytes) else frame.bytes for frame in message]
