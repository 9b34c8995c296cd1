"""What a browser test needs around it: kernelspecs and Jupyter servers."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import nbformat
from kernel_environments import GIVEN
from waiting import wait_for

FRONT_ENDS = {"lab": ("jupyterlab", "lab/tree"), "notebook": ("notebook", "notebooks")}
TOKEN = "secret"
# Its news and its check for a newer version would ask the network, and the user.
NEWS = "@jupyterlab/apputils-extension:announcements"
OPTIONS = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]


def write_kernelspec(data_dir, name, python):
    """Let servers of a data folder start kernels of an environment under a name."""
    folder = data_dir / "kernels" / name
    folder.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": name, "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))


class Server:
    """A Jupyter server in folders of its own; it serves the notebooks of `root`.

    davos' extension is used only if asked for, wherever it is installed: often a kernel has
    davos, and the server has not.
    """

    def __init__(self, module, folder, data_dir, *, extended=False):
        self.root, self.davos_home = folder / "notes", folder / "davos"
        self.runtime, self.workspaces = folder / "runtime", folder / "workspaces"
        self.root.mkdir(parents=True)
        config = folder / "config" / "labconfig"
        config.mkdir(parents=True)
        unused = {NEWS: True, "davos": not extended}
        (config / "page_config.json").write_text(json.dumps({"disabledExtensions": unused}))
        self.log = (folder / "log").open("w")
        command = [sys.executable, "-m", module, *OPTIONS, f"--ServerApp.root_dir={self.root}"]
        self.process = subprocess.Popen(
            [*command, f"--IdentityProvider.token={TOKEN}"],
            env=self._environ(folder, data_dir),
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self.url = json.loads(wait_for(self._read_info))["url"]
        wait_for(self._answers)

    def _environ(self, folder, data_dir):
        own = {
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(data_dir),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.workspaces),
            "IPYTHONDIR": str(folder / "ipython"),
            "DAVOS_HOME": str(self.davos_home),
        }
        return {**GIVEN, **own}

    def _read_info(self):
        """What the server says of itself, once it listens."""
        assert self.process.poll() is None, Path(self.log.name).read_text()
        file = next(self.runtime.glob("jpserver-*.json"), None)
        return file and file.read_text()

    def _answers(self):
        """Whether it answers: it says where it will listen a moment before it does."""
        with contextlib.suppress(OSError):
            return self.ask("status")

    def write(self, name, cells, kernel):
        """Write a notebook of code cells; one that its user never ran is not trusted."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": kernel, "display_name": kernel}},
        )
        nbformat.write(notebook, self.root / name)
        return self.root / name

    def ask(self, path, method="GET"):
        """The server's answer on a path of its REST API."""
        request = urllib.request.Request(
            f"{self.url}api/{path}", method=method, headers={"Authorization": f"token {TOKEN}"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    def connections(self, name):
        """How many pages are connected to the idle kernel of a notebook."""
        kernels = [one["kernel"] for one in self.ask("sessions") if one["path"] == name]
        return sum(one["connections"] for one in kernels if one["execution_state"] == "idle")

    def forget(self):
        """Shut down what notebooks left running, and forget which were open in JupyterLab."""
        shutil.rmtree(self.workspaces, ignore_errors=True)
        for session in self.ask("sessions"):
            self.ask(f"sessions/{session['id']}", "DELETE")

    def stop(self):
        """End the server with its kernels."""
        with contextlib.suppress(OSError):
            self.forget()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
