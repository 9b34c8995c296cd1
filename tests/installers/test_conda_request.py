"""What the process with py-rattler is asked to do."""

from pathlib import Path

import pytest

from davos.installers.base import Request
from davos.installers.conda_request import Places, child_request
from davos.installers.conda_settings import Settings, read_settings
from davos.onion.validator import validate_text

FOLDER = Path("p")
PLACES = Places(FOLDER, FOLDER, FOLDER, FOLDER)


@pytest.fixture
def asked():
    """A function that gives the request for an onion comment, further words and constraints."""

    def request(onion, others=(), constraints=()):
        made = Request(validate_text("conda", onion), tuple(others), tuple(constraints))
        return child_request(made, PLACES, Settings([]), [])

    return request


def test_what_other_statements_ask_for_has_the_names_of_conda(asked):
    """conda's `zstd` is a library in C, and `python-zstd` PyPI's zstd."""
    request = asked("numpy", others=["zstd", "msgpack-python", "https://h/x.whl"])
    assert request["specs"] == ["numpy", "zstd", "msgpack-python"]


def test_the_proxies_are_those_of_all_channels(tmp_path):
    (tmp_path / ".condarc").write_text("proxy_servers: {'https://b.x': 'http://p:1'}")
    settings = read_settings({"HOME": str(tmp_path)})
    made = Request(validate_text("conda", "numpy -O -c https://a.x/one"))
    request = child_request(made, PLACES, settings, [], ["https://b.x/two"])
    assert request["channels"] == ["https://a.x/one", "https://b.x/two"]
    assert request["config"] == (
        '[proxy-config]\nhttps = "http://p:1"\nnon-proxy-hosts = ["a.x"]\n'
    )


def test_constraints_have_the_names_of_pypi(asked):
    request = asked("numpy", constraints=["zstd==1.5", "six<2; python_version < '3'", "x @ f:/x"])
    assert request["constraints"] == ["python-zstd ==1.5"]
