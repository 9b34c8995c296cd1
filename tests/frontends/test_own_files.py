"""Which modules may smuggle: the user's own."""

from __future__ import annotations

import os

import pytest

from davos.frontends.own_files import is_own, is_own_folder

LIBRARY = os.path.join(os.sep, "usr", "lib", "python3.11")
FOLDERS = [
    ("/home/u/work", True),
    ("/home/u/work/pkg/sub", True),
    ("/home/u/site-packages-of-mine", True),
    ("/home/u/venv/lib/python3.11/site-packages", False),
    ("/home/u/venv/lib/python3.11/site-packages/pkg/sub", False),
    ("/usr/lib/python3/dist-packages", False),
    ("/usr/lib/python3.11", False),
    ("/usr/lib/python3.11/json", False),
    ("/usr/lib/python3.11-mine", True),
]


@pytest.mark.skipif(os.name == "nt", reason="the paths are those of posix")
@pytest.mark.parametrize(("folder", "expected"), FOLDERS)
def test_a_folder_is_the_users_own(folder, expected):
    assert is_own_folder(folder, LIBRARY) is expected


def test_the_standard_library_is_not_the_users_own():
    assert not is_own("json.decoder", os.path.join(os.path.dirname(os.__file__), "json", "d.py"))


def test_davos_itself_never_smuggles(tmp_path):
    assert is_own("near", str(tmp_path / "near.py"))
    assert not is_own("davos.near", str(tmp_path / "near.py"))
