"""Runs an installer's command; the only caller of subprocess. Never a shell.

The child leads a session of its own: an interrupt ends it and its children
together, and nothing it starts (git, ssh) can ask on the terminal. On Windows it leads a
process group: what it started may outlive an interrupt.
"""

from __future__ import annotations

import errno
import io
import os
import queue
import selectors
import signal
import struct
import subprocess
import threading
import time
from codecs import getincrementaldecoder
from contextlib import suppress
from importlib import import_module
from typing import Any, Callable, Iterator, Mapping, NamedTuple, Sequence

from davos.terminal_text import TerminalText

__all__ = ["Captured", "Completed", "capture", "run"]

_TICK = 0.2  # seconds
_SIZE = (100, 250)  # a terminal's rows and columns
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
    terminal: bool = False,
) -> Completed:
    """Run a command to its end; output and errors are merged in order.

    `on_start` is called once the child runs. `on_output` gets each line, without its end, as
    soon as it is written; a carriage return ends a line, too. `on_tick` is called about five
    times a second. The child keeps the descriptors `pass_fds` and has the caller's current folder.
    Its standard input is what `given` returns, which is called while it starts, and which it has
    to read before it writes; without it there is none.
    With `terminal` it writes to a terminal, on which nobody can type, and the output is what is
    left there at the end; on Windows that makes no difference.
    Raises OSError if it cannot be started; KeyboardInterrupt, and whatever the functions
    raise, once the child and its children are gone.
    """
    terminal = terminal and os.name == "posix"
    stdin = subprocess.PIPE if given else subprocess.DEVNULL
    child = (_start_on_terminal if terminal else _start)(argv, env, pass_fds, stdin)
    try:
        if given is not None:
            _give(child, given())
        if on_start is not None:
            on_start()
        output = _follow(child, on_output, on_tick, TerminalText(_SIZE[1]) if terminal else None)
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
    argv: Sequence[str],
    env: Mapping[str, str],
    pass_fds: Sequence[int],
    stdin: int,
    stdout: int = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
    with _starting:
        return subprocess.Popen(
            list(argv),
            env=dict(env),
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            **_options(pass_fds),
        )


def _start_on_terminal(
    argv: Sequence[str], env: Mapping[str, str], pass_fds: Sequence[int], stdin: int
) -> subprocess.Popen[bytes]:
    """The same with a terminal as output, which is no controlling terminal: nothing can ask."""
    import fcntl  # noqa: PLC0415 - these are not there on Windows
    import termios  # noqa: PLC0415
    import tty  # noqa: PLC0415

    with _starting:
        ours, theirs = os.openpty()
        try:
            tty.setraw(theirs)  # line feeds stay as they are
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *_SIZE, 0, 0))
            child = _start(argv, env, pass_fds, stdin, theirs)
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
    child.stdout = os.fdopen(ours, "rb", buffering=0)
    return child


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
    screen: TerminalText | None,
) -> str:
    lines = _Lines(on_output, screen)
    ticked = time.monotonic()
    for chunk in _CHUNKS[os.name](child):
        if on_tick is not None and (not chunk or time.monotonic() - ticked >= _TICK):
            on_tick()
            ticked = time.monotonic()
        lines.feed(chunk)
    return lines.end()


class _Lines:
    """What a child writes, as lines; a screen gets it as it is, and keeps it in their place."""

    def __init__(
        self, on_output: Callable[[str], None] | None, screen: TerminalText | None
    ) -> None:
        self._tell = on_output
        self._screen = screen
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._newlines = io.IncrementalNewlineDecoder(None, translate=True)
        self._ended: list[str] = []
        self._rest = ""

    def feed(self, chunk: bytes, *, final: bool = False) -> None:
        text = self._decoder.decode(chunk, final=final)
        if self._screen is not None:
            self._screen.feed(text)
        *ended, self._rest = (self._rest + self._newlines.decode(text, final=final)).split("\n")
        for line in ended:
            if self._screen is None:
                self._ended.append(f"{line}\n")
            if self._tell is not None:
                self._tell(line)

    def end(self) -> str:
        """All that was written, or what the screen shows."""
        self.feed(b"", final=True)
        if self._rest and self._tell is not None:
            self._tell(self._rest)
        if self._screen is not None:
            return self._screen.text()
        return "".join([*self._ended, self._rest])


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
            chunk = _read(descriptor) if ready else None
            if chunk:
                yield chunk
            elif chunk is not None or ended:
                return
            else:
                yield b""


def _read(descriptor: int) -> bytes:
    """What can be read; nothing at its end, which Linux tells of a terminal as EIO."""
    try:
        return os.read(descriptor, io.DEFAULT_BUFFER_SIZE)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        return b""


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
