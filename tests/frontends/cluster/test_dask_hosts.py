"""A real Dask scheduler, nannies and workers on two hosts."""

import os
import signal

import pytest
from cluster_hosts import Host
from waiting import wait_for

import davos

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("workers")]


def smuggle(requirement):
    davos.smuggle(requirement.partition("=")[0], args_str=requirement)


def where(module):
    """A task: the version of a module, and the file that it comes from."""

    # Nested, it is sent by value: workers do not have this file.
    def find():
        from importlib import import_module

        found = import_module(module)
        return found.__version__, found.__file__

    return find


def on_each(client, function):
    """What a task returns on each worker, by worker; its error, if it fails."""
    futures = {
        worker: client.submit(function, workers=[worker], pure=False)
        for worker in client.scheduler_info(n_workers=-1)["workers"]
    }
    return {worker: future.exception() or future.result() for worker, future in futures.items()}


def versions_on_each(client, module):
    """The different versions of a module that tasks see, and what tasks raise."""
    found = on_each(client, where(module)).values()
    return {repr(one) if isinstance(one, Exception) else one[0] for one in found}


def test_each_host_installs_once_into_a_project_of_its_own(client, hosts, session, index_of_hosts):
    index_of_hosts("dvta", "1.0", requires=["dvtb"])
    index_of_hosts("dvtb", "1.0")
    smuggle("dvta==1.0")
    table = davos.distribute(client)
    assert [(host.state, len(host.workers)) for host in table] == [("ready", 2), ("ready", 1)]
    project = f"projects/cluster-{session.settings.project.name}"
    assert [host.project for host in table] == [str(host.davos_home / project) for host in hosts]
    found = on_each(client, where("dvta"))
    for host in hosts:
        own = [answer for worker, answer in found.items() if host.address in worker]
        assert {version for version, _ in own} == {"1.0"}
        assert all(file.startswith(str(host.davos_home)) for _, file in own)


def test_later_smuggles_are_there_before_the_next_task(client, session, index_of_hosts):
    for number in ("1.0", "2.0"):
        index_of_hosts("dvtc", number)
    davos.distribute(client)
    for number in ("1.0", "2.0"):
        smuggle(f"dvtc=={number}")
        assert versions_on_each(client, "dvtc") == {number}


def test_a_worker_that_joins_later_has_it_before_its_first_task(
    client, hosts, session, index_of_hosts, start_workers
):
    index_of_hosts("dvtd", "1.0")
    smuggle("dvtd==1.0")
    davos.distribute(client)
    process = start_workers(hosts[0], nanny=False)
    assert len(client.scheduler_info(n_workers=-1)["workers"]) == 4
    assert versions_on_each(client, "dvtd") == {"1.0"}
    process.terminate()
    wait_for(lambda: len(client.scheduler_info(n_workers=-1)["workers"]) == 3)


def test_a_worker_that_is_killed_and_restarted_in_mid_work_loses_nothing(
    client, session, index_of_hosts, tmp_path
):
    index_of_hosts("dvte", "1.0")
    smuggle("dvte==1.0")
    davos.distribute(client)
    mark = tmp_path / "killed"

    def work(number):
        import dvte

        if number == 4 and not os.path.exists(mark):
            open(mark, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return number, dvte.__version__

    futures = client.map(work, range(20), pure=False)
    assert client.gather(futures) == [(number, "1.0") for number in range(20)]
    assert mark.exists()
    wait_for(lambda: len(client.scheduler_info(n_workers=-1)["workers"]) == 3)
    assert versions_on_each(client, "dvte") == {"1.0"}


def test_what_a_host_cannot_have_fails_there_with_the_reason_and_not_elsewhere(
    client, session, index_of_hosts, start_host, start_workers
):
    index_of_hosts("dvtf", "1.0")
    smuggle("dvtf==1.0")
    env = {"PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": "1", "DAVOS_PIP_BACKEND": "pip"}
    gamma = start_host("gamma", 2, env=env)
    process = start_workers(gamma, 2)
    with pytest.warns(UserWarning, match="2 workers.*: dvtf==1.0: .*Tasks that import dvtf fail"):
        table = davos.distribute(client)
    bad = [host for host in table if host.state == "failed"]
    assert [(len(host.workers), host.modules) for host in bad] == [(2, ("dvtf",))]
    found = on_each(client, where("dvtf"))
    assert {worker for worker, one in found.items() if isinstance(one, ImportError)} == {
        *bad[0].workers
    }
    error = found[bad[0].workers[0]]
    assert "dvtf==1.0 cannot be used on host" in str(error)
    assert "No matching distribution found for dvtf==1.0" in str(error)
    process.terminate()
    wait_for(lambda: len(client.scheduler_info(n_workers=-1)["workers"]) == 3)


@pytest.mark.network
def test_a_host_installs_from_the_index_that_its_pip_is_configured_for(
    client, here, folder, online_session, start_workers
):
    delta = Host("delta", here.address, folder / "delta")
    delta.home.mkdir()
    try:
        start_workers(delta, 2)
        smuggle("humanize==4.9.0")
        with pytest.warns(UserWarning, match="Tasks that import humanize fail"):  # the two others
            table = davos.distribute(client)
        assert [len(host.workers) for host in table if host.state == "ready"] == [2]
        found = on_each(client, where("humanize")).values()
        there = {one for one in found if not isinstance(one, ImportError)}
        assert {version for version, _ in there} == {"4.9.0"}
        assert all(file.startswith(str(delta.davos_home)) for _, file in there)
    finally:
        delta.stop()
        wait_for(lambda: len(client.scheduler_info(n_workers=-1)["workers"]) == 3)


def test_a_worker_without_davos_says_so(
    client, session, index_of_hosts, hosts, start_workers, python_without_davos
):
    index_of_hosts("dvth", "1.0")
    process = start_workers(hosts[1], nanny=False, python=python_without_davos)
    with pytest.warns(UserWarning, match="davos is not installed there"):
        davos.distribute(client)
    with pytest.warns(UserWarning, match="Tasks that import dvt. fail there"):
        smuggle("dvth==1.0")
    found = on_each(client, where("dvth")).values()
    errors = [str(one) for one in found if isinstance(one, ImportError)]
    assert len(errors) == 1
    assert "davos is not installed there; the session has davos " in errors[0]
    process.terminate()
    wait_for(lambda: len(client.scheduler_info(n_workers=-1)["workers"]) == 3)
