"""Hot path: `import davos` at the top of every notebook, in a kernel as Jupyter starts it."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Callable

from benchmarks.harness import NEW, OLD, Budget, Measured, Row, in_turns, quantity
from benchmarks.kernels import kernel_of

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.worlds import World, Worlds

__all__ = ["ROWS"]

_CELL = """
import sys as _sys, time as _time
_started_processes = []
_watched = {"subprocess.Popen", "os.posix_spawn", "os.fork", "os.forkpty", "os.exec", "os.system"}
_sys.addaudithook(lambda event, _: event in _watched and _started_processes.append(event))
_before = _time.perf_counter()
import davos
_seconds = _time.perf_counter() - _before
"""
_ANSWER = "[_seconds, len(_started_processes)]"


def _in_kernel(world: World, specs: Path) -> tuple[float, int]:
    """Import davos in a new kernel; the seconds, and how many processes that started."""
    with kernel_of(world, specs) as client:
        return _execute(client)


def _execute(client: Any) -> tuple[float, int]:
    reply = client.execute_interactive(
        _CELL,
        user_expressions={"answer": _ANSWER},
        timeout=120,
        output_hook=lambda _: None,
    )
    content = reply["content"]
    if content["status"] != "ok":
        raise RuntimeError(
            "\n".join([*content["traceback"], f"{content['ename']}: {content['evalue']}"])
        )
    seconds, processes = json.loads(content["user_expressions"]["answer"]["data"]["text/plain"])
    return float(seconds), int(processes)


def _seconds(worlds: Worlds) -> Measured:
    specs = worlds.folder()
    sides: dict[str, Callable[[], float]] = {
        OLD: lambda: _in_kernel(worlds.old, specs)[0],
        NEW: lambda: _in_kernel(worlds.new, specs)[0],
    }
    for side in sides.values():  # the first import compiles
        side()
    medians, samples = in_turns(worlds.repeats(7), sides)
    return Measured(medians[NEW], medians[OLD], samples=samples)


def _processes(worlds: Worlds) -> Measured:
    specs = worlds.folder()
    old, new = (_in_kernel(world, specs)[1] for world in (worlds.old, worlds.new))
    return Measured(new, old)


def _peak(world: World, cells: tuple[str, ...], *, davos: bool = True) -> float:
    with world.probe() as probe:
        probe.ask("start", davos=davos)
        for cell in cells:
            probe.ask("run", cell=cell)
        return float(probe.ask("peak"))


def _memory(cells: tuple[str, ...], worlds: Worlds) -> Measured:
    sides = {
        f"{kind} {world.name}": partial(_peak, world, cells if davos else (), davos=davos)
        for world in (worlds.old, worlds.new)
        for kind, davos in (("bare", False), ("davos", True))
    }
    medians, samples = in_turns(worlds.repeats(5), sides)
    remarks = f"bare IPython: {quantity(medians['bare new'], 'B')}"
    new, old = (medians[f"davos {name}"] - medians[f"bare {name}"] for name in ("new", "old"))
    return Measured(new, old, remarks, samples)


_ONION = "smuggle packaging  # pip: packaging>=20"
_MEMORY = Budget(at_most=25e6)

ROWS = (
    Row("import", "import davos in a live kernel", _seconds, Budget(at_most=0.060)),
    Row("processes", "processes it starts", _processes, Budget(at_most=0), unit=""),
    Row("memory", "peak memory over bare IPython", partial(_memory, ()), _MEMORY, unit="B"),
    Row(
        "memory-smuggle",
        "... and after a satisfied smuggle",
        partial(_memory, (_ONION,)),
        unit="B",
    ),
)
