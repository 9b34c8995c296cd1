"""The versions of distributions that package indexes offer, asked for while nobody waits.

What an index said is kept for a day, in a folder that several processes share. A request is made
in a thread of its own: who asks gets what is known, and all of it the next time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterable, NamedTuple, Optional
from urllib import request
from urllib.error import URLError
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from packaging.utils import canonicalize_name

from davos.credentials import without_credentials
from davos.distributions.index_page import (
    ACCEPTED,
    Releases,
    checked_releases,
    fitting,
    read_names,
    read_page,
)
from davos.files import read_file, read_own_file, replace_file

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from davos.onion.typed_version import TypedVersion

__all__ = ["AvailableVersions", "Offer", "OfferedVersions", "Page", "fetched"]

_DAY = 24 * 3600.0
_PAUSE = 60.0
_TIMEOUT = 5.0
_LONGEST_REQUEST = 30.0
_LARGEST = 32 << 20
_CHUNK = 1 << 16


class Page(NamedTuple):
    """The page of a distribution in an index, and how it is asked for.

    `root` is the URL below which the pages are; it may hold a user and a password. `certificates`
    is a file of those to trust, `proxy` a URL; where there is none, what the environment says.
    `listed` says that `root` itself is the page, or a folder of files (`--find-links`), and
    `trusted` that the host is believed without a certificate (`--trusted-host`).
    """

    root: str
    name: str
    certificates: Optional[str] = None
    proxy: Optional[str] = None
    listed: bool = False
    trusted: bool = False

    @property
    def url(self) -> str:
        """The URL of the page, without credentials; one for each distribution."""
        root, name = without_credentials(self.root), quote(canonicalize_name(self.name))
        return f"{root.partition('#')[0]}#{name}" if self.listed else f"{root.rstrip('/')}/{name}/"

    @property
    def life(self) -> float:
        """For how many seconds what it says counts; a folder of this machine may change soon."""
        return _PAUSE if self.root.startswith("file:") else _DAY


class Offer(NamedTuple):
    """Versions, the newest first and pre-releases last; `complete` unless a request is made."""

    versions: tuple[str, ...]
    complete: bool = True


OfferedVersions = Callable[["TypedVersion"], Offer]
"""What is known of the versions that may be typed; nothing is waited for."""


class _Kept(NamedTuple):
    """What an index said, and when (seconds since 1970)."""

    time: float
    releases: Releases


class AvailableVersions:
    """What indexes offer, as far as it is known; `folder` gives the one where it is kept."""

    def __init__(self, folder: Callable[[], Path], fetch: Callable[[Page], Releases]) -> None:
        self._folder = folder
        self._fetch = fetch
        self._lock = threading.Lock()
        self._running: set[str] = set()
        self._tried: dict[str, float] = {}
        self._known: dict[str, _Kept] = {}

    def offered(self, pages: Iterable[Page], python: str) -> Offer:
        """The versions on some pages that are for a version of Python; nothing is waited for."""
        found: Releases = {}
        complete = True
        for page in pages:
            kept = self._kept(page.url)
            if kept is None or not 0 <= time.time() - kept.time < page.life:
                complete = not self._start(page) and complete
            for version, pythons in kept.releases.items() if kept else ():
                found.setdefault(version, []).extend(pythons)
        return Offer(tuple(fitting(found, python)), complete)

    def _kept(self, url: str) -> _Kept | None:
        if url not in self._known:
            kept = _read(self._file(url))
            if kept is not None:
                self._known[url] = kept
        return self._known.get(url)

    def _start(self, page: Page) -> bool:
        """Ask an index, unless that was tried just now; whether it is being asked."""
        with self._lock:
            if page.url in self._running:
                return True
            if time.monotonic() - self._tried.get(page.url, -_PAUSE) < _PAUSE:
                return False
            self._tried[page.url] = time.monotonic()
            self._running.add(page.url)
        threading.Thread(target=self._ask, args=(page,), daemon=True, name="davos-index").start()
        return True

    def _ask(self, page: Page) -> None:
        try:
            kept = _Kept(time.time(), self._fetch(page))
            _write(self._file(page.url), kept)
            self._known[page.url] = kept
        except Exception:  # noqa: BLE001, S110 - who types is not told what an index does
            pass
        finally:
            with self._lock:
                self._running.discard(page.url)

    def _file(self, url: str) -> Path:
        return self._folder() / f"{hashlib.sha256(url.encode()).hexdigest()}.json"


# ---- what is kept ----


def _read(path: Path) -> _Kept | None:
    try:
        content = json.loads(read_own_file(path))
        return _Kept(float(content["time"]), checked_releases(content["versions"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _write(path: Path, kept: _Kept) -> None:
    content = {"time": kept.time, "versions": kept.releases}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, json.dumps(content).encode(), follow_link=False)
    except OSError:
        pass  # then it is known to this process only


# ---- the request ----


def fetched(page: Page) -> Releases:
    """What an index says now; raises OSError, ValueError or HTTPException."""
    parts = urlsplit(page.url)
    if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
        return _from_disk(page, Path(url2pathname(parts.path)))
    if parts.scheme not in {"http", "https"}:
        raise ValueError("not the URL of an index")
    asked = request.Request(page.url, headers={"Accept": ACCEPTED, "User-Agent": "davos"})  # noqa: S310
    login = _login(page.root)
    if login:
        asked.add_unredirected_header("Authorization", login)
    with _opener(page).open(asked, timeout=_TIMEOUT) as answer:
        kind = answer.headers.get_content_type()
        return read_page(page.name, kind, _body(answer))


def _from_disk(page: Page, place: Path) -> Releases:
    """What a folder or file of this machine holds, as pip reads `--find-links` and indexes."""
    if page.listed and place.is_dir():
        return read_names(page.name, (one.name for one in place.iterdir()))
    file = place if page.listed else place / "index.html"
    return read_page(page.name, "text/html", read_file(file))


def _login(root: str) -> str:
    """The header for the user and the password of a URL (RFC 7617); empty without them."""
    parts = urlsplit(root)
    if parts.username is None:
        return ""
    text = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def _opener(page: Page) -> request.OpenerDirector:
    """An opener for http and https only, also where a redirection leads."""
    context = ssl.create_default_context(cafile=page.certificates)
    if page.trusted:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    proxies = {"http": page.proxy, "https": page.proxy} if page.proxy else None
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(proxies),
        request.HTTPHandler(),
        request.HTTPSHandler(context=context),
        _SameHost() if page.trusted else request.HTTPRedirectHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


class _SameHost(request.HTTPRedirectHandler):
    """Follows no redirection to another host: that one has to show its certificate."""

    def redirect_request(self, req: request.Request, *args: Any) -> request.Request | None:
        """See `HTTPRedirectHandler`."""
        moved = super().redirect_request(req, *args)
        if moved is not None and moved.host != req.host:
            raise URLError(f"{req.host} leads to {moved.host}")
        return moved


def _body(answer: HTTPResponse) -> bytes:
    """The bytes of an answer; raises OSError if they are too many, or take too long."""
    data = bytearray()
    end = time.monotonic() + _LONGEST_REQUEST
    while chunk := answer.read1(_CHUNK):
        data += chunk
        if len(data) > _LARGEST or time.monotonic() > end:
            raise OSError("the index sends too much, or too slowly")
    return bytes(data)
