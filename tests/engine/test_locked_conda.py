"""A lock with packages of conda: what the first smuggle installs, and what does not fit."""

import pytest
from conda_environment import python_files, write_conda_package

from davos.distributions import index
from davos.engine.notebook_lock import VARIABLE
from davos.exceptions import InstallerError, LockError
from davos.installers.base import InstalledDistribution, Result
from davos.installers.conda_locked import current_subdir

CHANNEL = "https://h/own"


def entry(name, version="1.0", **more):
    url = f"{CHANNEL}/noarch/{name}-{version}-py_0.conda"
    place = {"subdir": "noarch", "channel": CHANNEL, "url": url}
    python = {"noarch": "python", "depends": ["python >=3.8"]}
    return {
        "name": name,
        "version": version,
        "build": "py_0",
        "sha256": "a" * 64,
        **place,
        **python,
        **more,
    }


class Channel:
    """Writes the packages of locks into a staging environment, as py-rattler leaves them."""

    name = "conda"

    def __init__(self):
        self.requests, self.failure = [], None

    def install(self, request, environment, *, listener=None, descriptors=()):
        self.requests.append(request)
        if self.failure:
            raise self.failure
        names = request.locked or [request.onion.requirement]
        installed = [self._write(environment.prefix, one) for one in names]
        index.clear_caches()
        return Result(tuple(installed))

    def _write(self, prefix, one):
        name, version = one.name, getattr(one, "version", "9.0")
        module = {f"{name}.py": f"__version__ = {version!r}\n"}
        files = python_files(prefix, name, version, module)
        sha256 = getattr(one, "sha256", "b" * 64)
        write_conda_package(prefix, name, version, files, build="py_0", sha256=sha256)
        return InstalledDistribution(name, version, sha256=sha256)


@pytest.fixture
def conda(use_conda):
    return use_conda(Channel())


@pytest.fixture
def lock(engine, locked_notebook):
    """A function that gives the session's notebook a lock of wheels and of packages of conda."""

    def put(*wheels, conda=()):
        tool = {"davos": {"conda": list(conda)}}
        engine.frontend.document = str(locked_notebook(*wheels, tool=tool))

    return put


def smuggled(engine, name, args="", installer="pip"):
    engine.smuggle(name, args_str=args, installer=installer)
    return engine.frontend.namespace[name].__version__


def held(project):
    return dict(project.installed_packages)


def test_both_halves_are_installed_with_the_first_smuggle(engine, conda, lock, write_wheel, wheels):
    lock(write_wheel(wheels, "dvta", "1.0"), conda=[entry("dvtb"), entry("dvtc", requested="dvtc")])
    assert smuggled(engine, "dvtb", "dvtb", "conda") == "1.0"
    ((of_conda,), (of_pip,)) = conda.requests, engine.installer.requests
    assert [one.name for one in of_conda.locked] == ["dvtb", "dvtc"]
    assert [one.name for one in of_pip.locked] == ["dvta"]
    assert held(engine.settings.project) == {"dvta": "1.0", "dvtb": "1.0", "dvtc": "1.0"}
    assert smuggled(engine, "dvtc", "dvtc>=1", "conda") == "1.0"
    assert smuggled(engine, "dvtb", "dvtb<2") == "1.0"  # pip's, which conda satisfies
    assert smuggled(engine, "dvta", "dvta") == "1.0"
    assert (len(conda.requests), len(engine.installer.requests)) == (1, 1)


def test_if_one_half_fails_nothing_is_installed(engine, conda, lock, write_wheel, wheels):
    lock(write_wheel(wheels, "dvta", "1.0"), conda=[entry("dvtb")])
    conda.failure = InstallerError("no", returncode=1, cmd=["conda"])
    with pytest.raises(InstallerError, match="no"):
        smuggled(engine, "dvta", "dvta")
    assert not engine.settings.project.exists or held(engine.settings.project) == {}


def test_another_file_of_the_same_package_is_installed_again(engine, conda, lock):
    lock(conda=[entry("dvtb")])
    smuggled(engine, "dvtb", "dvtb", "conda")
    lock(conda=[entry("dvtb", sha256="c" * 64)])
    engine.provisioner.notebook_lock._key = None  # as in another session
    smuggled(engine, "dvtb", "dvtb>=1", "conda")
    assert [one.locked[0].sha256[0] for one in conda.requests] == ["a", "c"]


def test_what_does_not_fit_is_solved_after_a_warning(engine, conda, lock):
    lock(conda=[entry("dvtb"), entry("dvtc")])
    with pytest.warns(
        UserWarning, match=r"dvtb=9 does not fit the lock of locked\.ipynb: the lock"
    ):
        assert smuggled(engine, "dvtb", "dvtb=9", "conda") == "9.0"
    last = conda.requests[-1]
    assert last.locked == ()
    assert "dvtc==1.0" in last.constraints


def test_a_package_of_which_the_notebook_asks_for_another_version_is_not_installed(
    engine, conda, locked_notebook
):
    """Also where PyPI has another name for it: conda's python-zstd is zstd."""
    packages = [entry("python-zstd"), entry("dvtc")]
    cells = ["smuggle zstd  # conda: python-zstd=9"]
    path = locked_notebook(cells=cells, tool={"davos": {"conda": packages}})
    engine.frontend.document = str(path)
    assert smuggled(engine, "dvtc", "dvtc", "conda") == "1.0"
    assert [one.package for one in conda.requests[0].locked] == ["dvtc"]


def test_what_does_not_fit_is_an_error_where_the_lock_is_all_there_is(
    engine, conda, lock, monkeypatch
):
    monkeypatch.setenv(VARIABLE, "1")
    lock(conda=[entry("dvtb")])
    for args in ("dvtb=9", "dvtd", "other::dvtb"):
        with pytest.raises(LockError, match=r"does not fit the lock of locked\.ipynb"):
            smuggled(engine, "dvtb", args, "conda")
    assert conda.requests == []


def test_a_lock_of_another_platform_is_not_used(engine, conda, lock, monkeypatch):
    monkeypatch.setenv(VARIABLE, "1")
    wrong = entry("dvtb", subdir="win-64", url=f"{CHANNEL}/win-64/dvtb-1.0-py_0.conda")
    lock(conda=[wrong])
    with pytest.raises(LockError) as caught:
        smuggled(engine, "dvtb", "dvtb", "conda")
    assert f"for {current_subdir()}: dvtb 1.0 is for win-64" in str(caught.value)


def test_a_url_of_another_place_is_refused_before_anything_is_fetched(engine, conda, lock):
    lock(conda=[entry("dvtb", url="file:///etc/passwd")])
    with pytest.raises(LockError, match=r"tool\.davos\.conda\[0\]\.url: file:///etc/passwd is not"):
        smuggled(engine, "dvtb", "dvtb", "conda")
    assert conda.requests == []
