"""Fixtures for all tests: a davos home of their own, tiny wheels, a folder as an index."""

from __future__ import annotations

import base64
import hashlib
import os
import sys
import zipfile
from contextlib import contextmanager

import pytest
from conda_channel import (  # noqa: F401 - fixtures
    channel_server,
    conda_channel,
    conda_home,
)
from engine_world import engine, in_base, use_conda, wheels  # noqa: F401 - fixtures
from hypothesis import HealthCheck, settings
from kernel_environments import copy_environment, make_environment, make_plain
from lock_world import locked_notebook  # noqa: F401 - a fixture
from package_index import package_index  # noqa: F401 - a fixture
from pictures import pictures  # noqa: F401 - a fixture
from shared_folders import made_once
from slow_index import slow_index  # noqa: F401 - a fixture

from davos.configuration import config
from davos.installers.uv_command import find_uv

# Else nbformat, through jsonschema, makes parsers of IRIs for a second: no test needs them.
sys.modules.setdefault("rfc3987_syntax", None)

# No test depends on timing; in CI the examples are the same in every run.
settings.register_profile(
    "davos",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("davos")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A worker that is done takes tests from the others: the slow ones stand side by side."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """One more worker than cores, where tests start kernels and browsers and wait for them."""
    return None if "not slow" in config.option.markexpr else (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def davos_home(tmp_path_factory, monkeypatch):
    """No test reads or writes the user's projects."""
    home = tmp_path_factory.mktemp("davos-home")
    monkeypatch.setenv("DAVOS_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def backend_of_others(monkeypatch):
    """Tests that use neither `pip_backend` nor `backend_in_turn` name pip, or install nothing."""
    monkeypatch.setenv("DAVOS_PIP_BACKEND", "pip")


BACKENDS = ["pip", "uv"]


@pytest.fixture(params=BACKENDS)
def pip_backend(request, monkeypatch, backend_of_others):
    """Run the test with pip, and with uv, which then must not leave it to pip."""
    with _installing_with(request.param, monkeypatch):
        yield request.param


@pytest.fixture
def backend_in_turn(request, monkeypatch, backend_of_others):
    """Run a test that has parameters with pip and with uv in turn, which costs no further run."""
    turn = sum(request.node.callspec.indices.values()) % len(BACKENDS)
    with _installing_with(BACKENDS[turn], monkeypatch):
        yield BACKENDS[turn]


@contextmanager
def _installing_with(backend, monkeypatch):
    if backend == "uv" and find_uv() is None:
        pytest.skip("there is no uv here")
    monkeypatch.setenv("DAVOS_PIP_BACKEND", backend)
    before, config.pip_backend = config.pip_backend, backend
    yield
    config.pip_backend = before


@pytest.fixture(scope="session")
def python_with_ipykernel(tmp_path_factory):
    """A function that gives a Python with ipykernel of a major version; None: there is none."""

    def python(major):
        if major >= 7 and sys.version_info < (3, 10):  # it needs it
            return None
        wanted = f"ipykernel>={major},<{major + 1}"
        folder = made_once(
            tmp_path_factory, f"ipykernel{major}", lambda folder: make_environment(folder, wanted)
        )
        return folder / "bin" / "python"

    return python


@pytest.fixture(scope="session")
def make_venv(tmp_path_factory):
    """A function that makes a virtual environment with pip in a folder; its site-packages."""

    def make(folder):
        return copy_environment(made_once(tmp_path_factory, "plain", make_plain), folder)

    return make


def _record_line(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}"


@pytest.fixture(scope="session")
def write_wheel():
    """A function that writes a pure wheel; `files` maps paths to text or bytes (default: NAME.py)."""

    def write(folder, name, version, files=None, requires=(), tag="py3-none-any"):
        module = name.replace("-", "_")
        info = f"{module}-{version}.dist-info"
        headers = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
        headers += [f"Requires-Dist: {requirement}" for requirement in requires]
        contents = dict(files or {f"{module}.py": f"__version__ = {version!r}\n"})
        contents[f"{info}/METADATA"] = "\n".join(headers) + "\n"
        contents[f"{info}/WHEEL"] = (
            f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n"
        )
        contents = {
            path: text if isinstance(text, bytes) else text.encode()
            for path, text in contents.items()
        }
        lines = [_record_line(path, data) for path, data in contents.items()]
        contents[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,"]) + "\n"
        path = folder / f"{module}-{version}-{tag}.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for inner, data in contents.items():
                archive.writestr(inner, data)
        return path

    return write


@pytest.fixture
def index(tmp_path, monkeypatch, write_wheel):
    """A folder of wheels that is pip's only index, and a function that adds one."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))

    def add(*args, **kwargs):
        return write_wheel(folder, *args, **kwargs)

    add.folder = folder
    return add


@pytest.fixture
def fill():
    """A function that puts a distribution into a project by hand, and returns the project."""

    def put(project, name="six", version="1.0", text="x = 1\n"):
        project.ensure()
        site_packages = project.site_packages_dir
        info = site_packages / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "RECORD").write_text(f"{name}.py,,\n{info.name}/METADATA,,\n{info.name}/RECORD,,\n")
        (site_packages / f"{name}.py").write_text(text)
        return project

    return put
