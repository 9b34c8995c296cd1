"""Hot path: a loaded numpy is replaced by another version, and the notebook goes on."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Callable

from benchmarks.harness import Budget, Measured, Row
from benchmarks.kernels import kernel_of

if TYPE_CHECKING:
    from benchmarks.worlds import World, Worlds

__all__ = ["ROWS"]

_FIRST, _SECOND = "numpy==1.26.4", "numpy==1.24.4"
_SETUP = "import davos; davos.auto_rerun = True; davos.project = 'bench'"
_CELLS = (
    _SETUP,
    f"smuggle numpy as np  # pip: {_FIRST}",
    *(f"x{n} = np.arange({n}).sum()" for n in range(18)),
)
_SWITCH = f"smuggle numpy as np  # pip: {_SECOND}\nprint('next', np.__version__)"
_LIMIT = 300.0


def _run(client: Any, code: str) -> str:
    """Run a cell to its end; the id of its request."""
    found: str = client.execute(code)
    _shown(client, found, lambda _: None)
    return found


def _shown(client: Any, request: str, note: Callable[[str], None]) -> None:
    """Call `note` with each text that a request prints, until it is done."""
    while True:
        message = client.get_iopub_msg(timeout=_LIMIT)
        if message["parent_header"].get("msg_id") != request:
            continue
        content = message["content"]
        if message["msg_type"] == "error":
            raise RuntimeError(f"{content['ename']}: {content['evalue']}")
        if content.get("execution_state") == "idle":
            return
        note(content.get("text", "") if message["msg_type"] == "stream" else "")


def _prepared(client: Any) -> None:
    for cell in _CELLS:
        _run(client, cell)


def _restart(worlds: Worlds, world: World) -> float:
    """The seconds from the end of pip's work to the line behind the statement."""
    world = replace(world, home=worlds.folder())
    wheels = worlds.wheels(_FIRST, _SECOND)
    times: dict[str, float] = {}
    with kernel_of(world, worlds.folder(), PIP_NO_INDEX="1", PIP_FIND_LINKS=str(wheels)) as client:
        _prepared(client)

        def note(text: str) -> None:
            for word in ("installed", "next 1.24.4"):
                if word in text:
                    times.setdefault(word, time.perf_counter())

        _shown(client, client.execute(_SWITCH), note)
    return times["next 1.24.4"] - times["installed"]


def _lost(worlds: Worlds, world: World, number: int) -> float:
    """How many of so many requests, queued behind the statement, get no reply in order."""
    world = replace(world, home=worlds.folder())
    wheels = worlds.wheels(_FIRST, _SECOND)
    with kernel_of(world, worlds.folder(), PIP_NO_INDEX="1", PIP_FIND_LINKS=str(wheels)) as client:
        _prepared(client)
        while client.shell_channel.msg_ready():
            client.get_shell_msg(timeout=_LIMIT)
        asked = [client.execute(_SWITCH), *(client.execute(f"y = {n}") for n in range(number))]
        answered = []
        for _ in asked:
            reply = client.get_shell_msg(timeout=_LIMIT)
            answered.append(reply["parent_header"]["msg_id"])
    return float(sum(one != other for one, other in zip(asked, answered)))


def _seconds(kernel: str, worlds: Worlds) -> Measured:
    world = getattr(worlds, kernel)
    samples = [_restart(worlds, world) for _ in range(worlds.repeats(5))]
    remarks = f"worst {max(samples):.2f} s of {len(samples)}"
    return Measured(min(samples), remarks=remarks, samples={kernel: samples})


def _requests(kernel: str, worlds: Worlds) -> Measured:
    return Measured(_lost(worlds, getattr(worlds, kernel), 500))


_KERNELS = {"new": "ipykernel 7", "ipykernel6": "ipykernel 6"}
ROWS = tuple(
    row
    for world, title in _KERNELS.items()
    for row in (
        Row(
            f"restart-{title[-1]}",
            f"restart for numpy, 20 cells, {title}",
            partial(_seconds, world),
            Budget(at_most=2.5),
            against="",
        ),
        Row(
            f"requests-{title[-1]}",
            "... requests lost of 500 queued",
            partial(_requests, world),
            Budget(at_most=0),
            against="",
            unit="",
        ),
    )
)
