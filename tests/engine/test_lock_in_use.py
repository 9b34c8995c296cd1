"""What a lock holds of what is required from a path or a URL, once it is installed."""

import hashlib
import json

import pytest

from davos.distributions import index
from davos.engine.lock_in_use import LockInUse
from davos.environments.local_sources import fingerprint
from davos.exceptions import LockError
from davos.installers.base import LockedFile
from davos.onion.validator import validate_text

COMMIT = "c" * 40


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A function that puts a distribution with a recorded origin on the search path."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def put(origin):
        info = site / "dvlib-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dvlib\nVersion: 1.0\n")
        (info / "direct_url.json").write_text(json.dumps(origin))
        index.clear_caches()

    yield put
    monkeypatch.undo()
    index.clear_caches()


def found(file, args, *, strict=False, **more):
    lock = LockInUse("a.ipynb", {file.name: file}, strict, **more)
    there = lock.installed(validate_text("pip", args).requirement)
    return there and there.name


@pytest.mark.parametrize("args", ["git+https://h/r@main", "dvlib @ git+https://h/r"])
def test_a_commit_is_there_whatever_its_branch_is_by_now(installed, args):
    file = LockedFile("dvlib", "1.0", "vcs", "https://h/r", vcs="git", commit=COMMIT)
    assert found(file, args) is None
    vcs = {"vcs": "git", "commit_id": COMMIT.upper()}
    installed({"url": "https://h/r", "vcs_info": vcs})
    assert found(file, args) == "dvlib"
    assert found(file, "dvlib") is None  # what has a version is looked for by it


def test_a_changeset_of_mercurial_is_known_by_what_was_asked_for(installed):
    file = LockedFile("dvlib", "1.0", "vcs", "https://h/r", vcs="hg", commit=COMMIT)
    vcs = {"vcs": "hg", "commit_id": "12", "requested_revision": COMMIT}
    installed({"url": "https://h/r", "vcs_info": vcs})
    assert found(file, "hg+https://h/r") == "dvlib"


@pytest.mark.parametrize("kind", ["directory", "archive"])
def test_what_has_changed_since_is_not_there(installed, tmp_path, kind):
    path = tmp_path / "lib-1.0.zip"
    if kind == "directory":
        path = tmp_path / "lib"
        path.mkdir()
    source = path / "a.py" if kind == "directory" else path
    source.write_text("1")
    digest = {"sha256": hashlib.sha256(b"1").hexdigest()}
    more = {"trees": {"dvlib": fingerprint(path)}} if kind == "directory" else {}
    hashes = {} if more else digest
    file = LockedFile("dvlib", None, kind, path.as_uri(), hashes)
    installed({"url": path.as_uri(), "dir_info" if more else "archive_info": {"hashes": hashes}})
    assert found(file, str(path), strict=True, **more) == "dvlib"
    source.write_text("2")
    assert found(file, str(path), **more) is None
    with pytest.raises(LockError, match=r"has changed since a\.ipynb was locked"):
        found(file, str(path), strict=True, **more)
    source.unlink()
    if kind == "archive":
        assert found(file, str(path), strict=True) == "dvlib"
