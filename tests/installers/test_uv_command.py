"""Where uv is found, and which variables it gets."""

import pytest

from davos.distributions import index as distributions
from davos.installers.uv_command import environment, find_uv


@pytest.fixture
def on_path(tmp_path, monkeypatch):
    """A function that puts a program `uv` on PATH, as the only one."""

    def put(name="uv", folder="programs"):
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        (place / name).write_text("#!/bin/sh\n")
        (place / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(place))
        return str(place / name)

    monkeypatch.setattr("sys.path", [])
    distributions.clear_caches()
    return put


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The distribution `uv` in a site-packages folder on the search path; its program."""
    site = tmp_path / "env" / "lib" / "site-packages"
    info = site / "uv-0.9.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: uv\nVersion: 0.9\n")
    (info / "RECORD").write_text("uv/__init__.py,,\n../../bin/uv,,\n../../bin/uvx,,\n")
    program = tmp_path / "env" / "bin" / "uv"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.path", [str(site)])
    distributions.clear_caches()
    return program


def test_uv_of_the_environment_comes_before_the_one_on_path(on_path, installed, monkeypatch):
    on_path()
    assert find_uv() == str(installed)


def test_uv_of_the_environment_that_cannot_be_run_is_passed_over(on_path, installed, monkeypatch):
    installed.chmod(0o644)
    program = on_path()
    assert find_uv() == program


def test_uv_on_path(on_path):
    program = on_path()
    assert find_uv() == program


def test_there_is_no_uv(on_path):
    on_path("uvx")
    assert find_uv() is None


def test_uv_in_the_current_folder_is_none(on_path, tmp_path, monkeypatch):
    on_path()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "programs")
    assert find_uv() is None


@pytest.mark.parametrize(
    "name",
    [
        *("UV_TARGET", "UV_PREFIX", "UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_PROJECT", "UV_OVERRIDE"),
        *("UV_WORKING_DIR", "UV_CONFIG_FILE", "UV_BREAK_SYSTEM_PACKAGES", "UV_BUILD_CONSTRAINT"),
        *("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "FORCE_COLOR"),
    ],
)
@pytest.mark.parametrize("own_settings", [True, False])
def test_what_redirects_an_install_is_stripped(name, own_settings):
    assert environment({name: "x"}, own_settings=own_settings) == {}


@pytest.mark.parametrize("name", ["UV_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX_MINE_PASSWORD"])
def test_uvs_own_indexes_count_for_uv_onions_only(name):
    assert environment({name: "x"}, own_settings=True) == {name: "x"}
    assert environment({name: "x"}, own_settings=False) == {}


def test_the_cache_and_what_is_not_uvs_stay():
    environ = {"UV_CACHE_DIR": "/c", "HTTPS_PROXY": "http://p", "PATH": "/bin"}
    assert environment(environ, own_settings=False) == environ
