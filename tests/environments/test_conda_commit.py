"""Commits with conda packages: libraries, tools, data and distributions of one record."""

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from conda_environment import python_files, write_conda_package
from distributions_on_disk import (
    SITE,
    Killed,
    beside,
    environment,
    kill_at,
    packages,
    write_distribution,
)

from davos.distributions.conda_packages import conda_packages
from davos.environments.commit import commit, is_pending, recover
from davos.environments.staging import staging
from davos.exceptions import DavosProjectError


def conda(name, version, files, **fields):
    """How to write a conda package into a prefix."""
    return lambda prefix: write_conda_package(prefix, name, version, files, **fields)


def held(name, version, modules, files=(), dist=None):
    """How to write a conda package that holds a distribution."""

    def write(prefix):
        own = python_files(prefix, dist or name, version, modules)
        write_conda_package(prefix, name, version, {**own, **dict(files)})

    return write


def metadata(name, version):
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


def without_record(name, version, modules, more=()):
    """A conda package that holds a distribution, whose metadata names no file."""
    own = {f"{name}-{version}.dist-info/METADATA": metadata(name, version)}
    own.update({f"{name}-{version}.dist-info/{file}": text for file, text in dict(more).items()})
    return conda(
        name, version, {f"{SITE}/{file}": text for file, text in {**modules, **own}.items()}
    )


def pip(name, version, files):
    """How to write a distribution as pip does."""
    return lambda prefix: write_distribution(prefix, name, version, files)


def made(project, *writers):
    with staging(project, []) as staged:
        for write in writers:
            write(staged.prefix)
        return commit(staged)


LIB1 = conda("libx", "1", {"lib/libx.so.1": "1", "lib/libx.so": "1", "share/x/a": "1"})
LIB2 = conda("libx", "2", {"lib/libx.so.2": "2", "lib/libx.so": "2", "share/x/b": "2"})
TOOL = conda("tool", "1", {"bin/tool": "t", "etc/tool.cfg": "t", "share/doc/README": "t"})
OTHER = conda("other", "1", {"bin/other": "o", "share/doc/README": "o", "lib/p/o": "o"})
NUM1 = held("num", "1", {"num/__init__.py": "1", "num/old.py": "1"}, {"share/num/x": "1"})
NUM2 = held("num", "2", {"num/__init__.py": "2"}, {"share/num/y": "2"})
PIP_NUM = pip("num", "3", {"num/__init__.py": "3", "num/new.py": "3"})
FLAT1 = conda(
    "flat", "1", {f"{SITE}/flat.py": "1", f"{SITE}/flat-1.egg-info": metadata("flat", "1")}
)
FLAT2 = conda(
    "flat", "2", {f"{SITE}/flat/a.py": "2", f"{SITE}/flat-2.egg-info": metadata("flat", "2")}
)
BARE1 = without_record("bare", "1", {"bare/__init__.py": "1", "bare/old.py": "1"})
BARE2 = without_record("bare", "2", {"bare/__init__.py": "2"}, {"RECORD": "/build/bin/bare,,\n"})
TORCH = held("pytorch", "2", {"torch.py": "2"}, {"lib/libtorch.so": "2"}, dist="torch")
PIP_TORCH = pip("torch", "3", {"torch.py": "3"})

# What is there, what is staged, what is there afterwards
CASES = {
    "a new library": ([], [LIB1], [LIB1]),
    "another version of a library": ([LIB1, TOOL], [LIB2], [TOOL, LIB2]),
    "a library, a tool and a distribution": ([LIB1], [LIB2, TOOL, NUM1], [LIB2, TOOL, NUM1]),
    "another version of a held distribution": ([NUM1], [NUM2], [NUM2]),
    "conda's for pip's": ([PIP_NUM, LIB1], [NUM1], [LIB1, NUM1]),
    "pip's for conda's": ([NUM1, LIB1], [PIP_NUM], [LIB1, PIP_NUM]),
    "pip's for one that conda calls otherwise": ([TORCH], [PIP_TORCH], [PIP_TORCH]),
    "conda's for one that pip calls otherwise": ([PIP_TORCH], [TORCH], [TORCH]),
    "a package that no longer holds a distribution": (
        [TORCH],
        [conda("pytorch", "3", {"lib/libtorch.so": "3"})],
        [conda("pytorch", "3", {"lib/libtorch.so": "3"})],
    ),
    "a package of pip's that has the name of a library": (
        [LIB1],
        [pip("libx", "5", {"libx.py": "5"})],
        [LIB1, pip("libx", "5", {"libx.py": "5"})],
    ),
    "pip's files in place of a library's": (
        [LIB1, TOOL],
        [pip("y", "1", {"../../libx.so": "y"})],
        [TOOL, pip("y", "1", {"../../libx.so": "y"})],
    ),
    "conda's files in place of pip's": (
        [pip("y", "1", {"../../libx.so": "y", "y.py": ""})],
        [LIB1],
        [LIB1],
    ),
    "another build of the same version": (
        [conda("libx", "1", {"lib/libx.so": "0"}, build="h0")],
        [conda("libx", "1", {"lib/libx.so": "1"}, build="h1")],
        [conda("libx", "1", {"lib/libx.so": "1"}, build="h1")],
    ),
    "a distribution whose files conda's record lists alone": ([BARE1], [BARE2], [BARE2]),
    "the same with metadata in one file": ([FLAT1, LIB1], [FLAT2], [LIB1, FLAT2]),
    "pip's for one of conda's without RECORD": (
        [BARE2, FLAT1],
        [pip("bare", "3", {"bare/new.py": "3"}), pip("flat", "3", {"flat.py": "3"})],
        [pip("bare", "3", {"bare/new.py": "3"}), pip("flat", "3", {"flat.py": "3"})],
    ),
    # both packages stay, as with conda
    "a file that two packages have": ([TOOL], [OTHER], [TOOL, OTHER]),
}


