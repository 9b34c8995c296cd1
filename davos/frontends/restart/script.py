"""Start a script that `davos run` runs anew: the same process begins again (`execve`)."""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
from contextlib import suppress
from typing import AbstractSet, NoReturn, Sequence

from davos.asking import ask, has_terminal
from davos.engine.call_site import statement_frame
from davos.engine.rerun import Place, Rerun
from davos.environments import activation
from davos.frontends.restart.process import (
    argument_list,
    end_children,
    obstacle,
    starting_environment,
)
from davos.frontends.script.standard_input import StandardInput

__all__ = ["ScriptRestarter", "begin", "running"]

# Holds what a restart carries over, until the script begins again.
VARIABLE = "DAVOS_RERUN"

_running: ScriptRestarter | None = None


def begin(words: Sequence[str]) -> None:
    """Note that `davos run` with these words begins in this folder, perhaps again."""
    global _running  # noqa: PLW0603 - a process runs one script
    command = [activation.interpreter(), "-m", "davos", "run", *words]
    _running = ScriptRestarter(os.environ.pop(VARIABLE, None), command)


def running() -> ScriptRestarter | None:
    """The restarter of the script that runs, if `davos run` runs one."""
    return _running


def _unnamed_outputs() -> set[tuple[int, int]]:
    """The files without a name that standard output and standard error go to."""
    found = set()
    for descriptor in (1, 2):
        with suppress(OSError):  # closed
            status = os.fstat(descriptor)
            if stat.S_ISREG(status.st_mode) and not status.st_nlink:
                found.add((status.st_dev, status.st_ino))
    return found


class ScriptRestarter:
    """The engine's `Restarter` under `davos run script.py`.

    All of the script runs again, so there is no replay: pins win until the statement
    that asked for the restart is reached.
    """

    replaying = False

    def __init__(self, carried: str | None, command: Sequence[str]) -> None:
        """Begin, with the JSON that a restart carried over; `command` starts the script."""
        self._command = command
        self.carried = Rerun.from_json(json.loads(carried)) if carried else Rerun()
        self.pins_hold = carried is not None
        self._folder = os.getcwd()
        self._pid = os.getpid()
        self._outputs = _unnamed_outputs()
        self._input = StandardInput()
        if self.carried.note:
            print("started the script again to load it", file=sys.stderr, flush=True)

    def let_go(self) -> None:
        """See `Restarter`."""
        self.pins_hold = False

    def own_packages(self) -> AbstractSet[str]:
        """See `Restarter`: a script's interpreter runs on nothing but itself."""
        return frozenset()

    def obstacle(self) -> str | None:
        """See `Restarter`."""
        return obstacle("run the script again to use the new one", self._reasons)

    def _reasons(self) -> dict[str, bool]:
        return {
            "this is a forked process": os.getpid() != self._pid,
            "the program captures its output (as pytest does), which would be lost": bool(
                _unnamed_outputs() - self._outputs
            ),
            "what the script has read from its standard input cannot be read again": (
                self._input.is_lost
            ),
        }

    def place(self, text: str) -> Place:
        """See `Restarter`."""
        return Place(statement_frame().f_lineno, text)

    def preview(self) -> str:
        """See `Restarter`."""
        return "A restart runs the script again from its start."

    def offer(self, message: str) -> bool | None:
        """See `Restarter`: asks on the terminal."""
        if not has_terminal():
            return None
        return ask(f"{message}\nRun the script again from its start (else continue)? [Y/n] ")

    def go(self, rerun: Rerun) -> NoReturn:
        """See `Restarter`."""
        environment = {**starting_environment(), VARIABLE: json.dumps(rerun.as_json())}
        arguments = argument_list(self._command)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        end_children()
        os.chdir(self._folder)
        self._input.rewind()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.execve(arguments[0], arguments, environment)  # noqa: S606 - no shell
