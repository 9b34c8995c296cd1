"""Which shell, which front end and which notebook this interpreter belongs to.

Nothing is started and nothing is imported to find out: a running IPython is
already in `sys.modules`, and Jupyter and VS Code tell the notebook's path.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any, Mapping

__all__ = [
    "COLAB_PROJECT",
    "FALLBACK_PROJECT",
    "SHELL_PROJECT",
    "colab_notebook",
    "connection_file",
    "default_project",
    "environment",
    "is_colab",
    "is_kernel",
    "notebook_path",
    "running_shell",
    "use_by_default",
]

SHELL_PROJECT = "ipython-shell"
FALLBACK_PROJECT = "davos-fallback"
# A notebook's virtual machine is its own, and its name is not told.
COLAB_PROJECT = "colaboratory"
_PATIENCE = 5  # seconds until a page that was closed counts as no answer


def running_shell() -> Any | None:
    """The running `InteractiveShell`, or None outside IPython."""
    ipython = sys.modules.get("IPython")
    get_ipython = getattr(ipython, "get_ipython", None)
    return None if get_ipython is None else get_ipython()


def environment(shell: Any | None) -> str:
    """The label in `davos.config.environment`."""
    if shell is None:
        return "Python"
    if is_colab(shell):
        return "Colaboratory"
    # IPython 7 brought the string transformers (inputtransformer2).
    return "IPython>=7.0" if sys.modules["IPython"].version_info >= (7,) else "IPython<7.0"


def is_colab(shell: Any) -> bool:
    """Whether it is Colab's shell, `google.colab._shell.Shell`."""
    return type(shell).__module__.startswith("google.colab")


def is_kernel(shell: Any | None) -> bool:
    """Whether the shell serves a Jupyter front end, rather than a terminal."""
    return getattr(shell, "kernel", None) is not None


def connection_file(shell: Any) -> str:
    """The path of the file that names a kernel's ports and key, from which it starts."""
    path = getattr(shell.kernel.parent, "abs_connection_file", "")
    return os.path.join(shell.starting_dir, path)


def notebook_path(shell: Any, environ: Mapping[str, str] = os.environ) -> str | None:
    """The absolute path of the notebook that this kernel runs, if it is known.

    Jupyter Server 2 sets `JPY_SESSION_NAME` (jupyter_server
    `SessionManager.get_kernel_env`); VS Code puts `__vsc_ipynb_file__` into the
    namespace. A console of JupyterLab has a session name that is not a file.
    """
    if not is_kernel(shell):
        return None
    candidates = (shell.user_ns.get("__vsc_ipynb_file__"), environ.get("JPY_SESSION_NAME"))
    for path in candidates:
        if isinstance(path, str) and os.path.isabs(path) and _is_notebook(path):
            return path
    return None


def colab_notebook() -> bytes | None:
    """The JSON of the notebook that runs on Colab; None if its page does not answer."""
    try:
        message = importlib.import_module("google.colab._message")
        answer = message.blocking_request("get_ipynb", timeout_sec=_PATIENCE)
    except Exception:  # noqa: BLE001 - Colab's own errors; without a page there is no notebook
        return None
    content = answer.get("ipynb") if isinstance(answer, dict) else None
    return json.dumps(content).encode() if isinstance(content, dict) else None


def _is_notebook(path: str) -> bool:
    return path.endswith(".ipynb") or os.path.isfile(path)


_outside_ipython = FALLBACK_PROJECT


def use_by_default(project: str) -> None:
    """Say which project a session outside IPython begins with, once there is one."""
    global _outside_ipython  # noqa: PLW0603 - a process is one program
    _outside_ipython = project


def default_project(shell: Any | None, environ: Mapping[str, str] = os.environ) -> str:
    """The name or notebook path of the project of a session that chose none."""
    if shell is None:
        return _outside_ipython
    if not is_kernel(shell):
        return SHELL_PROJECT
    unknown = COLAB_PROJECT if is_colab(shell) else FALLBACK_PROJECT
    return notebook_path(shell, environ) or unknown
