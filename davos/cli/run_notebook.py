"""Runs a notebook in a kernel of the Python that runs davos, its outputs shown as they come."""

from __future__ import annotations

import ast
import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from davos.cli.input_files import complain
from davos.cli.notebook_output import OutputScreen
from davos.cli.session_report import QUESTION
from davos.documents.reader import read_document
from davos.escaping import one_line
from davos.exceptions import DavosError, NotebookError
from davos.files import read_file, replace_file
from davos.frontends.restart import unfinished_rerun
from davos.frontends.restart.replay_output import MARK

if TYPE_CHECKING:
    import argparse

    from jupyter_client.client import KernelClient

    from davos.documents.document import Document

__all__ = ["run_notebook"]

EXIT_USAGE = 2
_FORMAT = 4  # of notebooks: what nbclient executes
_FAILURES: dict[type[Exception], str] = {
    CellExecutionError: "failed",
    CellTimeoutError: "exceeded the timeout",
    DeadKernelError: "ended its kernel",
}
_FATAL = (CellTimeoutError, DeadKernelError)


class _SamePython(KernelSpecManager):
    """Gives every notebook a kernel of this interpreter, whichever it names."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The specification of an ipykernel of `sys.executable`."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        command.append("--log-level=ERROR")  # it warns of every TCP connection
        return KernelSpec(argv=command, display_name=kernel_name, language="python")


class _Kernel(AsyncKernelManager):
    """A kernel manager that starts only `_SamePython`'s kernel."""

    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return _SamePython(parent=self)


class _Client(NotebookClient):
    """Shows what the kernel sends, and keeps it in the notebook as nbclient does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As nbclient's."""
        super().__init__(*args, **kwargs)
        self._screen = OutputScreen()

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Show what is no output of its own: an update of a display, its end, its removal."""
        kind, content = msg["msg_type"], msg["content"]
        if kind == "update_display_data":
            self._screen.update(content)
        elif kind == "clear_output":
            self._screen.clear()
        elif kind == "status" and content["execution_state"] == "idle":
            self._screen.end()
        return super().process_message(msg, cell, cell_index)

    def end_outputs(self) -> None:
        """Write what may still change: nothing comes any more, as when the kernel has ended."""
        self._screen.end()

    def output(
        self,
        outs: list[Any],
        msg: dict[str, Any],
        display_id: str | None,
        cell_index: int,
    ) -> Any:
        """Show and record a message with an output."""
        self._screen.show(msg["msg_type"], msg["content"])
        return super().output(outs, msg, display_id, cell_index)


def run_notebook(options: argparse.Namespace) -> int:
    """Run a notebook; 0 done, 1 a cell failed, 2 the notebook cannot be read."""
    path = Path(options.path).absolute()
    try:
        data = read_file(path)
        document = read_document(data, str(path))
        content = _content(json.loads(data)) if document.is_python else None
    except (OSError, DavosError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        complain(f"{options.path}: {reason}")
        return EXIT_USAGE
    if not document.is_python:
        complain(f"{options.path}: not a Python notebook")
        return EXIT_USAGE
    targets = [path] if options.inplace else []
    targets += [Path(options.output)] if options.output else []
    for target in targets:
        if not os.access(target.parent, os.W_OK):
            complain(f"{target}: cannot be written")
            return EXIT_USAGE
    failed = _execute(content, path, options)
    for target in targets:
        replace_file(target, _written(content))
    if failed:
        _advise(document, content)
    return int(failed)


def _advise(document: Document, content: Any) -> None:
    """Say of cells that are no Python to the kernel that davos is not imported, if that is why."""
    from davos.lint.checker import check_document  # noqa: PLC0415 - for errors only
    from davos.lint.settings import Settings  # noqa: PLC0415 - likewise

    refused = {number for number, cell in enumerate(content.cells, 1) if _is_no_python(cell)}
    for one in check_document(document, Settings(("DAV204", "DAV205"))) if refused else ():
        if one.cell in refused:
            complain(f"cell {one.cell}, row {one.location.row}: {one.message}")


def _is_no_python(cell: Any) -> bool:
    return any(output.get("ename") == "SyntaxError" for output in cell.get("outputs", ()))


def _content(raw: dict[str, Any]) -> Any:
    """The notebook as nbformat has it, from its JSON object; raises `NotebookError`.

    Metadata that is missing is put in, as Jupyter does.
    """
    if raw.get("nbformat") == _FORMAT:
        for part in (raw, *(raw.get("cells") or ())):
            part.setdefault("metadata", {})
    try:
        return nbformat.reads(json.dumps(raw), as_version=_FORMAT)
    except Exception as error:  # ValidationError, ValueError, AssertionError, ...
        reason = (str(error) or repr(error)).splitlines()[0]
        message = f"not a notebook: {reason}"
        raise NotebookError(message) from error


def _execute(content: Any, path: Path, options: argparse.Namespace) -> bool:
    """Run the cells; whether one failed."""
    client = _Client(
        content,
        kernel_manager_class=_Kernel,
        kernel_name="python3",
        timeout=options.timeout,
        allow_errors=options.allow_errors,
        resources={"metadata": {"path": str(path.parent)}},
    )
    # What a Jupyter server tells its kernels: the notebook's path, hence its project.
    environment = {**os.environ, "JPY_SESSION_NAME": str(path)}
    # What cells write comes as messages, and is repeated on the kernel's own streams; here is what
    # ipykernel itself has to say.
    with TemporaryFile("w+", errors="replace") as log, Path(os.devnull).open("w") as nowhere:
        try:
            with client.setup_kernel(env=environment, stdout=nowhere, stderr=log):
                failure = _run_cells(client)
                if client.kc is not None and not isinstance(failure, _FATAL):
                    _print_report(client, client.kc)
        except RuntimeError as error:  # nbclient's, if the kernel does not start
            failure = error
        if isinstance(failure, (RuntimeError, DeadKernelError)):
            log.seek(0)
            complain(f"the kernel ended; it said:\n{log.read().replace(MARK, '') or failure}")
            unfinished = unfinished_rerun.take("", str(path))
            if unfinished:
                complain(unfinished)
    return failure is not None


def _run_cells(client: _Client) -> Exception | None:
    """Run the cells in order, up to the first that fails; its failure."""
    for index, cell in enumerate(client.nb.cells):
        try:
            client.execute_cell(cell, index, execution_count=client.code_cells_executed + 1)
        except tuple(_FAILURES) as error:
            client.end_outputs()
            complain(f"cell {index + 1} {_FAILURES[type(error)]}")
            return error
    return None


def _print_report(client: NotebookClient, kernel: KernelClient) -> None:
    """Ask the kernel what it loaded, and print it."""
    asked = kernel.execute("", silent=True, user_expressions={"report": QUESTION})
    reply = client.wait_for_reply(asked) or {"content": {}}
    answer = reply["content"].get("user_expressions", {}).get("report", {})
    # The kernel sends the representation of a string that holds JSON.
    if answer.get("status") == "ok" and answer["data"]["text/plain"] != "None":
        for line in json.loads(ast.literal_eval(answer["data"]["text/plain"])):
            print(one_line(line))


def _written(content: Any) -> bytes:
    """A notebook's bytes, as `nbformat.write` writes them."""
    text: str = nbformat.writes(content)
    return text.encode() if text.endswith("\n") else f"{text}\n".encode()
