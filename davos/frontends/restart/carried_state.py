"""What a restarted kernel begins with: the state that the process before it left.

`davos.frontends.restart.replay` is copied and runs without davos, as a module of the name `NAME`.
This module is the only one that looks it up; the others of davos get what it holds handed in.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, cast

if TYPE_CHECKING:
    from davos.engine.rerun import RerunData

__all__ = ["NAME", "Cell", "Replay", "State", "folder_in_use", "replay_of_this_process"]

NAME = "davos_rerun"


class _CellData(TypedDict):
    number: int
    code: str
    id: Any
    failed: bool
    skipped: bool


class Cell(_CellData, total=False):
    """A cell that ran: its number in the history, and how it ended.

    `skipped` ones are not run again; of these `unreached` are those behind a cell that failed
    while the earlier ones were run again. `seconds` is how long it took the first time.
    Whether `unknown` ones failed the first time is not known.
    """

    unreached: bool
    seconds: float
    unknown: bool


class State(TypedDict):
    """What a kernel leaves for the one that takes its place, as JSON's types.

    `rerun` is the engine's part. `cells` are run again, `request` is answered, then those in
    `queued` (base64). `variables` are environment variables to restore, `environment` those of
    the first start. `what` is what the restart is for. `listeners` is the number of connections
    at `port` to wait for. `record` is the file of `davos.frontends.restart.unfinished_rerun`.
    """

    rerun: RerunData
    note: str
    what: str
    told: str
    quiet: bool
    warnings: list[Any]
    session: str
    request: list[str]
    queued: list[list[str]]
    cells: list[Cell]
    number: int
    port: int
    listeners: int
    flags: list[str]
    environment: dict[str, str]
    variables: dict[str, str | None]
    fallback: str
    record: str


class Replay(Protocol):
    """The module `davos.frontends.restart.replay` as it runs in a restarted kernel.

    `phase` is `replaying`, `answering` or `done`; `waiting` are requests still to answer.
    """

    state: State
    phase: str
    waiting: list[list[bytes]]


def replay_of_this_process() -> Replay | None:
    """The replay that this process began with, None if it was not restarted."""
    return cast("Replay | None", sys.modules.get(NAME))


def folder_in_use(replay: Replay) -> str:
    """The site-packages folder of a rerun that goes on; empty once its request is answered."""
    return "" if replay.phase == "done" else replay.state["rerun"]["folder"]
