"""The packages of a lock: what py-rattler is asked to install, and what is there already."""

import json

import pytest

from davos.environments.layout import LAYOUT
from davos.exceptions import InstallerError
from davos.installers import conda_process
from davos.installers.conda_locked import LockedPackage, absent
from davos.installers.conda_request import Places, locked_request
from davos.installers.conda_settings import CondaSettingsError, read_settings
from davos.installers.conda_solving import Solving, solved
from davos.onion.validator import validate_text

CHANNEL = "https://h/own"
ONE = LockedPackage(
    name="torch",
    version="2.1",
    kind="conda",
    url=f"{CHANNEL}/noarch/pytorch-2.1-py_0.conda",
    hashes={"sha256": "a" * 64},
    filename="pytorch-2.1-py_0.conda",
    package="pytorch",
    build="py_0",
    subdir="noarch",
    channel=CHANNEL,
    depends=("python >=3.8",),
)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Settings as a .condarc says."""

    def read(text):
        file = tmp_path / ".condarc"
        file.write_text(text)
        return read_settings({"CONDARC": str(file), "HOME": str(tmp_path)})

    return read


def test_nothing_is_solved_and_no_channel_is_read(tmp_path, settings):
    places = Places(tmp_path, tmp_path, tmp_path, tmp_path)
    request = locked_request([ONE], "the lock of a.py", places, settings(""))
    assert (request["purpose"], request["channels"]) == ("link", [])
    (package,) = json.loads(json.dumps(request["packages"]))
    assert (package["file_name"], package["url"]) == (ONE.filename, ONE.url)
    assert package["sha256"] == "a" * 64


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("channels: ['https://me:pw@h/own']", "https://me:pw@h/own"),
        ("channels: ['https://h/t/tk-1/own']", "https://h/t/tk-1/own"),
        ("custom_channels: {own: 'https://h/t/tk-1'}", "https://h/t/tk-1/own"),
        ("channels: ['https://me:pw@h/ow']", CHANNEL),
        ("channels: ['https://me:pw@other/own']", CHANNEL),
        ("", CHANNEL),
    ],
)
def test_what_opens_a_channel_comes_from_the_settings(tmp_path, settings, text, url):
    places = Places(tmp_path, tmp_path, tmp_path, tmp_path)
    request = locked_request([ONE], "the lock of a.py", places, settings(text))
    assert request["packages"][0]["url"] == f"{url}/noarch/{ONE.filename}"


def test_a_channel_that_the_settings_forbid_is_refused(tmp_path, settings):
    places = Places(tmp_path, tmp_path, tmp_path, tmp_path)
    with pytest.raises(CondaSettingsError, match="the channel https://h/own is forbidden"):
        locked_request([ONE], "x", places, settings("denylist_channels: ['https://h/own']"))


@pytest.mark.parametrize(
    ("record", "there"),
    [
        ({}, True),
        ({"sha256": "b" * 64}, False),
        ({"version": "2.2"}, False),
        ({"build": "py_1"}, False),
        ({"files": [f"{LAYOUT.site_packages}/torch.py", "bin/x"]}, True),
        ({"files": ["lib/python2.7/site-packages/torch.py"]}, False),
        ({"files": ["lib/libtorch.so"]}, True),
        (None, False),
    ],
)
def test_a_package_is_there_if_its_record_is_of_the_same_file(tmp_path, record, there):
    if record is not None:
        known = {"name": "pytorch", "version": "2.1", "build": "py_0", "sha256": "a" * 64, **record}
        (tmp_path / "conda-meta").mkdir()
        (tmp_path / "conda-meta" / "pytorch-2.1-py_0.json").write_text(json.dumps(known))
    assert absent([ONE], [str(tmp_path)]) == ([] if there else [ONE])


@pytest.mark.parametrize(
    ("oldest", "reason"),
    [
        ((99, 0), "packages of conda need Python 3.10 or newer"),
        ((3, 0), "there is no py-rattler here"),
    ],
)
def test_what_is_missing_to_solve_is_one_sentence(monkeypatch, oldest, reason):
    monkeypatch.setattr(conda_process, "_OLDEST", oldest)
    monkeypatch.setattr(conda_process.index, "find_distribution", lambda *_: None)
    with pytest.raises(InstallerError, match=reason):
        solved(Solving([validate_text("conda", "thing").requirement], {}))
