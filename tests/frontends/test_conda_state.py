"""What `davos.config` says of conda."""

import sys

import pytest

from davos.configuration import Config
from davos.environments import conda_environments
from davos.exceptions import DavosConfigError
from davos.frontends.conda_state import BINDINGS


@pytest.fixture
def config(tmp_path, monkeypatch):
    """A configuration without conda anywhere."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CONDA_EXE", "MAMBA_ROOT_PREFIX", "CONDARC", "CONDA_ENVS_DIRS", "CONDA_ENVS_PATH"):
        monkeypatch.delenv(name, raising=False)
    config = Config()
    config.bind(**BINDINGS)
    return config


def test_outside_of_conda_there_is_no_environment(config, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert config.conda_env is None
    assert config.conda_envs_dirs is None


def test_the_environment_of_the_kernel_has_a_name(config, tmp_path, monkeypatch):
    place = tmp_path / "conda" / "envs" / "lab"
    for prefix in (tmp_path / "conda", place):
        (prefix / "conda-meta").mkdir(parents=True)
        (prefix / "conda-meta" / "history").write_text("")
    monkeypatch.setattr(sys, "prefix", str(place))
    assert config.conda_env == "lab"
    assert config.conda_envs_dirs == {"base": str(tmp_path / "conda"), "lab": str(place)}


@pytest.mark.parametrize("found", [True, False])
def test_whether_conda_can_install_is_looked_up(config, monkeypatch, found):
    monkeypatch.setattr(conda_environments, "can_install", lambda: found)
    assert config.conda_avail is found


@pytest.mark.parametrize("name", BINDINGS)
def test_the_fields_are_read_only(config, name):
    with pytest.raises(DavosConfigError, match="read-only"):
        setattr(config, name, None)
