"""What indexes offer: asked for in the background, kept for a day, read from real answers."""

import json
import os
import stat
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from waiting import wait_for

from davos.distributions import available_versions
from davos.distributions.available_versions import AvailableVersions, Offer, Page, fetched

JSON = "application/vnd.pypi.simple.v1+json"
PYTHON = "3.11.4"
FILES = json.dumps({"files": [{"filename": "six-1.0.tar.gz"}, {"filename": "six-2.0.tar.gz"}]})


class Index:
    """Answers from a table; keeps what it was asked. While `closed`, it does not answer."""

    def __init__(self):
        self.asked = []
        self.releases = {"1.0": [""], "2.0": [""]}
        self.open = threading.Event()
        self.open.set()

    def __call__(self, page):
        self.asked.append(page.url)
        self.open.wait(60)
        if isinstance(self.releases, Exception):
            raise self.releases
        return self.releases


@pytest.fixture
def index():
    made = Index()
    yield made
    made.open.set()


@pytest.fixture
def available(index, tmp_path):
    return AvailableVersions(lambda: tmp_path / "kept", index)


PAGE = Page("https://me:secret@h/simple", "Six")
BOTH = Offer(("2.0", "1.0"))


def settled(available, *pages):
    return wait_for(lambda: (offer := available.offered(pages, PYTHON)).complete and offer)


def test_nothing_is_waited_for_and_the_next_answer_has_all(available, index):
    index.open.clear()
    assert available.offered([PAGE], PYTHON) == Offer((), complete=False)
    assert available.offered([PAGE], PYTHON) == Offer((), complete=False)
    index.open.set()
    assert settled(available, PAGE) == BOTH
    assert index.asked == ["https://h/simple/six/"]


def test_what_was_said_is_kept_for_other_processes_without_secrets(available, index, tmp_path):
    before = os.umask(0o027)
    settled(available, PAGE)
    os.umask(before)
    (kept,) = (tmp_path / "kept").iterdir()
    assert "secret" not in kept.name + kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    later = AvailableVersions(lambda: tmp_path / "kept", index)
    assert later.offered([PAGE], PYTHON) == BOTH
    assert len(index.asked) == 1


def test_after_a_day_it_is_asked_for_again_and_known_until_then(available, index, tmp_path):
    settled(available, PAGE)
    (kept,) = (tmp_path / "kept").iterdir()
    content = json.loads(kept.read_text())
    kept.write_text(json.dumps({**content, "time": time.time() - 25 * 3600}))
    index.releases = {"3.0": [""]}
    later = AvailableVersions(lambda: tmp_path / "kept", index)
    assert later.offered([PAGE], PYTHON) == Offer(("2.0", "1.0"), complete=False)
    assert settled(later, PAGE) == Offer(("3.0",))


@pytest.mark.parametrize("failure", [OSError("offline"), ValueError("x"), RuntimeError("y")])
def test_an_index_that_fails_is_silent_and_not_asked_again_at_once(available, index, failure):
    index.releases = failure
    assert settled(available, PAGE) == Offer(())
    assert settled(available, PAGE) == Offer(())
    assert len(index.asked) == 1


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"time": "x", "versions": {}}',
        '{"time": 1e999, "versions": {"\\u001b": []}}',
    ],
)
def test_a_broken_file_of_what_was_kept_is_asked_for_again(available, index, tmp_path, content):
    settled(available, PAGE)
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_text(content)
    later = AvailableVersions(lambda: tmp_path / "kept", index)
    assert settled(later, PAGE) == BOTH
    assert len(index.asked) == 2


def test_a_folder_that_cannot_be_written_is_no_obstacle(index, tmp_path):
    (tmp_path / "file").write_text("")
    available = AvailableVersions(lambda: tmp_path / "file" / "kept", index)
    assert settled(available, PAGE) == BOTH


def test_the_versions_of_several_indexes_are_joined(index, tmp_path):
    pages = [Page("https://a", "six"), Page("https://b/", "six")]
    answers = {"https://a/six/": {"1.0": ["<3"]}, "https://b/six/": {"1.0": [""], "3.0": [""]}}
    available = AvailableVersions(lambda: tmp_path / "kept", lambda page: answers[page.url])
    assert settled(available, *pages) == Offer(("3.0", "1.0"))


# ---- real answers ----


