"""Files replaced in one step."""

import os

import pytest

from davos.files import replace_file


@pytest.fixture
def folder(tmp_path):
    """A folder in which nothing may be left behind."""
    inner = tmp_path / "folder"
    inner.mkdir()
    return inner


def test_a_new_file_has_the_permissions_that_new_files_have(folder):
    (folder / "usual").touch()
    replace_file(folder / "new", b"text")
    assert (folder / "new").read_bytes() == b"text"
    assert (folder / "new").stat().st_mode == (folder / "usual").stat().st_mode


def test_an_old_file_keeps_its_permissions_and_is_never_half_written(folder):
    old = folder / "old"
    old.write_bytes(b"old")
    old.chmod(0o640)
    with old.open("rb") as reader:
        replace_file(str(old), b"new")
        assert reader.read() == b"old"
    assert (old.read_bytes(), old.stat().st_mode & 0o777) == (b"new", 0o640)
    assert os.listdir(folder) == ["old"]


def test_a_link_stays_a_link(folder, tmp_path):
    (tmp_path / "target").write_bytes(b"old")
    (folder / "link").symlink_to(tmp_path / "target")
    replace_file(folder / "link", b"new")
    assert (folder / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_where_it_fails_the_old_file_stays_and_nothing_else(folder):
    (folder / "name").mkdir()
    with pytest.raises(OSError, match="name"):
        replace_file(folder / "name", b"new")
    assert os.listdir(folder) == ["name"]


def test_a_file_that_may_not_be_written_stays(folder, monkeypatch):
    (folder / "old").write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="it is read-only"):
        replace_file(folder / "old", b"new")
    assert (folder / "old").read_bytes() == b"old"
    assert os.listdir(folder) == ["old"]
