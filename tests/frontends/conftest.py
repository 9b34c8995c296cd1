"""A real kernel of the Python that runs the tests."""

from __future__ import annotations

import os
import re
import sys
from importlib.metadata import PackageNotFoundError, version

import pytest
from compiled import add_compiled, build_cores


class Kernel:
    """Runs cells and gives back what a front end would show."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client

    def run(self, code, *, timeout=120, allow_error=False):
        """The text that the cell printed or displayed; its error's text if allowed."""
        shown, places = [], {}

        def keep(message):
            content = message["content"]
            kind = message["header"]["msg_type"]
            text = content.get("data", {}).get("text/plain", "")
            identity = content.get("transient", {}).get("display_id")
            if kind == "stream":
                shown.append(content["text"])
            elif kind == "clear_output":
                shown.clear()
            elif kind == "update_display_data" and identity in places:
                shown[places[identity]] = f"{text}\n"
            elif kind in ("execute_result", "display_data"):
                if identity:
                    places[identity] = len(shown)
                shown.append(f"{text}\n" if identity else text)
            elif kind == "error":
                shown.append(re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(content["traceback"])))

        # Else the kernel aborts what comes within a moment of an error.
        reply = self.client.execute_interactive(
            code, timeout=timeout, output_hook=keep, stop_on_error=not allow_error
        )
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
        # ipykernel captures what subprocesses print, but not in tests
        for name in ("JPY_SESSION_NAME", "PYTEST_CURRENT_TEST"):
            environ.pop(name, None)
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


def _installed():
    try:
        return int(version("ipykernel").partition(".")[0])
    except PackageNotFoundError:
        return None


# An environment with the other major version is made with the real index.
MAJORS = [
    pytest.param(major, marks=[pytest.mark.network] if major != _installed() else [])
    for major in (6, 7)
]


@pytest.fixture(params=MAJORS, ids="ipykernel{}".format)
def python(request):
    """A Python with ipykernel 6, and one with 7."""
    if request.param == _installed():
        return sys.executable
    found = request.getfixturevalue("python_with_ipykernel")(request.param)
    return found or pytest.skip("ipykernel 7 needs Python 3.10")


@pytest.fixture(scope="session")
def cores(tmp_path_factory):
    """The compiled module of the packages `dvtc` and `dvtd`, by version."""
    return build_cores(tmp_path_factory.mktemp("cores"), ["1.0", "2.0", "3.0"])


@pytest.fixture
def compiled(index, cores):
    """An index with three versions of two packages that cannot be reloaded."""
    for name in ("dvtc", "dvtd"):
        for number, core in cores.items():
            add_compiled(index, name, number, core)
    return index


@pytest.fixture
def start_front_end(start_kernel, compiled, python, backend_in_turn, tmp_path):
    """A function that starts a kernel with environment variables; its front end."""
    from front_end import FrontEnd

    def start(**env):
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        kernel = start_kernel(
            tmp_path / "quickstart.ipynb", python=python, env={"TMPDIR": str(temporary), **env}
        )
        return FrontEnd(kernel.client, kernel.manager)

    return start


@pytest.fixture
def front_end(start_front_end):
    """A front end of a kernel that restarts without asking: `davos` and `dvtc` 1.0 are loaded."""
    front_end = start_front_end()
    front_end.run("import davos\ndavos.auto_rerun = True")
    front_end.run("smuggle dvtc  # pip: dvtc==1.0")
    return front_end
