"""The snapshot itself: what it shares with the project, what it copies, what it survives."""

from __future__ import annotations

import os
import stat

import pytest
from sessions import contents

from davos.environments import snapshot
from davos.environments.project import Project
from davos.exceptions import DavosProjectError


@pytest.fixture
def project():
    made = Project.named("shared")
    made.ensure()
    info = made.site_packages_dir / "pkg-1.dist-info"
    for folder in (info, made.prefix / "src/pkg/.git", made.site_packages_dir / "pkg/__pycache__"):
        folder.mkdir(parents=True)
    for path in ("pkg/a.py", "pkg/__pycache__/a.pyc", "x.pth", "pkg-1.dist-info/RECORD"):
        (made.site_packages_dir / path).write_text("old")
    (made.prefix / "src/pkg/.git/HEAD").write_text("old")
    return made


def test_what_installers_write_in_place_is_copied_and_the_rest_linked(project):
    before = contents(project.prefix)
    with pytest.raises(RuntimeError), snapshot.kept(project.project_dir):
        kept = project.prefix.with_name(".davos-snapshot-shared")
        linked = {
            str(path.relative_to(kept))
            for path in kept.rglob("*")
            if stat.S_ISREG(path.lstat().st_mode) and path.stat().st_nlink > 1
        }
        for path in project.prefix.rglob("*"):
            if path.is_file() and not path.is_symlink() and path.stat().st_nlink == 1:
                path.write_text("new")
        raise RuntimeError
    site = str(project.site_packages_dir.relative_to(project.prefix))
    assert f"{site}/pkg/a.py" in linked
    assert not {f"{site}/x.pth", f"{site}/pkg-1.dist-info/RECORD", "src/pkg/.git/HEAD"} & linked
    assert contents(project.prefix) == before
    assert not (project.site_packages_dir / "pkg/__pycache__").exists()


def test_it_is_gone_after_a_success(project):
    with snapshot.kept(project.project_dir):
        (project.site_packages_dir / "pkg/a.py").unlink()
        assert snapshot.is_pending(project.project_dir)
    assert not (project.site_packages_dir / "pkg/a.py").exists()
    assert [path.name for path in project.project_dir.parent.iterdir()] == ["shared"]
    assert not snapshot.restore(project.project_dir)


def test_without_hard_links_it_copies(project, monkeypatch):
    def refuse(*_args):
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    before = contents(project.prefix)
    with pytest.raises(KeyboardInterrupt), snapshot.kept(project.project_dir):
        (project.site_packages_dir / "pkg/a.py").write_text("new")
        raise KeyboardInterrupt
    assert contents(project.prefix) == before


def test_a_snapshot_that_cannot_be_made_changes_nothing(project, monkeypatch):
    def fail(*_args, **_options):
        raise OSError(28, "No space left on device")

    before = contents(project.prefix)
    monkeypatch.setattr("davos.environments.snapshot._keep", fail)
    with (
        pytest.raises(DavosProjectError, match=r"cannot keep the old state of .* No space left"),
        snapshot.kept(project.project_dir),
    ):
        raise AssertionError
    assert contents(project.prefix) == before
    assert [path.name for path in project.project_dir.parent.iterdir()] == ["shared"]


def test_a_symbolic_link_as_the_project_is_followed(project, tmp_path):
    moved = tmp_path / "elsewhere"
    project.project_dir.rename(moved)
    project.project_dir.symlink_to(moved)
    before = contents(moved)
    with pytest.raises(RuntimeError), snapshot.kept(project.project_dir):
        (project.site_packages_dir / "pkg/a.py").unlink()
        raise RuntimeError
    assert project.project_dir.is_symlink()
    assert contents(moved) == before


def test_whoever_takes_the_lock_restores(project):
    before = contents(project.prefix)
    keeping = snapshot.kept(project.project_dir)
    keeping.__enter__()
    (project.site_packages_dir / "pkg/a.py").unlink()
    with project.lock():
        assert contents(project.prefix) == before


def test_starting_beside_a_running_install_waits_for_nothing(project):
    with project.lock(), snapshot.kept(project.project_dir):
        project.recover()
        assert snapshot.is_pending(project.project_dir)


def test_a_name_as_long_as_a_file_system_allows(tmp_path):
    """As of a notebook deep in folders, in a project of davos 0.2.3."""
    folder = tmp_path / ("___" + "x" * 250)
    folder.mkdir()
    with snapshot.kept(folder):
        (place,) = [path.name for path in tmp_path.iterdir() if path != folder]
        assert place.startswith(".davos-snapshot-")
        assert len(place) <= 255
