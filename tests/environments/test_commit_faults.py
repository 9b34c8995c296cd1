"""Commits where something is in the way: the disk, the user, a wheel, another process."""

import errno
import os
import shutil
import stat

import pytest
from distributions_on_disk import (
    A1,
    A2,
    B1,
    NAMESPACE_A2,
    NAMESPACE_B,
    SITE,
    Killed,
    beside,
    committed,
    environment,
    expected,
    kill_at,
    packages,
    tree,
    write_distribution,
)

from davos.environments import commit_contents, generation, journal
from davos.environments.commit import commit, is_pending, recover
from davos.environments.staging import staging
from davos.exceptions import DavosProjectError


@pytest.mark.parametrize(
    "place",
    [
        "journal.write",
        "journal.sync_folder",
        "commit_contents.prepared",
        "overlay.write",
        "os.fsync",
    ],
)
def test_a_full_disk_before_the_commit_leaves_the_project_as_it_was(project, monkeypatch, place):
    write_distribution(project, *A1)
    before = tree(project)

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    with staging(project, []) as made:
        write_distribution(made.prefix, *A2)
        script = made.prefix / "bin" / "s"
        script.write_text(f"#!{made.python}\n")
        direct = made.site_packages / "a-2.dist-info" / "direct_url.json"
        direct.write_text(f'{{"url": "file://{made.source_folder}/x"}}')
        target = place if place == "os.fsync" else f"davos.environments.{place}"
        monkeypatch.setattr(target, full)
        with pytest.raises(DavosProjectError, match="No space left on device"):
            commit(made)
        monkeypatch.undo()
    assert tree(project) == before
    assert not recover(project)
    assert beside(project) == []


@pytest.mark.parametrize(
    "fault",
    [PermissionError(errno.EPERM, "Operation not permitted"), OSError(errno.EIO, "I/O error")],
)
def test_a_rename_that_fails_is_made_by_the_next_recovery(project, tmp_path, monkeypatch, fault):
    write_distribution(project, *A1)

    def refuse(source, target):
        raise fault

    monkeypatch.setattr(journal, "_rename", refuse)
    with pytest.raises(DavosProjectError, match=fault.strerror):
        committed(project, A2)
    monkeypatch.undo()
    assert is_pending(project)
    assert recover(project)
    assert packages(project) == expected(tmp_path, A2)


def test_an_interrupt_comes_when_the_commit_is_made(project, tmp_path, monkeypatch):
    write_distribution(project, *A1)
    rename, made = journal._rename, []

    def interrupt_once(source, target):
        made.append(source)
        if len(made) == 2:
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(journal, "_rename", interrupt_once)
    with pytest.raises(KeyboardInterrupt):
        committed(project, A2)
    assert packages(project) == expected(tmp_path, A2)


def test_an_import_that_writes_its_bytecode_late_stops_no_commit(project, tmp_path, monkeypatch):
    write_distribution(project, *A1)
    rename = journal._rename

    def reader(source, target):
        rename(source, target)
        if target.endswith("/trash/1"):
            cache = project / SITE / "a" / "__pycache__"
            cache.mkdir(parents=True)
            (cache / "old.cpython-311.pyc").write_text("")

    monkeypatch.setattr(journal, "_rename", reader)
    committed(project, A2)
    assert packages(project) == expected(tmp_path, A2)


def test_read_only_folders_are_renamed_too(project, tmp_path, monkeypatch):
    write_distribution(project, *A1)
    (project / SITE / "a" / "old.py").chmod(0o400)
    (project / SITE / "a").chmod(0o500)
    rename = journal._rename

    def kernel(source, target):
        """As for a user who is not root: a folder's `..` is written to."""
        mode = os.lstat(source).st_mode
        if stat.S_ISDIR(mode) and not mode & stat.S_IWUSR:
            raise PermissionError(errno.EACCES, "Permission denied")
        rename(source, target)

    monkeypatch.setattr(journal, "_rename", kernel)
    committed(project, A2)
    assert packages(project) == expected(tmp_path, A2)


OUTSIDE = "a 1 lists a file outside of the project: "
OWN = "a 1 brings a file of the environment: "


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("../../../../escaped.py", OUTSIDE),
        ("/tmp/escaped.py", OUTSIDE),
        ("../../../..", OUTSIDE),
        ("../../../bin/python", OWN),
        ("../../../pyvenv.cfg", OWN),
        ("zzz_davos_base.pth", OWN),
    ],
)
def test_a_wheel_whose_record_names_what_is_not_its_own_is_refused(project, path, message):
    before = tree(project)
    with staging(project, []) as made:
        info = write_distribution(made.prefix, *A1)
        with open(info / "RECORD", "a") as record:
            record.write(f"{path},,\n")
        with pytest.raises(DavosProjectError, match=message):
            commit(made)
    assert tree(project) == before


def test_old_files_outside_of_the_project_stay(project, tmp_path):
    outside = tmp_path / "outside.py"
    outside.write_text("")
    info = write_distribution(project, *A1)
    with open(info / "RECORD", "a") as record:
        record.write(f"{outside},,\n")
    committed(project, A2)
    assert outside.is_file()