@contextmanager
def serving(answers):
    """A server that answers paths with (status, headers, body); its URL, and what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self)
            status, headers, body = answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


PLAIN = (200, {"Content-Type": JSON}, FILES.encode())


@pytest.mark.parametrize(
    "answer",
    [PLAIN, (200, {"Content-Type": "text/html"}, b"<a href=six-1.0.zip><a href=six-2.0.zip>")],
)
def test_json_and_html_are_read(answer):
    with serving({"/simple/six/": answer}) as (host, asked):
        assert fetched(Page(f"{host}/simple/", "Six")) == {"1.0": [""], "2.0": [""]}
    assert asked[0].headers["Accept"].startswith(JSON)


@pytest.mark.parametrize(
    "answer",
    [
        (404, {}, b""),
        (500, {"Content-Type": JSON}, FILES.encode()),
        (200, {"Content-Type": "image/png"}, FILES.encode()),
        (200, {}, FILES.encode()),
        (200, {"Content-Type": JSON, "Content-Length": "9999"}, b"{"),
        (200, {"Content-Type": JSON}, b" " * 5000 + FILES.encode()),
        (302, {"Location": "file:///etc/passwd"}, b""),
        (302, {"Location": "ftp://127.0.0.1/six"}, b""),
        (302, {"Location": "/simple/six/"}, b""),
    ],
)
def test_other_answers_are_errors(answer, monkeypatch):
    monkeypatch.setattr(available_versions, "_LARGEST", 4000)
    with serving({"/simple/six/": answer}) as (host, _), pytest.raises((OSError, ValueError)):
        fetched(Page(f"{host}/simple", "six"))


def test_an_answer_that_does_not_end_is_given_up(monkeypatch):
    """Whatever is sent in time: the time that a request may take is none here."""
    monkeypatch.setattr(available_versions, "_LONGEST_REQUEST", 0)
    with serving({"/six/": PLAIN}) as (host, _), pytest.raises(OSError, match="too slowly"):
        fetched(Page(host, "six"))


def test_a_login_goes_to_its_host_alone():
    with serving({"/six/": PLAIN}) as (other, asked_there):
        moved = (302, {"Location": f"{other}/six/"}, b"")
        with serving({"/six/": moved}) as (host, asked):
            root = host.replace("://", "://me%40x:pw@")
            assert fetched(Page(root, "six")) == {"1.0": [""], "2.0": [""]}
    assert asked[0].headers["Authorization"] == "Basic bWVAeDpwdw=="
    assert asked_there[0].headers["Authorization"] is None


def test_an_index_in_a_folder(tmp_path):
    (tmp_path / "six").mkdir()
    (tmp_path / "six" / "index.html").write_text("<a href=six-1.0.zip>")
    assert fetched(Page(tmp_path.as_uri(), "six")) == {"1.0": [""]}


def test_a_folder_of_files_and_a_page_of_links(tmp_path):
    for name in ("six-1.0.zip", "six-2.0-py3-none-any.whl", "sixty-3.0.zip", "six.txt"):
        (tmp_path / name).touch()
    found = {"1.0": [""], "2.0": [""]}
    assert fetched(Page(tmp_path.as_uri(), "six", listed=True)) == found
    (tmp_path / "p.html").write_text("<a href=x/six-1.0.zip><a href=other-1.0.zip>")
    assert fetched(Page((tmp_path / "p.html").as_uri(), "six", listed=True)) == {"1.0": [""]}
    with serving({"/links?a": PLAIN}) as (host, _):
        assert fetched(Page(f"{host}/links?a", "six", listed=True)) == found


def test_what_is_kept_of_a_page_of_links_is_of_one_distribution(available, index, tmp_path):
    assert settled(available, Page("https://h/p#x", "Six", listed=True)) == BOTH
    index.releases = {}
    assert settled(available, Page("https://h/p", "other", listed=True)).versions == ()
    assert index.asked == ["https://h/p#six", "https://h/p#other"]


def test_a_folder_is_looked_at_again_soon():
    assert Page("file:///w", "six", listed=True).life < Page("https://h", "six").life


def test_a_trusted_host_leads_to_no_other(monkeypatch):
    with serving({"/six/": PLAIN}) as (other, asked_there):
        moved = (302, {"Location": f"{other}/six/"}, b"")
        with serving(
            {"/six/": moved, "/ok/six/": (302, {"Location": "/real"}, b""), "/real": PLAIN}
        ) as (host, _):
            with pytest.raises(OSError, match="leads to"):
                fetched(Page(host, "six", trusted=True))
            assert fetched(Page(f"{host}/ok", "six", trusted=True))
    assert not asked_there


@pytest.mark.parametrize("root", ["ftp://h/", "file://h/x", "/x", "data:text/html,", "http://"])
def test_other_urls_are_refused(root):
    with pytest.raises((OSError, ValueError)):
        fetched(Page(root, "six"))
