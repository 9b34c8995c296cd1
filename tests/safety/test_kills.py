"""Killed at any moment, the next session finds the old or the new state, never half of one."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from contextlib import suppress

import pytest
from sessions import contents, differs_from_record
from waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("pip_backend")]

KILLS = int(os.environ.get("DAVOS_KILLS", "4"))
NETWORK_KILLS = int(os.environ.get("DAVOS_NETWORK_KILLS", "2"))
VICTIMS = ("kernel", "installer", "both")

# Has the process kill itself before one of the renames of a commit.
KILL_AT_RENAME = """
import os
from davos.environments import journal
real, made = journal._rename, []
def rename(source, target):
    made.append(source)
    if len(made) == {number}:
        os.kill(os.getpid(), 9)
    real(source, target)
journal._rename = rename
"""


def install(name, version):
    return f"davos.smuggle({name!r}, args_str='{name}=={version}')\n"


def kill(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Target:
    """A project whose package is changed from one version to the other, and killed meanwhile."""

    def __init__(self, start_session, home, name, versions):
        self.start = lambda code: start_session(code, {"DAVOS_HOME": str(home)})
        self.project_dir, self.name = home / "projects" / "shared", name
        self.states, self.files = {}, 0
        for version in versions * 2:
            self.start(install(name, version)).result()
            self.states[version] = contents(self.project_dir)
        self.files = len(self.states[versions[0]])

    def version_of(self, found):
        """The version that a project with some contents holds; None for half of one."""
        return next((version for version, state in self.states.items() if state == found), None)

    def staged(self):
        """How many files an installer has written so far."""
        folders = self.project_dir.parent.glob(".davos-staging-*/environment/lib/*/site-packages")
        return sum(len(files) for folder in folders for _, _, files in os.walk(folder))

    def other(self):
        """The version in the project, and the other one."""
        old = self.version_of(contents(self.project_dir))
        return old, next(version for version in self.states if version != old)

    def strike(self, who, part):
        """Change the version; kill once the installer has written a part of the files."""
        old, new = self.other()
        session = self.start(install(self.name, new))
        wait_for(
            lambda: (
                session.process.poll() is not None
                or (session.children() and self.staged() >= part * self.files)
            )
        )
        children = session.children() if who != "kernel" else []
        for pid in [*children, *([session.pid] if who != "installer" else [])]:
            kill(pid)
        session.process.communicate(timeout=120)
        return old, new

    def strike_rename(self, number):
        """Change the version; the kernel is killed before one of the renames of the commit."""
        old, new = self.other()
        session = self.start(KILL_AT_RENAME.format(number=number) + install(self.name, new))
        session.process.communicate(timeout=120)
        return old, new

    def check(self, old, new):
        """Old or new is all that a next session sees; then the install works."""
        code = f"""
import json
sys.path.append({os.path.dirname(__file__)!r})
from sessions import contents, differs_from_record
davos.smuggle({self.name!r}, 'm', args_str={self.name!r})
print(m.__version__)
print(json.dumps(contents({str(self.project_dir)!r})))
"""
        imported, held = self.start(code).result().splitlines()[-2:]
        found = self.version_of(json.loads(held))
        assert imported == found in (old, new)
        if found == old:
            self.start(install(self.name, new)).result()
        assert self.version_of(contents(self.project_dir)) == new
        assert differs_from_record(self.project_dir) == []
        return found

    def is_tidy(self):
        """Whether a further install leaves nothing beside the project; an installer may live on."""
        self.start(install(self.name, self.other()[1])).result()
        return not list(self.project_dir.parent.glob(".davos-*"))


def strike_all(start_session, home, name, versions, count):
    """Kill each of kernel, installer and both at parts of an install, then at each rename."""
    target = Target(start_session, home, name, versions)
    seen = Counter()
    for who in VICTIMS:
        for number in range(count):
            old, new = target.strike(who, number / count)
            seen["old" if target.check(old, new) == old else "new"] += 1
    assert seen["old"]
    for number in range(1, 4):
        old, new = target.strike_rename(number)
        assert target.check(old, new) == new, number
    wait_for(target.is_tidy)


def test_a_killed_install_leaves_the_old_or_the_new_state(
    start_session, davos_home, write_large_wheel
):
    for version in ("1.0", "2.0"):
        write_large_wheel(version)
    strike_all(start_session, davos_home, "davoslarge", ["1.0", "2.0"], KILLS // 2)


@pytest.mark.network
def test_a_killed_install_of_pandas_leaves_the_old_or_the_new_state(start_session, davos_home):
    strike_all(start_session, davos_home, "pandas", ["2.2.2", "2.2.3"], NETWORK_KILLS // 2)


@pytest.mark.parametrize("who", VICTIMS)
def test_a_killed_first_install_leaves_nothing_to_import(
    start_session, project_dir, write_large_wheel, who
):
    write_large_wheel("1.0")
    session = start_session(install("davoslarge", "1.0"))
    pattern = ".davos-staging-*/environment/lib/python*/site-packages/davoslarge"
    wait_for(lambda: list(project_dir.parent.glob(pattern)))
    for pid in [*(session.children() if who != "kernel" else ()), session.pid]:
        kill(pid)
    session.process.communicate()
    look = "import importlib.util\nprint(importlib.util.find_spec('davoslarge'))"
    assert start_session(look).result() == "None\n"
    assert not project_dir.exists()
    start_session(install("davoslarge", "1.0")).result()
    assert differs_from_record(project_dir) == []
