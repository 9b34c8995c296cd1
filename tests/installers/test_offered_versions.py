"""Which indexes are asked for the versions of a distribution."""

from pathlib import Path

import pytest

from davos.installers.offered_versions import index_pages
from davos.onion.typed_version import typed_version
from davos.onion.validator import TABLES

QUIET = {"PIP_CONFIG_FILE": "/dev/null"}
PYPI = "https://pypi.org/simple"


def roots(installer, args, **environ):
    typed = typed_version(args, args.index("==") + 2, TABLES[installer])
    return [page.root for page in index_pages(typed, {**QUIET, **environ})]


@pytest.mark.parametrize(
    ("installer", "args", "environ", "expected"),
    [
        ("pip", "six==", {}, [PYPI]),
        ("pip", "six==", {"PIP_INDEX_URL": "https://a/"}, ["https://a/"]),
        ("pip", "six== -i https://b/", {"PIP_INDEX_URL": "https://a/"}, ["https://b/"]),
        (
            "pip",
            "six== --extra-index-url https://b/",
            {"PIP_EXTRA_INDEX_URL": "https://c/ https://d/"},
            [PYPI, "https://b/", "https://c/", "https://d/"],
        ),
        ("pip", "six== --no-index", {}, []),
        ("pip", "six==", {"PIP_NO_INDEX": "1"}, []),
        ("pip", "six== -i https://${TOKEN}@h/", {}, []),
        ("pip", "six==", {"PIP_TIMEOUT": "x"}, []),
        ("pip", "six==", {"UV_DEFAULT_INDEX": "https://a/"}, [PYPI]),
        ("uv", "six==", {"UV_DEFAULT_INDEX": "https://a/"}, ["https://a/"]),
        ("uv", "six==", {"UV_INDEX_URL": "https://a/"}, ["https://a/"]),
        ("uv", "six==", {"UV_INDEX": "x=https://a/ https://b/"}, [PYPI, "https://a/", "https://b/"]),
        ("uv", "six== --default-index https://c/ --index https://d/", {}, ["https://c/", "https://d/"]),
        ("uv", "six== --offline", {}, []),
        ("uv", "six==", {"UV_NO_INDEX": "1"}, []),
        ("uv", "six==", {"PIP_INDEX_URL": "https://a/"}, [PYPI]),
        ("conda", "six==", {}, []),
        ("conda", "six==", {"PIP_INDEX_URL": "https://a/", "UV_INDEX": "https://b/"}, []),
    ],
)  # fmt: skip
def test_indexes(installer, args, environ, expected):
    assert roots(installer, args, **environ) == expected


@pytest.mark.parametrize(
    ("installer", "args", "environ", "expected"),
    [
        ("pip", "six== --no-index -f https://l/p.html", {}, ["https://l/p.html"]),
        ("pip", "six==", {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/w ./v"}, ["file:///w", "CWD/v"]),
        ("pip", "six== -f w", {"PIP_FIND_LINKS": "file:///x"}, [PYPI, "CWD/w", "file:///x"]),
        ("pip", "six==", {"UV_FIND_LINKS": "/w"}, [PYPI]),
        ("uv", "six==", {"UV_FIND_LINKS": "/w,https://l"}, [PYPI, "file:///w", "https://l"]),
        ("uv", "six== -f /x", {"UV_NO_INDEX": "1"}, ["file:///x"]),
        ("uv", "six== --offline -f /x", {}, []),
        ("pip", "six== -f $HOME/w", {}, [PYPI]),
    ],
)
def test_pages_and_folders_of_find_links(installer, args, environ, expected):
    here = Path.cwd().as_uri()
    assert roots(installer, args, **environ) == [one.replace("CWD", here) for one in expected]


@pytest.mark.parametrize(
    ("installer", "args", "environ", "trusted"),
    [
        ("pip", "six== -i https://h/s", {}, False),
        ("pip", "six== -i https://h/s --trusted-host h", {}, True),
        ("pip", "six== -i https://h:1/s --trusted-host h:1", {}, True),
        ("pip", "six== -i https://h:1/s --trusted-host h:2", {}, False),
        ("pip", "six== -i https://h.org/s --trusted-host h", {}, False),
        ("pip", "six== -i https://me:pw@h/s", {"PIP_TRUSTED_HOST": "x h"}, True),
        ("pip", "six== -i https://h/s", {"UV_INSECURE_HOST": "h"}, False),
        ("uv", "six== -i https://h/s", {"UV_INSECURE_HOST": "h"}, True),
        ("uv", "six== -i https://h/s --allow-insecure-host h", {}, True),
        ("pip", "six== -i https://h:x/s --trusted-host h", {}, False),
    ],
)
def test_only_hosts_that_are_trusted_need_no_certificate(installer, args, environ, trusted):
    typed = typed_version(args, args.index("==") + 2, TABLES[installer])
    (page,) = index_pages(typed, {**QUIET, **environ})
    assert page.trusted is trusted


def test_certificates_and_proxies_are_those_of_pip():
    typed = typed_version("six==", 5, TABLES["pip"])
    environ = {**QUIET, "PIP_CERT": "/x.pem", "PIP_PROXY": "http://p:1"}
    (page,) = index_pages(typed, environ)
    assert (page.certificates, page.proxy) == ("/x.pem", "http://p:1")
