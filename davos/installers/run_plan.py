"""Runs the command of a plan, for all installers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Sequence

from davos import subprocesses
from davos.exceptions import InstallerError

if TYPE_CHECKING:
    from davos.installers.base import Listener, OnOutput, Plan

__all__ = ["run_plan"]


def run_plan(
    ready: Plan,
    hear: OnOutput,
    listener: Listener,
    descriptors: Sequence[int],
    given: Callable[[], bytes] | None = None,
) -> subprocesses.Completed:
    """Run a command to its end; `hear` gets each line that it prints.

    `given` returns its standard input, while it starts (see `subprocesses.run`). Raises
    InstallerError if it cannot be started, and what `subprocesses.run` raises.
    """
    try:
        return subprocesses.run(
            ready.argv,
            ready.env,
            on_start=listener.started,
            on_output=hear,
            on_tick=listener.tick,
            pass_fds=descriptors,
            given=given,
            terminal=ready.terminal,
        )
    except OSError as error:
        message = f"cannot start {ready.argv[0]}: {error.strerror}"
        raise InstallerError(message, returncode=1, cmd=ready.argv) from error
