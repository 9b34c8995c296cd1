"""Restart an IPython kernel in place: its own process becomes a new kernel (`execve`).

The front end sees one long cell: ports, keys and process id stay, `davos.frontends.restart.replay`
runs the earlier cells again, unseen, and answers the request that is being handled now.
Sources: ipykernel's `Kernel` (6.4 to 7.4), "Messaging in Jupyter", `os.execve`.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, AbstractSet, Any, Iterator, NoReturn

from davos.distributions.index import find_distribution
from davos.engine.call_site import issued, statement_frame
from davos.engine.rerun import Place, Rerun
from davos.environments.requirement_check import needed
from davos.escaping import for_terminal
from davos.frontends import detect
from davos.frontends.restart import (
    fallback,
    replay,
    replay_output,
    replay_report,
    requests,
    unfinished_rerun,
)
from davos.frontends.restart.carried_state import NAME
from davos.frontends.restart.execution_log import CellLog, consequences, listing, summary
from davos.frontends.restart.process import (
    FLAGS,
    argument_list,
    end_children,
    obstacle,
    starting_environment,
)

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from davos.frontends.restart.carried_state import Cell, Replay, State

__all__ = ["KernelRestarter"]

_AGAIN = "restart the kernel and run the notebook again to use the new one"


class KernelRestarter:
    """The engine's `Restarter` in a Jupyter kernel."""

    def __init__(self, shell: InteractiveShell, log: CellLog, began_with: Replay | None) -> None:
        """Make it for a shell; `began_with` is the replay of a kernel that was restarted."""
        self._shell: Any = shell
        self._log = log
        self._replay = began_with
        self._let_go = False

    @property
    def carried(self) -> Rerun:
        """See `Restarter`."""
        if self._replay is None:
            return Rerun()
        carried = Rerun.from_json(self._replay.state["rerun"])
        return carried if self._is_pending else carried.answered()

    @property
    def _is_pending(self) -> bool:
        """Whether the request that asked for the last restart is still to be answered."""
        return self._replay is not None and self._replay.phase != replay.DONE

    @property
    def pins_hold(self) -> bool:
        """See `Restarter`."""
        return self._is_pending and not self._let_go

    @property
    def replaying(self) -> bool:
        """See `Restarter`."""
        return self._replay is not None and self._replay.phase == replay.REPLAYING

    def let_go(self) -> None:
        """See `Restarter`."""
        self._let_go = True

    def own_packages(self) -> AbstractSet[str]:
        """See `Restarter`: ipykernel, and what it needs."""
        kernel = find_distribution("ipykernel")
        return {"ipykernel"} if kernel is None else {"ipykernel", *needed(kernel)}

    def obstacle(self) -> str | None:
        """See `Restarter`."""
        return obstacle(_AGAIN, self._reasons)

    def _reasons(self) -> dict[str, bool]:
        kernel = self._shell.kernel
        argv = list(getattr(kernel.parent, "argv", ()))
        begun_with = argument_list()[-len(argv) :]
        return {
            "this is a process forked from the kernel": os.getpid() != kernel.session.pid,
            "Python was started with -E or -I": bool(sys.flags.ignore_environment),
            "it is not a kernel of ipykernel 6.4 or newer": not requests.is_known(kernel),
            "another program started the kernel within itself": not argv or argv != begun_with,
            "the kernel's connection file is gone": (
                not os.path.isfile(detect.connection_file(self._shell))
            ),
            "the folder in which the kernel started is gone": (
                not os.path.isdir(self._shell.starting_dir)
            ),
        }

    def place(self, text: str) -> Place:
        """See `Restarter`."""
        return Place(statement_frame().f_lineno, text)

    def preview(self) -> str:
        """See `Restarter`."""
        return listing(self._cells())

    def offer(self, message: str) -> bool | None:
        """See `Restarter`."""
        from davos.frontends.restart.prompt import offer_restart  # noqa: PLC0415 - seldom needed

        return offer_restart(self._shell, message, consequences(self._cells()))

    def _cells(self) -> list[Cell]:
        return self._log.before(self._shell)

    def go(self, rerun: Rerun) -> NoReturn:
        """See `Restarter`."""
        folder = Path(tempfile.mkdtemp(prefix="davos-rerun-"))
        try:
            if os.pathsep in str(folder):  # PYTHONPATH cannot name it
                raise OSError(f"the folder for temporary files has a {os.pathsep} in its name")
            _copy_replay(folder)
            connection = detect.connection_file(self._shell)
            document = detect.notebook_path(self._shell)
            with unfinished_rerun.recorded(connection, document, rerun.what) as record:
                self._become(folder, rerun, record)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _become(self, folder: Path, rerun: Rerun, record: str) -> NoReturn:
        """Leave the state in the folder, and be a kernel that replays it."""
        environment = starting_environment(
            self._replay.state["environment"] if self._replay else None
        )
        variables = {
            # debugpy, which ipykernel imports, warns of frozen modules into the cell.
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(folder), environment.get("PYTHONPATH")]),
            ),
        }
        before = {name: environment.get(name) for name in variables}
        state = self._state(rerun, environment, before)
        state["record"] = record
        _write(folder / replay.STATE, state)
        variables[fallback.VARIABLE] = fallback.source(
            requests.present(self._shell.kernel),
            state["session"],
            str(folder),
            before,
            FLAGS,
        )
        arguments = [*argument_list(), *FLAGS]
        end_children()
        self._shell.history_manager.writeout_cache()
        # Nothing slow from here on: a request that comes after the last look is lost.
        with _in_folder(self._shell.starting_dir), self._waiting() as queued:
            self._keep(folder, state, queued)
            with _released_output(self._shell.kernel):
                late = requests.drain_rest(self._shell.kernel)
                if late:
                    queued.extend(late)
                    self._keep(folder, state, queued)
                os.execve(arguments[0], arguments, {**environment, **variables})  # noqa: S606 - no shell

    @staticmethod
    def _keep(folder: Path, state: State, queued: list[list[bytes]]) -> None:
        state["queued"] = [_encoded(one) for one in queued]
        _write(folder / replay.STATE, state)

    def _state(
        self, rerun: Rerun, environment: dict[str, str], variables: dict[str, str | None]
    ) -> State:
        kernel = self._shell.kernel
        cells = self._cells()
        port = kernel._recorded_ports.get("iopub_port", 0)  # noqa: SLF001 - ipykernel offers no other
        return {
            "rerun": rerun.as_json(),
            "note": for_terminal(rerun.note),
            "what": for_terminal(rerun.what),
            "told": f"restarted the kernel and ran {summary(cells)} again",
            "quiet": not rerun.note,
            "warnings": self._warnings(),
            "session": kernel.session.session,
            "request": _encoded(requests.present(kernel)),
            "queued": [],
            "cells": cells,
            "number": self._log.present(self._shell),
            "port": port,
            "listeners": replay_report.established(port) or 0,
            "flags": FLAGS,
            "environment": environment,
            "variables": variables,
            "fallback": fallback.VARIABLE,
            "record": "",
        }

    def _warnings(self) -> list[Any]:
        """Those that the cell has shown, also before an earlier restart for it."""
        earlier = self._replay.state["warnings"] if self._replay and self._is_pending else []
        return [*earlier, *issued]

    @contextmanager
    def _waiting(self) -> Iterator[list[list[bytes]]]:
        """The requests that wait, uninterrupted; they go on waiting if the block ends."""
        kernel = self._shell.kernel
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        queued = requests.drain(kernel, self._replay.waiting if self._replay else ())
        try:
            yield queued
        finally:
            requests.put_back(kernel, queued)
            signal.signal(signal.SIGINT, before)


