"""Which versions the running interpreter keeps every install to."""

import sys
from types import ModuleType

import pytest

from davos.engine.running_kernel import accepted_versions, running_versions


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Makes a distribution with a loaded module; gives the function that does."""

    def make(name, module, version, requires=()):
        info = tmp_path / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        rows = "".join(f"Requires-Dist: {text}\n" for text in requires)
        (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n{rows}\n")
        loaded = ModuleType(module)
        loaded.__file__ = str(tmp_path / module / "__init__.py")
        monkeypatch.setitem(sys.modules, module, loaded)

    return make


def versions(**how):
    return {name: dist.version for name, dist in running_versions(**how).items()}


def test_the_version_is_that_of_the_loaded_files(site):
    site("traitlets", "traitlets", "5.0.1")
    site("pyzmq", "zmq", "25.0")
    found = versions(in_ipython=True)
    assert (found["traitlets"], found["pyzmq"]) == ("5.0.1", "25.0")


def test_outside_ipython_its_packages_are_like_others(site):
    site("traitlets", "traitlets", "5.0.1")
    assert set(versions(in_ipython=False)) == {"davos"}


def test_what_is_not_loaded_is_not_kept(monkeypatch):
    monkeypatch.delitem(sys.modules, "debugpy", raising=False)
    assert "debugpy" not in versions(in_ipython=True)


def test_the_requirements_of_what_runs_stay_met(site):
    site(
        "ipykernel",
        "ipykernel",
        "7.0",
        ["packaging>=22", "psutil", "traitlets>=5", "x>1; extra=='y'"],
    )
    site("traitlets", "traitlets", "5.0.1", ["packaging<99", "old<1; python_version < '3'"])
    running = running_versions(in_ipython=True)
    kept = accepted_versions({name: running[name] for name in ("ipykernel", "traitlets")})
    assert kept == {"packaging": "packaging<99,>=22"}


def test_a_module_without_a_file_is_passed_over(monkeypatch):
    monkeypatch.setitem(sys.modules, "comm", ModuleType("comm"))
    assert "comm" not in versions(in_ipython=True)


def test_what_davos_is_built_on_may_be_another_version():
    running = running_versions(in_ipython=False)
    assert "lark" in {text[:4] for text in running["davos"].requires}
    assert accepted_versions(running) == {}
