"""JupyterLab 4 and Notebook 7 in headless Chromium, each with kernels of ipykernel 6 and 7.

Environments, servers and browser are shared; a test opens a page. Chromium is the one on PATH.
"""

from __future__ import annotations

import os
import shutil
from urllib.parse import quote

import pytest
from notebook_page import NotebookPage
from servers import FRONT_ENDS, TOKEN, Server, write_kernelspec

KERNELS = {"ipykernel6": 6, "ipykernel7": 7}
CHROMIUM = ["chromium", "chromium-browser", "google-chrome"]
FLAGS = [
    *"--disable-gpu --disable-quic --no-first-run --disable-background-networking".split(),
    *"--disable-component-update --disable-sync".split(),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# Cells out of sight are not in the page.
VIEW = {"width": 1000, "height": 2400}


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory, python_with_ipykernel):
    """A Jupyter data folder whose kernels have the names of KERNELS."""
    folder = tmp_path_factory.mktemp("jupyter")
    for name, major in KERNELS.items():
        python = python_with_ipykernel(major)
        if python is not None:
            write_kernelspec(folder, name, python)
    return folder


@pytest.fixture(scope="session")
def servers(tmp_path_factory, data_dir):
    """A function that gives the server of a front end, started when it is first asked for."""
    started = {}

    def server(front_end):
        module, _ = FRONT_ENDS[front_end]
        pytest.importorskip(module, reason=f"needs {module} (extra 'test')")
        if front_end not in started:
            started[front_end] = Server(module, tmp_path_factory.mktemp(front_end), data_dir)
        return started[front_end]

    yield server
    for one in started.values():
        one.stop()


# Playwright leaves its event loop running in this thread: other modules' tests must be spared.
@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Headless Chromium, with one cache for all pages."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None:
        pytest.skip("no Chromium on PATH")
    home = tmp_path_factory.mktemp("chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch_persistent_context(
            home / "data",
            executable_path=chromium,
            chromium_sandbox=False,
            args=FLAGS,
            env={"HOME": str(home), "PATH": os.environ["PATH"]},
            viewport=VIEW,
            reduced_motion="reduce",
        )
        yield browser
        browser.close()


@pytest.fixture(params=FRONT_ENDS)
def server(request, servers):
    """The Jupyter server of each front end."""
    server = servers(request.param)
    server.pages = FRONT_ENDS[request.param][1]
    yield server
    server.forget()


@pytest.fixture(params=KERNELS)
def kernel_name(request, data_dir):
    """The name of each kernel."""
    if not (data_dir / "kernels" / request.param).is_dir():
        pytest.skip(f"{request.param} needs a newer Python")
    return request.param


@pytest.fixture
def use_backend(backend_in_turn):
    """A cell that has davos install with pip or with uv; the servers outlive a test."""
    return f"import davos; davos.config.pip_backend = {backend_in_turn!r}"


@pytest.fixture
def open_notebook(server, kernel_name, browser, request, pictures):
    """A function that writes a notebook of code cells, and opens it."""
    page = browser.new_page()

    def open_notebook(*cells):
        name = "climate" if pictures.folder else request.node.name
        file = server.write(f"{name}.ipynb", cells, kernel_name)
        url = f"{server.url}{server.pages}/{quote(file.name)}?token={TOKEN}"
        return NotebookPage(page, server, url, file)

    yield open_notebook
    page.close()
