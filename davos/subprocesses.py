"""Runs an installer's command; the only caller of subprocess. Never a shell.

The child leads a session of its own: an interrupt ends it and its children
together, and nothing it starts (git, ssh) can ask on the terminal. On Windows it leads a
process group: what it started may outlive an interrupt.
"""

from __future__ import annotations

import io
import os
import queue
import selectors
import signal
import subprocess
import threading
from codecs import getincrementaldecoder
from contextlib import suppress
from importlib import import_module
from typing import Any, Callable, Iterator, Mapping, NamedTuple, Sequence

__all__ = ["Captured", "Completed", "capture", "run"]

_TICK = 0.2  # seconds
_NEW_PROCESS_GROUP = 0x200  # `subprocess.CREATE_NEW_PROCESS_GROUP`
# By `os.name`: the signals that end a child, and the seconds that it has after each.
_PATIENCE = {
    "posix": (("SIGINT", 5.0), ("SIGTERM", 3.0), ("SIGKILL", 5.0)),
    "nt": (("CTRL_BREAK_EVENT", 5.0), ("SIGTERM", 5.0)),  # SIGTERM is TerminateProcess there
}


class Completed(NamedTuple):
    """How a command ended: its exit status (negative: the signal) and its output."""

    returncode: int
    output: str


class Captured(NamedTuple):
    """How a command ended, with what it wrote, byte by byte."""

    returncode: int
    stdout: bytes
    stderr: bytes


def capture(
    argv: Sequence[str], env: Mapping[str, str], folder: str, given: bytes | None = None
) -> Captured:
    """Run a command in a folder; its two outputs apart.

    Its standard input is what is given, else the caller's. Raises OSError if it cannot be started.
    """
    done = subprocess.run(
        list(argv), env=dict(env), cwd=folder, input=given, capture_output=True, check=False
    )
    return Captured(done.returncode, done.stdout, done.stderr)


def run(  # noqa: PLR0913 - a command, and what is told of it
    argv: Sequence[str],
    env: Mapping[str, str],
    *,
    on_start: Callable[[], None] | None = None,
    on_output: Callable[[str], None] | None = None,
    on_tick: Callable[[], None] | None = None,
    pass_fds: Sequence[int] = (),
    given: Callable[[], bytes] | None = None,
) -> Completed:
    """Run a command to its end; output and errors are merged in order.

    `on_start` is called once the child runs. `on_output` gets each line, without its end, as
    soon as it is written; a carriage return ends a line, too. `on_tick` is called while nothing is
    written, five times a second. The child keeps the descriptors `pass_fds` and has the caller's
    current folder. Its standard input is what `given` returns, which is called while it starts,
    and which it has to read before it writes; without it there is none.
    Raises OSError if it cannot be started; KeyboardInterrupt, and whatever the functions
    raise, once the child and its children are gone.
    """
    child = _start(argv, env, pass_fds, subprocess.PIPE if given else subprocess.DEVNULL)
    try:
        if given is not None:
            _give(child, given())
        if on_start is not None:
            on_start()
        output = _follow(child, on_output, on_tick)
        return Completed(child.wait(), output)
    except BaseException:
        _end(child)
        raise
    finally:
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                stream.close()


def _give(child: subprocess.Popen[bytes], data: bytes) -> None:
    """Write all that a child is given; it may have ended already, as its status will say."""
    assert child.stdin is not None  # noqa: S101  # it is a pipe
    with suppress(BrokenPipeError), child.stdin as stream:
        stream.write(data)


def _start(
    argv: Sequence[str], env: Mapping[str, str], pass_fds: Sequence[int], stdin: int
) -> subprocess.Popen[bytes]:
    with _starting:
        return subprocess.Popen(
            list(argv),
            env=dict(env),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **_options(pass_fds),
        )


def _options(pass_fds: Sequence[int], os_name: str = os.name) -> dict[str, Any]:
    """What `Popen` gets for a child that keeps descriptors, on each system."""
    if os_name == "posix":
        return {"pass_fds": tuple(pass_fds), "start_new_session": True}
    # To a type checker on another system none of these has what Windows' has.
    runtime_os: Any = os
    runtime_subprocess: Any = subprocess
    runtime = import_module("msvcrt")
    handles = [runtime.get_osfhandle(descriptor) for descriptor in pass_fds]
    for handle in handles:
        runtime_os.set_handle_inheritable(handle, True)  # noqa: FBT003 - its signature
    startup = runtime_subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})
    return {"creationflags": _NEW_PROCESS_GROUP, "startupinfo": startup}


# A process forked in between would keep the pipes open that Popen waits for.
_starting = threading.RLock()
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(
        before=_starting.acquire,
        after_in_parent=_starting.release,
        after_in_child=_starting.release,
    )


def _follow(
    child: subprocess.Popen[bytes],
    on_output: Callable[[str], None] | None,
    on_tick: Callable[[], None] | None,
) -> str:
    decoder = io.IncrementalNewlineDecoder(
        getincrementaldecoder("utf-8")("replace"), translate=True
    )
    lines, rest = [], ""
    for chunk in _CHUNKS[os.name](child):
        if not chunk and on_tick is not None:
            on_tick()
        *ended, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in ended:
            lines.append(f"{line}\n")
            if on_output is not None:
                on_output(line)
    rest += decoder.decode(b"", final=True)
    if rest and on_output is not None:
        on_output(rest.rstrip("\n"))
    return "".join([*lines, rest])


def _selected(child: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """What a child writes, until it closes its output or ends; empty while it writes nothing.

    What the child started may have the output's writing end, too, and live on.
    """
    assert child.stdout is not None  # noqa: S101  # it is a pipe
    descriptor = child.stdout.fileno()
    os.set_blocking(descriptor, False)
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            ended = child.poll() is not None
            ready = selector.select(0 if ended else _TICK)
            chunk = os.read(descriptor, io.DEFAULT_BUFFER_SIZE) if ready else None
            if chunk:
                yield chunk
            elif chunk is not None or ended:
                return
            else:
                yield b""


def _read_by_thread(child: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """The same where a pipe cannot be waited for together with the child's end."""
    assert child.stdout is not None  # noqa: S101  # it is a pipe
    descriptor = os.dup(child.stdout.fileno())  # to close what is being read would wait
    chunks: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        with os.fdopen(descriptor, "rb", buffering=0) as output:
            for chunk in iter(lambda: output.read(io.DEFAULT_BUFFER_SIZE), b""):
                chunks.put(chunk)
        chunks.put(b"")

    threading.Thread(target=read, daemon=True).start()
    while True:
        ended = child.poll() is not None
        try:
            chunk = chunks.get(timeout=_TICK)
        except queue.Empty:
            if ended:
                return
            yield b""
            continue
        if not chunk:
            return
        yield chunk


_CHUNKS = {"posix": _selected, "nt": _read_by_thread}


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child and its children: ask, insist, kill. A second interrupt insists."""
    for name, seconds in _PATIENCE[os.name]:
        if child.poll() is not None:
            break
        _signal(child, name)
        with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            child.wait(seconds)
    _signal(child, _PATIENCE[os.name][-1][0])  # what it left behind


def _signal(child: subprocess.Popen[bytes], name: str) -> None:
    number = getattr(signal, name)
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "nt":
            child.send_signal(number)
        else:
            os.killpg(child.pid, number)
