"""A real kernel of the Python that runs the tests."""

from __future__ import annotations

import os
import re
import sys

import pytest


class Kernel:
    """Runs cells and gives back what a front end would show."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client

    def run(self, code, *, timeout=120, allow_error=False):
        """The text that the cell printed or displayed; its error's text if allowed."""
        shown = []

        def keep(message):
            content = message["content"]
            kind = message["header"]["msg_type"]
            if kind == "stream":
                shown.append(content["text"])
            elif kind in ("execute_result", "display_data"):
                shown.append(content["data"].get("text/plain", ""))
            elif kind == "error":
                shown.append(re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(content["traceback"])))

        reply = self.client.execute_interactive(code, timeout=timeout, output_hook=keep)
        text = "".join(shown)
        status = reply["content"]["status"]
        assert allow_error or status == "ok", text
        return text


@pytest.fixture
def start_kernel(tmp_path, monkeypatch):
    """A function that starts a kernel, as for a notebook at a path if one is given."""
    pytest.importorskip("ipykernel", reason="kernels need the extra 'run'")
    from jupyter_client.manager import KernelManager

    managers = []

    def start(notebook=None, *, python=sys.executable, cwd=None, env=None):
        environ = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), **(env or {})}
        environ.pop("JPY_SESSION_NAME", None)
        if notebook is not None:
            environ["JPY_SESSION_NAME"] = str(notebook)
        manager = KernelManager()
        manager.kernel_spec.argv[0] = str(python)
        manager.start_kernel(env=environ, cwd=str(cwd or tmp_path))
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        managers.append((manager, client))
        return Kernel(manager, client)

    yield start
    for manager, client in managers:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(start_kernel, tmp_path):
    """A kernel for the notebook `quickstart.ipynb`."""
    return start_kernel(tmp_path / "quickstart.ipynb")
