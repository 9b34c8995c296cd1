"""A real ipyparallel controller and engines on two hosts."""

import pytest
from waiting import wait_for

import davos
from davos.exceptions import DavosError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine_file(here):
    """The file with which engines find the controller; that of clients lies beside it."""
    pytest.importorskip("ipyparallel", reason="needs the extra 'ipyparallel'")
    profile = here.home / "profile"
    here.start(
        *("-m", "ipyparallel.controller", f"--ip={here.address}", f"--location={here.address}"),
        *(f"--profile-dir={profile}", "--init"),
        IPYTHONDIR=str(here.home / "ipython"),
    )
    file = profile / "security" / "ipcontroller-engine.json"
    wait_for(lambda: file.exists() and file.with_name("ipcontroller-client.json").exists())
    return file


@pytest.fixture(scope="module")
def rc(engine_file):
    import ipyparallel

    client = ipyparallel.Client(str(engine_file.with_name("ipcontroller-client.json")))
    yield client
    client.close()


@pytest.fixture(scope="module")
def start_engines(rc, engine_file):
    """A function that starts engines on a host, and waits until they are there."""

    def start(host, number=1, **options):
        wanted = len(rc.ids) + number
        for _ in range(number):
            host.start(
                *("-m", "ipyparallel.engine", f"--file={engine_file}"),
                *(f"--profile-dir={host.home / 'profile'}", "--init"),
                IPYTHONDIR=str(host.home / "ipython"),
                **options,
            )
        wait_for(lambda: len(rc.ids) >= wanted)

    return start


@pytest.fixture(scope="module")
def engines(hosts, start_engines):
    """An engine on each host."""
    for host in hosts:
        start_engines(host)
    return hosts


def smuggle(requirement):
    davos.smuggle(requirement.partition("=")[0], args_str=requirement)


def versions(view, module):
    """The version of a module that each engine sees."""
    found = view.apply_sync(eval, f"__import__('{module}').__version__")
    return found if isinstance(found, list) else [found]


def test_all_engines_have_what_was_smuggled_before_and_later(
    rc, engines, hosts, session, index_of_hosts
):
    for number in ("1.0", "2.0"):
        index_of_hosts("dvti", number)
    smuggle("dvti==1.0")
    table = davos.distribute(rc)
    assert [(host.state, len(host.workers)) for host in table] == [("ready", 1)] * 2
    project = f"projects/cluster-{session.settings.project.name}"
    assert {host.project for host in table} == {str(host.davos_home / project) for host in hosts}
    assert versions(rc[:], "dvti") == ["1.0"] * 2
    smuggle("dvti==2.0")
    assert versions(rc[:], "dvti") == ["2.0"] * 2


def test_a_view_means_the_engines_of_its_client(rc, engines, session, index_of_hosts):
    index_of_hosts("dvtj", "1.0")
    smuggle("dvtj==1.0")
    for view in (rc[:], rc.load_balanced_view()):
        assert sum(len(host.workers) for host in davos.distribute(view)) == 2
    assert len(session.followers) == 1
    assert set(versions(rc[:], "dvtj")) == {"1.0"}


def test_an_engine_that_joins_later_has_it_at_the_next_cell(
    rc, engines, hosts, session, index_of_hosts, start_engines
):
    index_of_hosts("dvtk", "1.0")
    smuggle("dvtk==1.0")
    davos.distribute(rc)
    start_engines(hosts[0])
    session.follow()  # IPython's `pre_run_cell`
    assert versions(rc[:], "dvtk") == ["1.0"] * 3


def test_an_engine_without_davos_says_so_and_the_others_work(
    rc, engines, hosts, session, index_of_hosts, start_engines, python_without_davos
):
    import ipyparallel

    index_of_hosts("dvtl", "1.0")
    start_engines(hosts[1], python=python_without_davos)
    engine = max(rc.ids)
    with pytest.warns(UserWarning, match="davos is not installed there"):
        davos.distribute(rc)
    with pytest.warns(UserWarning, match="Tasks that import dvt. fail there"):
        smuggle("dvtl==1.0")
    with pytest.raises(ipyparallel.RemoteError, match=r"dvtl==1\.0 cannot be used on host"):
        versions(rc[engine], "dvtl")
    assert set(versions(rc[rc.ids[:-1]], "dvtl")) == {"1.0"}


def test_engines_are_restarted_by_what_started_them_and_a_closed_client_is_refused(
    engine_file, engines, session
):
    import ipyparallel

    client = ipyparallel.Client(str(engine_file.with_name("ipcontroller-client.json")))
    client.close()
    with pytest.raises(DavosError, match="the client is closed"):
        davos.distribute(client)