def test_an_egg_info_lists_its_files(project, tmp_path):
    site = project / SITE
    (site / "a-1.egg-info").mkdir()
    (site / "a-1.egg-info" / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: a\nVersion: 1\n")
    (site / "a-1.egg-info" / "installed-files.txt").write_text("../a.py\n../gone/x.py\nPKG-INFO\n")
    (site / "a.py").write_text("")
    (site / "gone").mkdir()
    (site / "gone" / "x.py").write_text("")
    committed(project, A2)
    assert packages(project) == expected(tmp_path, A2)


def test_an_egg_info_may_name_its_modules_only(project, tmp_path):
    site = project / SITE
    write_distribution(project, *NAMESPACE_B)
    (site / "n-a.egg-info").mkdir()
    (site / "n-a.egg-info" / "PKG-INFO").write_text(
        "Metadata-Version: 1.0\nName: n-a\nVersion: 1\n"
    )
    (site / "n-a.egg-info" / "top_level.txt").write_text("n\n")
    (site / "n" / "a").mkdir()
    (site / "n" / "a" / "old.py").write_text("")
    committed(project, NAMESPACE_A2)
    assert packages(project) == expected(tmp_path, NAMESPACE_B, NAMESPACE_A2)


def test_a_distribution_without_a_list_of_its_files_is_not_replaced(project):
    write_distribution(project, *A1, record=False)
    before = tree(project)
    with pytest.raises(DavosProjectError, match=r"cannot replace a 1: .*RECORD is missing"):
        committed(project, A2)
    assert tree(project) == before


def test_metadata_that_a_killed_install_left_goes(project, tmp_path):
    write_distribution(project, *B1)
    for version in ("0.5", "1"):
        (project / SITE / f"a-{version}.dist-info").mkdir()
    committed(project, A2)
    assert packages(project) == expected(tmp_path, B1, A2)


def test_a_symbolic_link_for_a_package_goes_and_what_it_points_at_stays(project, tmp_path):
    write_distribution(project, *A1)
    (project / SITE / "a").rename(tmp_path / "elsewhere")
    (project / SITE / "a").symlink_to(tmp_path / "elsewhere")
    committed(project, A2)
    assert packages(project) == expected(tmp_path, A2)
    assert (tmp_path / "elsewhere" / "old.py").is_file()


def test_a_project_may_be_a_symbolic_link(tmp_path):
    real = environment(tmp_path / "another place" / "real")
    (tmp_path / "projects").mkdir()
    link = tmp_path / "projects" / "link"
    link.symlink_to(real)
    write_distribution(link, *A1)
    committed(link, A2)
    assert packages(real) == expected(tmp_path, A2)
    assert os.listdir(link.parent) == ["link"]
    assert os.listdir(real.parent) == ["real"]


def test_a_project_with_a_long_name(tmp_path):
    project = environment(tmp_path / ("p" * 240))
    write_distribution(project, *A1)
    committed(project, A2)
    assert packages(project) == expected(tmp_path, A2)


def test_the_journal_is_incomplete_without_its_end(project):
    write_distribution(project, *A1)
    before = tree(project)
    with staging(project, []) as made:
        write_distribution(made.prefix, *A2)
        contents = commit_contents.prepared(made, {})
        journal.write(made.folder, journal.Journal(1, tuple(contents.moves)))
        lines = (made.folder / "journal").read_text().splitlines(keepends=True)
        for number in range(len(lines)):
            (made.folder / "journal").write_text("".join(lines[:number]))
            assert journal.read(made.folder) is None
        (made.folder / "journal").write_text("".join(lines[:-1]))
        made.folder.rename(project.with_name(f".davos-commit-{project.name}"))
    assert not recover(project)
    assert tree(project) == before
    assert beside(project) == []


def test_a_journal_that_leads_out_of_the_project_is_not_read(tmp_path):
    (tmp_path / "journal").write_text('[1, 1]\n["in", "a", "../../a"]\n"end"\n')
    assert journal.read(tmp_path) is None


def test_a_journal_is_no_link(tmp_path):
    (tmp_path / "elsewhere").write_text("")
    (tmp_path / "journal").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        journal.read(tmp_path)
    with pytest.raises(OSError):
        journal.write(tmp_path, journal.Journal(1, ()))
    assert (tmp_path / "elsewhere").read_text() == ""


def test_each_commit_is_a_generation(project):
    assert (generation.number(project), generation.stamp(str(project / "davos-generation"))) == (
        0,
        None,
    )
    committed(project, A1)
    first = generation.stamp(str(project / "davos-generation"))
    committed(project)
    assert (generation.number(project), generation.stamp(str(project / "davos-generation"))) == (
        1,
        first,
    )
    committed(project, A2)
    assert generation.number(project) == 2
    assert generation.stamp(str(project / "davos-generation")) != first


def test_a_removed_project_takes_no_commit(project, monkeypatch):
    kill_at(monkeypatch, 0)
    with pytest.raises(Killed):
        committed(project, A1)
    shutil.rmtree(project)
    assert not recover(project)
    assert not project.exists()
    assert beside(project) == []


def test_files_follow_the_umask(project):
    known = os.umask(0o027)
    try:
        committed(project, A1)
    finally:
        os.umask(known)
    assert stat.S_IMODE((project / "davos-generation").stat().st_mode) == 0o640
