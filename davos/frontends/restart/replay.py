"""What a kernel does after davos restarted it in place: the earlier cells, then the request.

`davos.frontends.restart.kernel` copies this file beside the state that it leaves, and has the new
process load the copy as an IPython extension. It imports nothing of davos, which may not be
importable before the notebook's own cells have run; the front end must get its answer
all the same. The copy stays in `sys.modules`: `davos.frontends.restart.carried_state` finds it.
So are the other files in `PARTS`.

Sources: ipykernel's `Kernel` (6.4 to 7.4), "Messaging in Jupyter", IPython's "Writing IPython
extensions".
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import inspect
import json
import os
import shutil
import signal
import sys
import time
import warnings
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Iterator, cast

if TYPE_CHECKING:
    from davos.frontends.restart.carried_state import Cell, State

STATE = "state.json"
# What the names of the other files that are copied, and of their copies, add to this one's.
PARTS = ("_report", "_output")

REPLAYING, ANSWERING, DONE = "replaying", "answering", "done"

# A front end's sockets come back after ZeroMQ's reconnect interval of 0.1 to 0.2 s.
_RECONNECT_SECONDS = 0.3
_MAX_RECONNECT_SECONDS = 3.0
_SUBSCRIBE_SECONDS = 0.1

# What `davos.frontends.restart.kernel` left, where the replay is, and the requests still to answer.
state: State = {}  # type: ignore[typeddict-item]  # filled by load_ipython_extension
phase: str = DONE
waiting: list[list[bytes]] = []
_interrupted, _added = False, ""  # `_added`: what `_use_packages` put on the search path


def load_ipython_extension(shell: Any) -> None:
    """Take over from the process before: called by IPython while the kernel starts."""
    global phase  # noqa: PLW0603 - a process is replayed once
    for part in PARTS:
        importlib.import_module(__name__ + part)
    state.update(_read_state())
    waiting[:] = [[base64.b64decode(frame) for frame in frames] for frames in state["queued"]]
    _leave_no_trace(shell)
    _use_packages(state["rerun"]["folder"])
    _replay_first(shell.kernel, partial(_replay, shell))
    phase = REPLAYING
    signal.signal(signal.SIGINT, _note_interrupt)
    # Had this failed, `davos.frontends.restart.fallback` would answer.
    os.environ.pop(state["fallback"], None)
    shell.kernel.parent.code_to_run = ""


def _read_state() -> State:
    folder = os.path.dirname(os.path.abspath(__file__))
    try:
        with open(os.path.join(folder, STATE), encoding="utf-8") as file:
            return cast("State", json.load(file))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _report() -> Any:
    return sys.modules[f"{__name__}_report"]


def _output() -> Any:
    return sys.modules[f"{__name__}_output"]


def _leave_no_trace(shell: Any) -> None:
    """Take out of argv, environment and search path what brought this module here."""
    for name, value in state["variables"].items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    folder = os.path.dirname(os.path.abspath(__file__))
    _take_off_path(folder)
    application = shell.kernel.parent
    for arguments in (sys.argv, getattr(sys, "orig_argv", []), getattr(application, "argv", [])):
        arguments[:] = [word for word in arguments if word not in state["flags"]]
    for trait in ("extra_extension", "extra_extensions"):
        with suppress(Exception):
            setattr(application, trait, type(getattr(application, trait))())
    shell.kernel.session.session = state["session"]


def _use_packages(folder: str) -> None:
    """Have cells that import before they import davos get the packages that are pinned."""
    global _added  # noqa: PLW0603 - see load_ipython_extension
    names = ("site-packages", "dist-packages")
    folders = [os.path.basename(str(entry).rstrip(os.sep)) for entry in sys.path]
    places = (at for at, name in enumerate(folders) if name in names)
    _added = "" if folder in sys.path else folder
    if _added:
        sys.path.insert(next(places, len(sys.path)), folder)


def _leave_packages() -> None:
    """Have the next cells find those of another project no more."""
    search_path = sys.modules.get("davos.environments.search_path")
    project = search_path and search_path.active_project()
    if _added and str(getattr(project, "site_packages_dir", "")) != _added:
        _take_off_path(_added)


def _take_off_path(folder: str) -> None:
    sys.path[:] = [entry for entry in sys.path if entry != folder]
    sys.path_importer_cache.pop(folder, None)


def _note_interrupt(*_: Any) -> None:
    """Between two cells; within one, ipykernel's own handler raises KeyboardInterrupt."""
    global _interrupted  # noqa: PLW0603 - a signal handler has nothing else
    _interrupted = True


