"""What keeps a process from becoming another one is said before anything is given up."""

from __future__ import annotations

import os
import tempfile

import pytest

from davos.frontends.restart.process import obstacle

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a restart in place is refused there")


def found():
    return obstacle("restart it", dict)


def test_nothing_is_in_the_way_and_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert found() is None
    assert list(tmp_path.iterdir()) == []


def test_a_reason_of_the_front_end_is_said_first(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    said = obstacle("restart it", lambda: {"it rains": False, "it snows": True})
    assert said == "restart it (davos cannot do that itself: it snows)"


def test_a_missing_folder_for_temporary_files_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    reason = "temporary files cannot be written (No such file or directory)"
    assert found() == f"restart it (davos cannot do that itself: {reason})"


def test_a_lack_of_descriptors_is_said():
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        said = found()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert "no more files can be opened (Too many open files)" in (said or "")
    assert found() is None
