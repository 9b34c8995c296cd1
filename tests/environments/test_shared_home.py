"""Locks and records: permissions, links planted by others, and two users with one DAVOS_HOME."""

import os
import shutil
import stat
import tempfile
import traceback
from pathlib import Path

import pytest

from davos.environments import lock, overlay, project_record
from davos.environments.project_record import NOTEBOOK_FILE, Record
from davos.exceptions import DavosProjectError
from davos.files import replace_file
from davos.frontends.restart.kernel import _write

ONE, OTHER, GROUP = 61001, 61002, 61003  # ids that nobody has

as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can act as two users"
)


@pytest.fixture
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(("umask", "expected"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_files_have_the_permissions_that_the_umask_leaves(tmp_path, usual_umask, umask, expected):
    os.umask(umask)
    with lock.hold(tmp_path / "locks" / "a.lock"):
        pass
    project_record.write(tmp_path, Record("a"))
    assert mode(tmp_path / "locks" / "a.lock") == mode(tmp_path / NOTEBOOK_FILE) == expected


def test_the_state_of_a_restart_is_for_its_owner_only(tmp_path, usual_umask):
    _write(tmp_path / "state", {"cells": []})
    assert mode(tmp_path / "state") == 0o600


def test_a_private_file_is_private_while_it_is_written(tmp_path, usual_umask, monkeypatch):
    private = tmp_path / "private"
    private.write_bytes(b"old")
    private.chmod(0o600)
    modes = []
    opened = os.open
    monkeypatch.setattr(os, "open", lambda *args: modes.append(args[2]) or opened(*args))
    replace_file(private, b"new")
    assert modes == [0o600]
    assert mode(private) == 0o600


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_lock_that_is_a_link_is_refused_and_its_target_stays(tmp_path, link):
    target = tmp_path / "target"
    target.write_text("precious")
    link(target, tmp_path / "a.lock")
    with pytest.raises(DavosProjectError, match=r"a\.lock is not a lock file"):
        lock.hold(tmp_path / "a.lock").__enter__()
    assert target.read_text() == "precious"


def test_a_dangling_link_makes_no_file(tmp_path):
    (tmp_path / "a.lock").symlink_to(tmp_path / "target")
    with pytest.raises(DavosProjectError, match="is not a lock file"):
        lock.hold(tmp_path / "a.lock").__enter__()
    assert not (tmp_path / "target").exists()


def test_a_pipe_in_place_of_a_lock_is_refused(tmp_path):
    os.mkfifo(tmp_path / "a.lock")
    with pytest.raises(DavosProjectError, match="is not a lock file"):
        lock.hold(tmp_path / "a.lock").__enter__()


def test_a_record_that_is_a_link_is_not_read_and_its_target_is_not_written(tmp_path):
    project_record.write(tmp_path, Record("a"))
    (tmp_path / NOTEBOOK_FILE).rename(tmp_path / "target")
    before = (tmp_path / "target").read_bytes()
    (tmp_path / NOTEBOOK_FILE).symlink_to(tmp_path / "target")
    assert project_record.read(tmp_path) is None
    project_record.write(tmp_path, Record("b"))
    assert project_record.read(tmp_path).name == "b"
    assert (tmp_path / "target").read_bytes() == before


def test_files_of_an_overlay_are_not_written_through_links(tmp_path):
    (tmp_path / "target").write_text("precious")
    (tmp_path / "pyvenv.cfg").symlink_to("target")
    overlay.write(tmp_path / "pyvenv.cfg", "home = /\n")
    assert (tmp_path / "target").read_text() == "precious"
    assert (tmp_path / "pyvenv.cfg").read_text() == "home = /\n"


# ---- two users ----


@pytest.fixture
def shared():
    """A folder for the members of a group, as `chgrp` and `chmod g+ws` make it."""
    folder = Path(tempfile.mkdtemp(prefix="davos-shared-"))  # others cannot enter tmp_path
    os.chown(folder, -1, GROUP)
    folder.chmod(0o2775)
    yield folder
    shutil.rmtree(folder)


def as_user(user, umask, function):
    """Run a function in a child process of another user; what it returns, or its error's text."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([GROUP])
            os.setgid(user)
            os.setuid(user)
            os.umask(umask)
            said = str(function())
        except DavosProjectError as error:
            said = f"DavosProjectError: {error}"
        except BaseException:  # noqa: BLE001 - the parent shows it
            said = traceback.format_exc()
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


def locked(path):
    with lock.hold(path):
        return "locked"


def recorded(folder, name):
    folder.mkdir(exist_ok=True, parents=True)
    project_record.write(folder, Record(name))
    return project_record.read(folder).name


@as_root
@pytest.mark.parametrize("umask", [0o002, 0o022])
def test_two_users_take_turns_at_one_lock(shared, umask):
    path = shared / "locks" / "a.lock"
    assert as_user(ONE, umask, lambda: locked(path)) == "locked"
    assert path.stat().st_uid == ONE
    assert path.stat().st_gid == GROUP
    assert as_user(OTHER, umask, lambda: locked(path)) == "locked"


@as_root
def test_two_users_write_one_record(shared):
    folder = shared / "projects" / "a"
    assert as_user(ONE, 0o002, lambda: recorded(folder, "one")) == "one"
    assert as_user(OTHER, 0o002, lambda: recorded(folder, "other")) == "other"


@as_root
def test_a_lock_that_another_user_keeps_private_is_an_error_that_says_what_to_do(shared):
    path = shared / "a.lock"
    assert as_user(ONE, 0o077, lambda: locked(path)) == "locked"
    said = as_user(OTHER, 0o002, lambda: locked(path))
    assert said.startswith(f"DavosProjectError: the lock file {path} belongs to another user")
    assert "umask 002" in said


@as_root
def test_a_folder_that_is_not_for_the_group_is_an_error(shared):
    shared.chmod(0o755)
    said = as_user(OTHER, 0o002, lambda: locked(shared / "a.lock"))
    assert said == f"DavosProjectError: cannot write to {shared}: Permission denied"


@as_root
def test_a_link_that_another_user_planted_is_refused(shared):
    precious = shared / "precious"
    precious.write_text("precious")
    path = shared / "a.lock"
    assert as_user(ONE, 0o002, lambda: path.symlink_to(precious)) == "None"
    with pytest.raises(DavosProjectError, match="is not a lock file"):
        lock.hold(path).__enter__()
    assert precious.read_text() == "precious"