def _replay_first(kernel: Any, replay: Callable[[], Any]) -> None:
    """Have the kernel await `replay` before it handles any request on the shell channel."""
    start = kernel.start

    def started() -> None:
        del kernel.start
        if hasattr(kernel, "shell_main"):
            _gate(kernel, start, replay)
        else:  # ipykernel 6 handles requests in the order of a queue
            start()
            kernel.schedule_dispatch(replay)

    kernel.start = started


def _gate(kernel: Any, start: Callable[[], None], replay: Callable[[], Any]) -> None:
    """Ipykernel 7: each request is a task of its own; all wait until the replay is over."""
    handle = kernel.shell_main
    over = asyncio.Event()

    # The name and the parameters are those by which a second restart finds the request.
    async def shell_main(subshell_id: Any, msg: Any) -> None:
        if subshell_id is None:
            await over.wait()
        await handle(subshell_id, msg)

    async def first() -> None:
        try:
            await replay()
        finally:
            over.set()

    kernel.shell_main = shell_main
    start()
    kernel.io_loop.add_callback(first)


async def _replay(shell: Any) -> None:
    """Run the earlier cells again, answer the request that asked for it, then the others."""
    global phase  # noqa: PLW0603 - see load_ipython_extension
    kernel = shell.kernel
    request = [base64.b64decode(frame) for frame in state["request"]]
    error: dict[str, Any] | None = None
    shell.extension_manager.loaded.discard(__name__)  # IPython adds it once it is loaded
    try:
        await _await_front_ends()
        parent = _set_parent(kernel, request)
        error = await _run_cells(shell, parent)
    except Exception as problem:  # noqa: BLE001 - the request must be answered all the same
        words = (
            "davos could not run all of the notebook again (restart the kernel and run all cells)"
        )
        error = _report().as_content(problem, words)
    _report().remove_record(state["record"])
    phase = DONE if error else ANSWERING
    try:
        if error:
            _fail_next(shell, error)
        else:
            _show_note()
            _output().flush(kernel)
        await _dispatch(kernel, request)
    finally:
        phase = DONE
        _leave_packages()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # as ipykernel has it between requests
        while waiting:
            await _dispatch(kernel, waiting.pop(0))


async def _await_front_ends() -> None:
    """Wait until those who listened before listen again: what is published earlier is lost."""
    established = _report().established
    until = time.monotonic() + _MAX_RECONNECT_SECONDS
    expected = state["listeners"]
    count = established(state["port"]) if expected else None
    while count is not None and count < expected and time.monotonic() < until:
        await asyncio.sleep(0.02)
        count = established(state["port"])
    await asyncio.sleep(_RECONNECT_SECONDS if count is None else _SUBSCRIBE_SECONDS)


def messages(frames: list[bytes]) -> list[Any]:
    """A request as the kernel's streams hand it on."""
    import zmq  # noqa: PLC0415 - what the kernel is made of

    return [zmq.Message(frame) for frame in frames]


def _set_parent(kernel: Any, request: list[bytes]) -> dict[str, Any]:
    """Say for which request the kernel is busy; the request as a dict."""
    session = kernel.session
    idents, frames = session.feed_identities(messages(request), copy=False)
    parent: dict[str, Any] = session.deserialize(frames, content=True, copy=False)
    session.digest_history.clear()  # else the request itself is taken for its own repetition
    kernel.set_parent(idents, parent, channel="shell")
    kernel._publish_status("busy", "shell")  # noqa: SLF001 - ipykernel offers nothing else
    return parent


async def _run_cells(shell: Any, parent: dict[str, Any]) -> dict[str, Any] | None:
    """Run the earlier cells, unseen; the error content of the one that ended it, if any."""
    kernel = shell.kernel
    stdin = parent["content"].get("allow_stdin", False)
    report = _report()
    line = report.MovingLine(report.sender(kernel, parent), state["what"], state["cells"])
    with line.moving(quiet=state["quiet"]), _output().muted(kernel), _staying(shell):
        for cell in state["cells"]:
            _number_next(shell, cell["number"])
            if cell["skipped"]:
                shell.history_manager.store_inputs(cell["number"], cell["code"])
                continue
            line.advance()
            report.note_cell(state["record"], cell["number"])
            content = await _run_cell(kernel, cell, allow_stdin=stdin)
            if content is not None and not cell["failed"]:
                last = report.ended_early(state["cells"], cell["number"])
                _skip_after(shell, cell, content)
                return {**content, "traceback": [*content["traceback"], last]}
            cell["failed"] = content is not None
        _output().flush(kernel)
    _number_next(shell, state["number"])
    return None


