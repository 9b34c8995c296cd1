"""Folders that are made once a run."""

import pytest
from shared_folders import made_once


def test_a_folder_is_made_once(tmp_path_factory):
    made = []
    folders = [made_once(tmp_path_factory, "made by a test", made.append) for _ in range(2)]
    assert made == folders[:1] == folders[1:]


def test_why_a_folder_could_not_be_made_is_told_to_all(tmp_path_factory):
    def fail(_folder):
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        made_once(tmp_path_factory, "not made by a test", fail)
    with pytest.raises(AssertionError, match=r"could not be made: OSError\('full'\)"):
        made_once(tmp_path_factory, "not made by a test", fail)
