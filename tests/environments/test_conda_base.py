"""A conda environment that is changed itself: all or nothing, and nothing of davos stays in it."""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from conda_environment import python_files, write_conda_package
from distributions_on_disk import SITE, Killed, kill_at, tree, write_distribution

from davos.environments import conda_base, pending
from davos.environments.commit import commit
from davos.environments.conda_base import changing
from davos.environments.conda_history import stage
from davos.exceptions import DavosProjectError

HISTORY = "==> 2020-01-01 00:00:00 <==\n+conda-forge/linux-64::num-1-0\n"
COMMAND = ["davos", "conda", "install", "num=2"]


def held(prefix, version, modules, **fields):
    """Write a package that holds a distribution, and a library."""
    files = python_files(prefix, "num", version, modules)
    files = {**files, "lib/libnum.so": version, f"lib/libnum.so.{version}": version}
    write_conda_package(prefix, "num", version, files, **fields)


@pytest.fixture
def make(tmp_path):
    """A function that makes a conda environment with an interpreter and a package."""

    def made():
        prefix = Path(tempfile.mkdtemp(dir=tmp_path)) / "env"
        (prefix / SITE).mkdir(parents=True)
        (prefix / "conda-meta").mkdir()
        (prefix / "conda-meta" / "history").write_text(HISTORY)
        write_conda_package(prefix, "python", "3.11.7", {"bin/python": "", "lib/os.py": ""})
        held(prefix, "1", {"num/__init__.py": "1", "num/old.py": "1"})
        return prefix

    return made


def change(prefix, version="2"):
    with changing(prefix) as made:
        held(made.prefix, version, {"num/__init__.py": version, "num/new.py": version})
        (made.prefix / "conda-meta" / "python-3.11.7-0.json").unlink(missing_ok=True)
        stage(made, COMMAND)
        return commit(made)


def state(prefix):
    """What is in an environment; the last entry of the history has no time."""
    found = tree(prefix)
    history = found.pop("conda-meta/history").decode().removeprefix(HISTORY)
    return found, history.partition("<==\n")[2]


def test_a_change_replaces_a_package_and_adds_to_the_history(make):
    prefix = make()
    answer = change(prefix)
    assert (answer.installed, answer.removed) == ((("num", "2"),), (("num", "1"),))
    found, history = state(prefix)
    assert {path for path in found if "num" in path or "davos" in path} == {
        "conda-meta/num-2-0.json",
        f"{SITE}/num",
        f"{SITE}/num/__init__.py",
        f"{SITE}/num/new.py",
        f"{SITE}/num-2.dist-info",
        *(f"{SITE}/num-2.dist-info/{name}" for name in ("INSTALLER", "METADATA", "RECORD")),
        "lib/libnum.so",
        "lib/libnum.so.2",
    }
    place = "https://conda.example/test/linux-64::num"
    assert history == f"# cmd: davos conda install num=2\n-{place}-1-0\n+{place}-2-0\n"


def test_a_kill_at_any_rename_is_made_good(make):
    untouched, wanted = make(), make()
    change(wanted)
    for number in range(60):
        prefix = make()
        with pytest.MonkeyPatch.context() as patch:
            renames = kill_at(patch, number)
            with suppress(Killed):
                change(prefix)
        if pending.is_pending(prefix):
            conda_base.recover(prefix)
        assert state(prefix) in (state(wanted), state(untouched))
        assert pending.is_pending(prefix) is False
        if len(renames) < number:
            return
    raise AssertionError("too many renames")


def test_what_a_killed_process_staged_is_deleted_by_the_next_change(make):
    prefix, wanted = make(), make()
    left = prefix / "conda-meta" / ".davos-staging-01234567"
    (left / "environment").mkdir(parents=True)
    (left / "lock").write_text("")
    for one in (prefix, wanted):
        change(one)
    assert state(prefix) == state(wanted)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (["bin/python"], "brings a file of the environment: bin/python"),
        (["../beside"], "lists a file outside of the environment: ../beside"),
        (["conda-meta/history"], "brings a record of a conda package: conda-meta/history"),
    ],
)
def test_a_package_that_writes_elsewhere_is_refused(make, files, said):
    prefix = make()
    before = tree(prefix)
    with pytest.raises(DavosProjectError, match=f"evil 1 {said}"), changing(prefix) as made:
        write_conda_package(made.prefix, "evil", "1", {}, listed=files)
        stage(made, COMMAND)
        commit(made)
    assert tree(prefix) == before


def test_without_a_commit_nothing_changes(make):
    prefix = make()
    before = tree(prefix)
    with suppress(KeyboardInterrupt), changing(prefix) as made:
        held(made.prefix, "2", {"num/__init__.py": "2"})
        raise KeyboardInterrupt
    assert tree(prefix) == before


def test_conda_takes_the_place_of_what_pip_installed(make):
    prefix = make()
    write_distribution(prefix, "extra", "1", {"extra.py": "pip", "extra_old.py": "pip"})
    with changing(prefix) as made:
        files = python_files(made.prefix, "extra", "2", {"extra.py": "conda"})
        write_conda_package(made.prefix, "extra", "2", files)
        stage(made, COMMAND)
        commit(made)
    names = {path.name for path in (prefix / SITE).iterdir() if path.name.startswith("extra")}
    assert names == {"extra.py", "extra-2.dist-info"}


def test_another_kernel_waits_and_is_told_for_whom(make):
    prefix, told = make(), []

    class Told(Exception):
        pass

    def tell(holder):
        told.append(holder)
        raise Told

    with changing(prefix), suppress(Told), changing(prefix, tell):
        pass
    assert told == [f"process {os.getpid()} ({prefix})"]


@pytest.mark.parametrize(
    ("spec", "line"),
    [("num=2", "# update specs: ['num=2']\n"), ("", "")],
)
def test_the_history_names_what_the_user_asked_for(make, spec, line):
    prefix = make()
    with changing(prefix) as made:
        held(made.prefix, "2", {"num/__init__.py": "2"}, requested_spec=spec)
        stage(made, COMMAND)
        commit(made)
    assert state(prefix)[1].endswith(f"::num-2-0\n{line}")


@pytest.mark.parametrize(
    ("channel", "shown"),
    [
        ("https://conda.anaconda.org/conda-forge/linux-64", "conda-forge/linux-64"),
        ("https://conda.anaconda.org/conda-forge", "conda-forge/linux-64"),
        ("conda-forge", "conda-forge/linux-64"),
        ("https://me:secret@h/own/linux-64/", "https://h/own/linux-64"),
    ],
)
def test_the_history_names_channels_as_conda_does(make, channel, shown):
    prefix = make()
    record = prefix / "conda-meta" / "num-1-0.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "channel": channel}))
    change(prefix)
    assert f"\n-{shown}::num-1-0\n" in state(prefix)[1]


def test_credentials_of_the_command_are_not_kept(make):
    prefix = make()
    with changing(prefix) as made:
        held(made.prefix, "2", {})
        stage(made, ["conda", "install", "-c", "https://me:secret@h/t/tk-123/own", "num\n+evil"])
        commit(made)
    history = (prefix / "conda-meta" / "history").read_text()
    assert "secret" not in history
    assert "tk-123" not in history
    assert "\n+evil" not in history