def _copy_replay(folder: Path) -> None:
    """Put what the new process begins with where it will find it."""
    source = Path(replay.__file__)
    for part in ("", *replay.PARTS):
        copied = source.with_name(f"{source.stem}{part}.py")
        shutil.copyfile(copied, folder / f"{NAME}{part}.py")


def _encoded(frames: list[bytes]) -> list[str]:
    return [base64.b64encode(frame).decode() for frame in frames]


def _write(path: Path, state: State) -> None:
    """Write a file that only its owner can read (the folder, too, is private)."""
    path.touch(0o600)
    path.write_text(json.dumps(state), "utf-8")


@contextmanager
def _in_folder(path: str) -> Iterator[None]:
    before = os.open(".", os.O_RDONLY)  # it may have been removed
    try:
        os.chdir(path)
        yield
    finally:
        os.fchdir(before)
        os.close(before)


@contextmanager
def _released_output(kernel: Any) -> Iterator[None]:
    """Send what was printed; give back descriptors 1 and 2 to the parent process."""
    replay_output.flush(kernel)
    with ExitStack() as stack:
        for descriptor, stream in replay_output.streams(kernel).items():
            original = getattr(stream, "_original_stdstream_copy", None)
            if original is not None:
                captured = os.dup(descriptor)
                os.dup2(original, descriptor)
                stack.callback(os.close, captured)
                stack.callback(os.dup2, captured, descriptor)
        yield
