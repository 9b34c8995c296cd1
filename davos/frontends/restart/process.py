"""What every restart in place needs: how this process was started, and an end to its children."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Callable, Iterable, Mapping, Sequence

from davos.environments import activation
from davos.frontends.restart import fallback
from davos.frontends.restart.carried_state import NAME

__all__ = ["FLAGS", "argument_list", "end_children", "obstacle", "starting_environment"]

_ENVIRONMENT_AT_IMPORT = activation.variables()
_GRACE_SECONDS = 1.0
# A restart opens about half as many files at once, and writes about as many bytes.
_DESCRIPTORS = 16
_ROOM = 65536
# Have a kernel load the replay as an extension, or answer without it.
FLAGS = [f"--ext={NAME}", fallback.FLAG]


def obstacle(advice: str, reasons: Callable[[], Mapping[str, bool]]) -> str | None:
    """Why this process cannot become another one, behind what the user can do; None if it can.

    `reasons` are the front end's own, and whether they hold; asked in the main thread only. So
    is what a restart needs of the system, without which it would end half-way.
    """
    if os.name == "nt":
        reason: str | None = "on Windows no process can become another one"
    elif threading.current_thread() is not threading.main_thread():
        reason = "the statement does not run in the main thread"
    else:
        reason = next((words for words, holds in reasons().items() if holds), None) or _lacking()
    return reason and f"{advice} (davos cannot do that itself: {reason})"


def _lacking() -> str | None:
    """What a restart needs of the system and does not get."""
    with ExitStack() as opened:
        try:
            for _ in range(_DESCRIPTORS):
                opened.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        except OSError as error:
            return f"no more files can be opened ({error.strerror})"
    try:
        with tempfile.TemporaryDirectory(prefix="davos-rerun-") as folder:
            Path(folder, "state").write_bytes(bytes(_ROOM))
    except OSError as error:
        return f"temporary files cannot be written ({error.strerror})"
    return None


def starting_environment(first: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables that this process began with: cells may have changed them.

    After a restart they are those of the `first` start. Otherwise Linux tells (`proc(5)`,
    environ), unless a program has overwritten them to set its title; on other systems they are
    those that davos found.
    """
    if first is not None:
        return dict(first)
    if "setproctitle" not in sys.modules:
        with suppress(OSError):
            pairs = os.fsdecode(Path("/proc/self/environ").read_bytes()).split("\0")
            return _without_own(pair.split("=", 1) for pair in pairs if "=" in pair)
    return _without_own(_ENVIRONMENT_AT_IMPORT.items())


def _without_own(pairs: Iterable[Sequence[str]]) -> dict[str, str]:
    return {name: value for name, value in pairs if not name.startswith("DAVOS_RERUN")}


def argument_list(otherwise: Sequence[str] = ()) -> list[str]:
    """The arguments that started this process, the interpreter first; else those given."""
    python = activation.interpreter()
    words = list(otherwise) or [python, "-m", "ipykernel_launcher", *sys.argv[1:]]
    if hasattr(sys, "orig_argv"):  # from Python 3.10 on
        words = sys.orig_argv
    else:
        with suppress(OSError):
            words = os.fsdecode(Path("/proc/self/cmdline").read_bytes()).split("\0")[:-1]
    return [python, *(word for word in words[1:] if word not in FLAGS)]


def end_children() -> None:
    """End the processes that this one started: no process could wait for them any more."""
    try:
        import psutil  # noqa: PLC0415 - comes with ipykernel
    except ImportError:
        _end_active_children()
        return
    processes = psutil.Process().children(recursive=True)
    for process in processes:
        with suppress(psutil.Error):
            process.terminate()
    for process in psutil.wait_procs(processes, _GRACE_SECONDS)[1]:
        with suppress(psutil.Error):
            process.kill()
            process.wait(_GRACE_SECONDS)


def _end_active_children() -> None:
    """End those that `multiprocessing` started; without psutil no others are known."""
    import multiprocessing  # noqa: PLC0415 - a program that uses it has it loaded

    children = multiprocessing.active_children()
    for child in children:
        child.terminate()
    until = time.monotonic() + _GRACE_SECONDS
    for child in children:
        child.join(max(0, until - time.monotonic()))
        child.kill()
