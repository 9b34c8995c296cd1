"""Sessions in processes of their own, and wheels of many files."""

from __future__ import annotations

import os

import pytest
from sessions import Session


@pytest.fixture
def start_session():
    """A function that starts a session; what is left of them ends with the test."""
    started = []

    def start(code, env=None):
        started.append(Session(code, env))
        return started[-1]

    yield start
    for session in started:
        session.process.kill()
        session.process.wait()
        session.process.stdout.close()


@pytest.fixture
def project_dir(davos_home):
    """The folder of the sessions' project."""
    return davos_home / "projects" / "shared"


@pytest.fixture
def write_large_wheel(index):
    """A function that adds a version of `davoslarge`, a wheel of many files, to the index."""

    def write(version, count=1000):
        files = {"davoslarge/__init__.py": f"__version__ = {version!r}\n"}
        for number in range(count):
            folder = f"davoslarge/part{number % 40}"
            files[f"{folder}/m{number}_{version[0]}.py"] = f"v = {version!r}\n" * 20
            files[f"{folder}/__init__.py"] = f"v = {version!r}\n"
        return index("davoslarge", version, files)

    return write


@pytest.fixture
def kernel(index, tmp_path):
    """A real kernel, of a notebook: its manager and client."""
    pytest.importorskip("ipykernel", reason="kernels need the extra 'run'")
    from jupyter_client.manager import start_new_kernel

    environ = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython")}
    environ["JPY_SESSION_NAME"] = str(tmp_path / "nb.ipynb")
    manager, client = start_new_kernel(env=environ, cwd=str(tmp_path))
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
