"""The part that runs inside a measured environment: `python -I probe.py`.

One JSON request a line comes in, `[function, {arguments}]`; one JSON answer a line
goes out. It knows the standard library and IPython, and nothing of davos but its
name: 0.2.3 and the present davos are asked the very same.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Callable

_state: dict[str, Any] = {}


def start(*, davos: bool, project: str = "", path: str = "") -> float:
    """Start an IPython shell, import davos; the seconds that the import took.

    `project` is what davos.project is set to, `path` a folder to put on sys.path instead.
    """
    from IPython.core.interactiveshell import InteractiveShell

    if path:
        sys.path.insert(1, path)
    shell = _state["shell"] = InteractiveShell.instance()
    # 0.2.3 looks for it there.
    import builtins

    builtins.get_ipython = shell.get_ipython  # type: ignore[attr-defined]
    before = list(shell.input_transformers_post)
    if not davos:
        return 0.0
    started = time.perf_counter()
    import davos as module

    if project:
        module.configure(project=project)
    seconds = time.perf_counter() - started
    added = [one for one in shell.input_transformers_post if one not in before]
    _state["transform"] = added[0]
    return seconds


def transform(*, cells: list[str], repeat: int = 1) -> dict[str, Any]:
    """Send cells through davos's input transformer; the seconds of each, and the last result.

    A cell that is refused counts, too: its time is what the user waits.
    """
    call = _state["transform"]
    seconds = []
    result: list[str] = []
    gc.disable()
    for cell in cells:
        lines = cell.splitlines(keepends=True)
        for _ in range(repeat):
            started = time.perf_counter()
            try:
                result = call(lines)
            except SyntaxError:
                result = []
            seconds.append(time.perf_counter() - started)
    gc.enable()
    calls = sum(line.count("smuggle(") for line in result)
    return {"seconds": seconds, "calls": calls}


def repeated(*, cell: str, number: int) -> float:
    """The seconds of one execution of a cell in the user's namespace, over many of them."""
    shell = _state["shell"]
    statement = shell.transform_cell(cell).strip()
    shell.user_ns["_turns"] = range(number)
    once = compile(statement, "<once>", "exec")
    many = compile(f"for _turn in _turns:\n    {statement}", "<many>", "exec")
    exec(once, shell.user_ns)
    gc.disable()
    started = time.perf_counter()
    exec(many, shell.user_ns)
    seconds = time.perf_counter() - started
    gc.enable()
    return seconds / number


def run(*, cell: str) -> float:
    """Run a cell as a user does; the seconds. What it raises goes to the caller."""
    shell = _state["shell"]
    started = time.perf_counter()
    outcome = shell.run_cell(cell)
    seconds = time.perf_counter() - started
    outcome.raise_error()
    return seconds


def value(*, expression: str) -> Any:
    """An expression's value in the user's namespace."""
    return eval(expression, _state["shell"].user_ns)


def peak() -> int:
    """The most memory this process ever had, in bytes (Linux: without that of its parent)."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if "VmHWM" in line)
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _answer(request: str) -> dict[str, Any]:
    name, arguments = json.loads(request)
    function: Callable[..., Any] = globals()[name]
    try:
        return {"value": function(**arguments)}
    except BaseException:  # noqa: BLE001 - the caller tells of it
        return {"error": traceback.format_exc()}


def main() -> None:
    """Answer requests until there are no more; what davos prints is not part of it."""
    answers = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    for request in sys.stdin:
        answers.write(json.dumps(_answer(request)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