@pytest.mark.parametrize(("before", "staged", "after"), CASES.values(), ids=CASES)
def test_what_is_there_after_a_commit(project, tmp_path, before, staged, after):
    for write in before:
        write(project)
    made(project, *staged)
    wanted = environment(tmp_path / "expected")
    for write in after:
        write(wanted)
    assert packages(project) == packages(wanted)
    assert not is_pending(project)
    assert beside(project) == []


@pytest.mark.parametrize(("before", "staged", "after"), CASES.values(), ids=CASES)
def test_a_kill_at_any_rename_is_made_good(tmp_path, monkeypatch, before, staged, after):
    wanted = environment(tmp_path / "expected")
    for write in after:
        write(wanted)
    for number in range(60):
        project = environment(Path(tempfile.mkdtemp(dir=tmp_path)) / "project")
        for write in before:
            write(project)
        renames = kill_at(monkeypatch, number)
        with suppress(Killed):
            made(project, *staged)
        monkeypatch.undo()
        assert recover(project) or not is_pending(project)
        assert packages(project) == packages(wanted)
        if len(renames) < number:
            return
    raise AssertionError("too many renames")


def test_a_record_is_never_there_without_the_files_that_it_names(tmp_path, monkeypatch):
    """The old record leaves before its files, the new one comes after them."""
    for number in range(60):
        project = environment(Path(tempfile.mkdtemp(dir=tmp_path)) / "project")
        for write in (LIB1, NUM1, TOOL):
            write(project)
        renames = kill_at(monkeypatch, number)
        with suppress(Killed):
            made(project, LIB2, NUM2)
        monkeypatch.undo()
        for several in conda_packages(str(project)).values():
            for file in several[0].files:
                assert (project / file).is_file()
        if len(renames) < number:
            return


def test_a_shared_file_stays_when_the_package_that_wrote_it_leaves(project):
    for write in (TOOL, OTHER):
        made(project, write)
    made(project, conda("other", "2", {"bin/other": "2"}))
    assert (project / "share/doc/README").read_text() == "o"
    assert not (project / "lib/p").exists()


def test_a_commit_says_what_came_and_what_left(project):
    made(project, LIB1, NUM1, PIP_TORCH)
    answer = made(project, LIB2, NUM2, TORCH)
    assert answer.installed == (("libx", "2"), ("num", "2"), ("pytorch", "2"), ("torch", "2"))
    assert answer.removed == (("libx", "1"), ("num", "1"), ("torch", "3"))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (["../beside"], "lists a file outside of the project: ../beside"),
        (["lib/../../beside"], "lists a file outside of the project: ../beside"),
        (["/etc/passwd"], "lists a file outside of the project: /etc/passwd"),
        (["bin/python"], "brings a file of the environment: bin/python"),
        (["pyvenv.cfg"], "brings a file of the environment: pyvenv.cfg"),
        ([f"{SITE}/zzz_davos_base.pth"], "brings a file of the environment"),
        (["conda-meta/other-1-0.json"], "brings a record of a conda package: conda-meta/other"),
        (["conda-meta/history"], "brings a record of a conda package: conda-meta/history"),
    ],
)
def test_a_package_that_writes_elsewhere_is_refused(project, files, said):
    LIB1(project)
    before = packages(project)
    with pytest.raises(DavosProjectError, match=f"evil 1 {said}"):
        made(project, LIB2, conda("evil", "1", {}, listed=files))
    assert packages(project) == before


def test_a_damaged_record_leaves_with_its_successor(project):
    LIB1(project)
    record = project / "conda-meta" / "libx-1-0.json"
    record.write_text("{")
    made(project, LIB2)
    assert not record.exists()
    assert (project / "lib/libx.so").read_text() == "2"


def test_what_else_a_conda_environment_keeps_is_left_out(project):
    def history(prefix):
        (prefix / "conda-meta" / "history").write_text("==> 2026 <==\n")
        (prefix / "conda-meta" / "torn-1-0.json").write_text("{")

    made(project, LIB1, history)
    assert [path.name for path in (project / "conda-meta").iterdir()] == ["libx-1-0.json"]
    made(project, TOOL, history)
    assert sorted(path.name for path in (project / "conda-meta").iterdir()) == [
        "libx-1-0.json",
        "tool-1-0.json",
    ]


def test_links_and_executable_files_come_as_they_are(project):
    def tool(prefix):
        write_conda_package(prefix, "libx", "1", {"lib/libx.so.1": "x"}, build="h")
        (prefix / "lib/libx.so").symlink_to("libx.so.1")
        script = "#!/bin/sh\necho said\n"
        write_conda_package(prefix, "tool", "1", {"bin/tool": script})
        (prefix / "bin/tool").chmod(0o755)

    made(project, tool)
    assert os.readlink(project / "lib/libx.so") == "libx.so.1"
    said = subprocess.run([project / "bin/tool"], capture_output=True, check=True, text=True)
    assert said.stdout == "said\n"
