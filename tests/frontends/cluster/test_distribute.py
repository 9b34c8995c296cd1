"""Which clients are taken, what is told, and when something is sent again."""

import sys
import warnings
from types import ModuleType

import pytest

import davos
from davos.exceptions import DavosError
from davos.frontends.cluster import distribution
from davos.frontends.cluster.hosts import hosts_of


def outcome(host="alpha", project="/p", failed=(), restart=(), notes=()):
    return {
        "host": host,
        "pid": 1,
        "project": project,
        "failed": list(failed),
        "restart": list(restart),
        "notes": list(notes),
    }


def lack(reason="no index", name="dvtx"):
    return {"requirement": f"{name}==1.0", "modules": [name], "reason": reason}


class Cluster:
    """A cluster that does what the test says."""

    def __init__(self, client):
        self.client = client
        self.is_closed = False
        self.payloads, self.restarted = [], []
        self.names = frozenset({"1"})
        self.answers = {"w1": outcome()}
        self.after_restart = None
        self.error = None

    def workers(self):
        return self.names

    def provide(self, payload):
        if self.error:
            raise self.error
        self.payloads.append(payload)
        return self.answers

    def restart(self, workers):
        self.restarted.append(workers)
        self.answers = self.after_restart


class Client:
    """A client of the made-up package `dvtcluster`."""


Client.__module__ = "dvtcluster.client"


@pytest.fixture
def cluster(monkeypatch, session):
    made = {}

    def make(client):
        return made.setdefault(id(client), Cluster(client))

    monkeypatch.setattr(distribution, "_KINDS", {"dvtcluster": make})
    client = Client()
    cluster = make(client)
    cluster.session = session
    return cluster


@pytest.mark.parametrize("client", [None, "tcp://host:1", 3, ModuleType("x"), Client])
def test_anything_else_than_a_client_is_refused_by_what_is_accepted(session, client):
    message = r"takes a dask.distributed.Client, or a Client or a view of ipyparallel, not \w+"
    with pytest.raises(DavosError, match=message):
        davos.distribute(client)
    assert session.followers == {}


def test_a_session_without_a_project_is_refused(cluster, session):
    davos.config.project = None
    with pytest.raises(DavosError, match=r"davos\.config\.project is None"):
        davos.distribute(cluster.client)
    assert (cluster.payloads, session.followers) == ([], {})


def test_a_closed_client_is_refused(cluster, session):
    cluster.is_closed = True
    with pytest.raises(DavosError, match="the client is closed"):
        davos.distribute(cluster.client)
    assert session.followers == {}


def test_a_cluster_that_cannot_be_reached_is_one_error(cluster, session):
    cluster.error = OSError("timed out")
    with pytest.raises(DavosError, match="the cluster cannot be reached: timed out"):
        davos.distribute(cluster.client)
    assert session.followers == {}


def test_it_can_come_before_the_first_smuggle(cluster):
    table = davos.distribute(cluster.client)
    assert [row["requirements"] for row in cluster.payloads] == [[]]
    assert [host.state for host in table] == ["ready"]


def test_a_later_smuggle_is_sent_once(cluster, session, fill):
    fill(session.settings.project, "dvtx", "1.0")
    davos.distribute(cluster.client)
    for _ in range(2):
        davos.smuggle("dvtx", args_str="dvtx==1.0")
    sent = [[row["args"] for row in one["requirements"]] for one in cluster.payloads]
    assert sent == [[], ["dvtx==1.0"]]


def test_a_second_call_replaces_the_first(cluster, session):
    for _ in range(2):
        davos.distribute(cluster.client)
    assert len(session.followers) == 1


def test_a_worker_that_joined_is_noticed(cluster, session):
    davos.distribute(cluster.client)
    session.follow()
    cluster.names = frozenset({"1", "2"})
    session.follow()
    assert len(cluster.payloads) == 2


def test_nothing_is_sent_through_a_client_that_was_closed(cluster, session):
    davos.distribute(cluster.client)
    cluster.is_closed = True
    session.follow()
    assert session.followers == {}


def test_a_smuggle_succeeds_where_the_cluster_fails_and_that_is_told(cluster, session, fill):
    fill(session.settings.project, "dvtx", "1.0")
    davos.distribute(cluster.client)
    cluster.error = OSError("timed out")
    with pytest.warns(UserWarning, match="workers do not have what was smuggled last: .*timed out"):
        davos.smuggle("dvtx", args_str="dvtx==1.0")
    assert "dvtx" in sys.modules


def test_a_host_that_cannot_is_named_with_the_reason_once(cluster, session):
    cluster.answers = {"w1": outcome(failed=[lack()]), "w2": outcome(failed=[lack()])}
    message = r"host alpha \(2 workers\): dvtx==1.0: no index. Tasks that import dvtx fail there"
    with pytest.warns(UserWarning, match=message):
        davos.distribute(cluster.client)
    cluster.names = frozenset()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        session.follow()


def test_workers_are_restarted_only_if_asked(cluster):
    cluster.answers = {"w1": outcome(restart=[lack("loaded")]), "w2": outcome()}
    cluster.after_restart = {"w1": outcome()}
    with pytest.warns(UserWarning, match="loaded"):
        table = davos.distribute(cluster.client)
    assert ({host.state for host in table}, cluster.restarted) == ({"ready", "restart needed"}, [])
    table = davos.distribute(cluster.client, restart=True)
    assert ([host.state for host in table], cluster.restarted) == (["ready"], [["w1"]])


# ---- the table ----


def test_workers_of_a_host_in_the_same_state_are_one_row():
    answers = {
        "w2": outcome(),
        "w1": outcome(),
        "w3": outcome(failed=[lack()]),
        "w4": outcome("beta", notes=["dvty 1.0 is used there, 2.0 in the session"]),
    }
    assert repr(hosts_of(answers)).splitlines() == [
        "host   workers  project  state",
        "alpha  w1, w2   /p       ready",
        "alpha  w3       /p       failed: dvtx==1.0: no index",
        "beta   w4       /p       ready: dvty 1.0 is used there, 2.0 in the session",
    ]


def test_the_table_is_escaped():
    table = hosts_of({"<b>": outcome("a\x1b[31m", failed=[lack("<script>\n")])})
    assert "\x1b" not in repr(table)
    assert len(repr(table).splitlines()) == 2
    assert "<script>" not in table._repr_html_()
    assert "<b>" not in table._repr_html_()
