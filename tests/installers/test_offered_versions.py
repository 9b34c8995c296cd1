"""Which indexes are asked for the versions of a distribution."""

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


def test_certificates_and_proxies_are_those_of_pip():
    typed = typed_version("six==", 5, TABLES["pip"])
    environ = {**QUIET, "PIP_CERT": "/x.pem", "PIP_PROXY": "http://p:1"}
    (page,) = index_pages(typed, environ)
    assert (page.certificates, page.proxy) == ("/x.pem", "http://p:1")