@contextmanager
def _staying(shell: Any) -> Iterator[None]:
    """Have `exit` end a cell instead of the kernel, which has a request to answer."""

    def ask_exit() -> None:
        if not shell.keepkernel_on_exit:
            raise SystemExit

    shell.ask_exit = ask_exit
    try:
        yield
    finally:
        with suppress(AttributeError):
            del shell.ask_exit


def _number_next(shell: Any, number: int) -> None:
    """Give the next cell its number and its place in the history, behind those that cells ran."""
    history = shell.history_manager
    while len(history.input_hist_raw) < number:
        history.store_inputs(len(history.input_hist_raw), "")
    shell.execution_count = number


def _skip_after(shell: Any, failed: Cell, content: dict[str, Any]) -> None:
    """Keep the later cells' places in the history: a restart after this one skips them.

    It skips the one that ended the rerun, too, if that was interrupted; else it may fail again.
    """
    failed["failed"], failed["skipped"] = True, content["ename"] == "KeyboardInterrupt"
    for cell in state["cells"]:
        is_kept = len(shell.history_manager.input_hist_raw) > cell["number"]
        if cell["number"] >= failed["number"] and not is_kept:
            _number_next(shell, cell["number"])
            shell.history_manager.store_inputs(cell["number"], cell["code"])
        if cell["number"] > failed["number"]:
            cell["skipped"] = cell["unreached"] = True


async def _run_cell(kernel: Any, cell: Cell, *, allow_stdin: bool) -> dict[str, Any] | None:
    takes_id = "cell_id" in inspect.signature(kernel.do_execute).parameters
    how = {"cell_id": cell["id"]} if takes_id else {}
    if _interrupted:
        reply = _report().as_content(KeyboardInterrupt(), "")
    else:
        kernel.pre_handler_hook()
        try:
            reply = kernel.do_execute(cell["code"], False, True, {}, allow_stdin, **how)  # noqa: FBT003
            reply = await reply if inspect.isawaitable(reply) else reply
        except (Exception, KeyboardInterrupt) as problem:  # noqa: BLE001 - a cell may break the shell
            reply = _report().as_content(problem, "")
        finally:
            kernel.post_handler_hook()
            _output().flush(kernel)
    if reply.get("status") != "error":
        return None
    where = f"davos restarted the kernel, and running [{cell['number']}] again ended with:"
    return {**reply, "traceback": [where, *reply.get("traceback", [])]}


def _show_note() -> None:
    """Remove what the cell showed before the restart but its warnings; say that there was one."""
    from IPython.display import clear_output  # noqa: PLC0415 - there: this is its extension

    clear_output(wait=not state["quiet"])
    if not state["quiet"]:
        print(f"{state['note']}; {state['told']}{_report().failures(state['cells'])}", flush=True)
    for message, filename, row in state["warnings"]:
        with suppress(UserWarning):  # a filter may make an error of it
            warnings.warn_explicit(message, UserWarning, filename, row, module="__main__")


def _fail_next(shell: Any, content: dict[str, Any]) -> None:
    """Let the next execution be one that fails with an error; ipykernel does the rest."""
    kernel = shell.kernel
    error = {key: content[key] for key in ("ename", "evalue", "traceback")}

    async def do_execute(code: str, *_: Any, **__: Any) -> dict[str, Any]:
        del kernel.do_execute
        number = state["number"]
        _number_next(shell, number)
        shell.history_manager.store_inputs(number, code)
        cell: Cell = {"number": number, "code": code, "id": None, "failed": True, "skipped": True}
        cell["unreached"] = True
        state["cells"].append(cell)
        kernel.send_response(kernel.iopub_socket, "error", error)
        shell.execution_count += 1
        reply = {"status": "error", "execution_count": number, "user_expressions": {}}
        return {**reply, "payload": [], **error}

    kernel.do_execute = do_execute


async def _dispatch(kernel: Any, frames: list[bytes]) -> None:
    """Handle a request as if it had just come."""
    kernel.session.digest_history.clear()
    handled = kernel.dispatch_shell(messages(frames))
    if inspect.isawaitable(handled):
        await handled
