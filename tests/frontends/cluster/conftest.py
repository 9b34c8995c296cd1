"""Hosts with a Dask scheduler and workers, or an ipyparallel controller and engines.

Processes start slowly: the hosts, the scheduler and two workers on each host are those of all the
tests of a module. Each test has a session with a project of its own.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import venv
from contextlib import contextmanager
from pathlib import Path

import pytest
from cluster_hosts import RUN_ON_HOST, Host, Networks, reason_without_networks
from waiting import wait_for

import davos
from davos.environments import search_path
from davos.installers.uv_command import find_uv


@pytest.fixture(scope="module")
def networks():
    """Network namespaces; None where there can be none."""
    if reason_without_networks():
        yield None
        return
    made = Networks(os.getpid() % 60000)
    try:
        made.make()
        made.add(1)
        made.add(2)
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def index_of_hosts(folder, write_wheel):
    """A folder that is the index of hosts and session, and a function that adds a wheel."""
    wheels = folder / "wheels"
    wheels.mkdir()

    def add(*args, **kwargs):
        return write_wheel(wheels, *args, **kwargs)

    add.env = {"PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    return add


@pytest.fixture(scope="module")
def start_host(networks, folder, index_of_hosts):
    """A function that makes a host with a name: number 1 installs with pip, number 2 with uv."""
    made = []

    def start(name, number, env=None):
        home = folder / name
        home.mkdir()
        prefix, address = (), f"127.0.0.{number}"
        if networks is not None:
            launcher = (sys.executable, str(RUN_ON_HOST), name)
            prefix = ("ip", "netns", "exec", networks.spaces[number - 1], *launcher)
            address = f"{networks.net}.{number + 1}"
        settings = index_of_hosts.env if env is None else env
        installs = {"DAVOS_PIP_BACKEND": "uv" if number == 2 and find_uv() else "pip"}
        made.append(Host(name, address, home, prefix, {**installs, **settings}))
        return made[-1]

    yield start
    for host in made:
        host.stop()


@pytest.fixture(scope="module")
def hosts(start_host):
    """Two hosts with homes of their own."""
    return [start_host("alpha", 1), start_host("beta", 2)]


@pytest.fixture
def session(index_of_hosts, monkeypatch, request):
    """davos in this process, with a project of its own; afterwards it is as it was before."""
    for name, value in index_of_hosts.env.items():
        monkeypatch.setenv(name, value)
    with _session(monkeypatch, request.node.originalname) as session:
        yield session


@pytest.fixture
def online_session(monkeypatch):
    """The same, with the index that pip is configured for."""
    with _session(monkeypatch, "online") as session:
        yield session


@contextmanager
def _session(monkeypatch, project):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    davos.configure(suppress_stdout=True, project=project)
    session = davos.session()
    before = dict(session.settings.smuggled)
    try:
        yield session
    finally:
        session.followers.clear()
        session.engine.provisioner.requirements.clear()
        session.settings.smuggled.clear()
        session.settings.smuggled.update(before)
        davos.config.suppress_stdout = False
        davos.use_default_project()
        search_path.deactivate()
        for name in [name for name in sys.modules if name.startswith("dvt")]:
            del sys.modules[name]


@pytest.fixture(scope="module")
def here(networks, folder):
    """This machine, as the hosts see it."""
    home = folder / "here"
    home.mkdir()
    host = Host("here", networks.address if networks else "127.0.0.1", home)
    yield host
    host.stop()


@pytest.fixture(scope="module")
def scheduler(here):
    """The file that tells of a Dask scheduler on this machine."""
    pytest.importorskip("distributed", reason="needs the extra 'dask'")
    file = here.home / "scheduler.json"
    here.start(
        *("-m", "distributed.cli.dask_scheduler", "--host", here.address, "--port", "0"),
        *("--no-dashboard", "--scheduler-file", str(file)),
    )
    wait_for(file.exists)
    return file


@pytest.fixture(scope="module")
def client(scheduler):
    from distributed import Client

    client = Client(scheduler_file=str(scheduler))
    yield client
    client.close()


@pytest.fixture(scope="module")
def start_workers(client, scheduler):
    """A function that starts Dask workers on a host, and waits until they are there."""

    def start(host, number=1, *, nanny=True, **options):
        there = len(client.scheduler_info(n_workers=-1)["workers"])
        process = host.start(
            *("-m", "distributed.cli.dask_worker", "--scheduler-file", str(scheduler)),
            *("--host", host.address, "--nworkers", str(number), "--nthreads", "1"),
            *("--no-dashboard", "--local-directory", str(host.home)),
            *(() if nanny else ("--no-nanny",)),
            **options,
        )
        wait_for(lambda: len(client.scheduler_info(n_workers=-1)["workers"]) >= there + number)
        return process

    return start


@pytest.fixture(scope="module")
def workers(hosts, start_workers):
    """Two workers on the first host, and one on the second."""
    for host, number in zip(hosts, (2, 1)):
        start_workers(host, number)
    return hosts


@pytest.fixture(scope="module")
def python_without_davos(folder):
    """A Python that sees all that this one does, but for davos."""
    environment = folder / "without-davos"
    venv.create(environment, symlinks=True)
    links = next(environment.glob("lib/python*/site-packages"))
    for name in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for path in Path(name).iterdir():
            if "davos" not in path.name and path.suffix != ".pth":
                (links / path.name).symlink_to(path)
    return environment / "bin" / "python"
