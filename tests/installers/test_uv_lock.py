"""The pylock.toml that uv is given."""

import sys

import pytest
from packaging.pylock import Pylock

from davos.installers.base import LockedFile
from davos.installers.uv_lock import pylock_text

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

A = "a" * 64
WHEEL = LockedFile(
    "x", "1.0", "wheel", "https://h/x-1.0-py3-none-any.whl", {"sha256": A}, "x-1.0-py3-none-any.whl"
)


def packages(*files):
    content = tomllib.loads(pylock_text(files))
    Pylock.from_dict(content)
    return content["packages"]


@pytest.mark.parametrize(
    ("file", "entry"),
    [
        (
            WHEEL,
            {
                "version": "1.0",
                "wheels": [{"name": WHEEL.filename, "url": WHEEL.url, "hashes": {"sha256": A}}],
            },
        ),
        (
            LockedFile(
                "x", "1.0", "sdist", "https://h/x-1.0.tar.gz", {"sha256": A}, "x-1.0.tar.gz"
            ),
            {
                "version": "1.0",
                "sdist": {
                    "name": "x-1.0.tar.gz",
                    "url": "https://h/x-1.0.tar.gz",
                    "hashes": {"sha256": A},
                },
            },
        ),
        (
            LockedFile("x", None, "archive", 'https://h/a"b.zip', {"sha256": A}, subdirectory="é"),
            {"archive": {"url": 'https://h/a"b.zip', "hashes": {"sha256": A}, "subdirectory": "é"}},
        ),
        (
            LockedFile("x", None, "archive", "file:///a%20b.zip", {"sha256": A}),
            {"archive": {"path": "/a b.zip", "hashes": {"sha256": A}}},
        ),
        (
            LockedFile("x", "1.0", "vcs", "https://h/r.git", vcs="git", commit="c" * 40),
            {"vcs": {"type": "git", "url": "https://h/r.git", "commit-id": "c" * 40}},
        ),
        (
            LockedFile("x", None, "directory", "file:///a%20b"),
            {"directory": {"path": "/a b"}},
        ),
    ],
)
def test_a_file_is_a_package_as_pep_751_has_it(file, entry):
    assert packages(file) == [{"name": "x", **entry}]


def test_files_keep_their_order():
    other = LockedFile("a", None, "directory", "file:///a")
    assert [one["name"] for one in packages(WHEEL, other)] == ["x", "a"]
