"""What waits in a kernel, without a kernel: both ways in which ipykernel keeps it."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from types import SimpleNamespace

import pytest

zmq = pytest.importorskip("zmq")

from davos.frontends.restart import requests  # noqa: E402 - see above


def message(name):
    return [b"ident", b"<IDS|MSG>", b"signature", json.dumps({"msg_id": name}).encode(), b"{}"]


def names(found):
    return [json.loads(frames[3])["msg_id"] for frames in found]


class Socket:
    """A socket that has received some messages."""

    def __init__(self, *received):
        self.received = deque(received)

    def recv_multipart(self, flags):
        assert flags == zmq.NOBLOCK
        if not self.received:
            raise zmq.Again
        return self.received.popleft()


class Queue:
    """ipykernel 6's queue: numbers, functions and their arguments."""

    def __init__(self, *entries):
        self.entries = deque(entries)

    def qsize(self):
        return len(self.entries)

    def get_nowait(self):
        return self.entries.popleft()


def kernel(socket, **fields):
    parent = {"header": {"msg_id": "present"}}
    return SimpleNamespace(
        shell_stream=SimpleNamespace(socket=socket), get_parent=lambda channel: parent, **fields
    )


def test_the_queue_comes_before_the_socket():
    queue = Queue((0, print, (message("a"),)), (1, print, ()), (2, print, (message("b"),)))
    waiting = requests.drain(kernel(Socket(message("c"), message("d")), msg_queue=queue))
    assert names(waiting) == ["a", "b", "c", "d"]


def test_what_never_ends_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(requests, "_MAX_SECONDS", 0.01)

    class Endless:
        def recv_multipart(self, flags):
            return message("again")

    assert set(names(requests.drain(kernel(Endless(), msg_queue=Queue())))) == {"again"}


def test_the_present_request_and_marks_of_the_kernels_own_do_not_wait():
    socket = Socket(message("present"), [b"stop aborting"], message("present2"), message("a"))
    assert names(requests.drain(kernel(socket, msg_queue=Queue()))) == ["present2", "a"]


def test_tasks_wait_in_the_order_of_their_requests():
    """A task that has begun made another, whose number is higher than those of later requests."""

    async def main():
        over = asyncio.Event()

        async def shell_main(subshell, msg):
            await over.wait()

        async def run_in_context(*args):
            await asyncio.create_task(shell_main(*args))

        async def drain():
            return requests.drain(kernel(Socket(message("f")), shell_main=shell_main))

        held = [asyncio.create_task(run_in_context(None, message(name))) for name in "ab"]
        await asyncio.sleep(0)
        held += [asyncio.create_task(run_in_context(None, message("c")))]
        draining = asyncio.create_task(drain())
        held += [asyncio.create_task(run_in_context(None, message(name))) for name in "de"]
        waiting = await draining
        over.set()
        await asyncio.gather(*held)
        return names(waiting)

    assert asyncio.run(main()) == list("abcdef")
