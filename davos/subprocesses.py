"""Runs an installer's command; the only caller of subprocess. Never a shell.

The child leads a session of its own: an interrupt ends it and its children
together, and nothing it starts (git, ssh) can ask on the terminal.
"""

from __future__ import annotations

import io
import os
import selectors
import signal
import subprocess
import threading
from codecs import getincrementaldecoder
from contextlib import suppress
from dataclasses import dataclass
from typing import Callable, Iterator, Mapping, Sequence

__all__ = ["Captured", "Completed", "capture", "run"]

_TICK = 0.2  # seconds
_PATIENCE = ((signal.SIGINT, 5.0), (signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0))


@dataclass(frozen=True)
class Completed:
    """How a command ended: its exit status (negative: the signal) and its output."""

    returncode: int
    output: str


@dataclass(frozen=True)
class Captured:
    """How a command ended, with what it wrote, byte by byte."""

    returncode: int
    stdout: bytes
    stderr: bytes


def capture(argv: Sequence[str], env: Mapping[str, str], folder: str) -> Captured:
    """Run a command in a folder, with the caller's standard input; its two outputs apart.

    Raises OSError if it cannot be started.
    """
    done = subprocess.run(list(argv), env=dict(env), cwd=folder, capture_output=True, check=False)
    return Captured(done.returncode, done.stdout, done.stderr)


def run(
    argv: Sequence[str],
    env: Mapping[str, str],
    *,
    on_output: Callable[[str], None] | None = None,
    pass_fds: Sequence[int] = (),
) -> Completed:
    """Run a command to its end; output and errors are merged in order.

    `on_output` gets each line, without its end, as soon as it is written; a carriage return
    ends a line, too. The child keeps the descriptors `pass_fds`, has no standard input and the
    caller's current folder. Raises OSError if it cannot be started; KeyboardInterrupt,
    and whatever `on_output` raises, once the child and its children are gone.
    """
    child = _start(argv, env, pass_fds)
    try:
        output = _follow(child, on_output)
        return Completed(child.wait(), output)
    except BaseException:
        _end(child)
        raise
    finally:
        if child.stdout is not None:
            child.stdout.close()


def _start(
    argv: Sequence[str],
    env: Mapping[str, str],
    pass_fds: Sequence[int],
) -> subprocess.Popen[bytes]:
    with _starting:
        return subprocess.Popen(
            list(argv),
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=tuple(pass_fds),
            start_new_session=True,
        )


# A process forked in between would keep the pipes open that Popen waits for.
_starting = threading.RLock()
os.register_at_fork(
    before=_starting.acquire,
    after_in_parent=_starting.release,
    after_in_child=_starting.release,
)


def _follow(child: subprocess.Popen[bytes], on_output: Callable[[str], None] | None) -> str:
    decoder = io.IncrementalNewlineDecoder(
        getincrementaldecoder("utf-8")("replace"), translate=True
    )
    lines, rest = [], ""
    for chunk in _chunks(child):
        *ended, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in ended:
            lines.append(f"{line}\n")
            if on_output is not None:
                on_output(line)
    rest += decoder.decode(b"", final=True)
    if rest and on_output is not None:
        on_output(rest.rstrip("\n"))
    return "".join([*lines, rest])


def _chunks(child: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """What a child writes, until it closes its output or ends.

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


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child and its children: ask, insist, kill. A second interrupt insists."""
    for number, seconds in _PATIENCE:
        if child.poll() is not None:
            break
        _signal(child.pid, number)
        with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            child.wait(seconds)
    _signal(child.pid, signal.SIGKILL)  # what it left behind


def _signal(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
