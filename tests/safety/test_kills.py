"""Killed at any moment, the next session finds the old or the new state, never half of one."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sessions import contents
from waiting import wait_for

pytestmark = pytest.mark.slow

MOMENTS = int(os.environ.get("DAVOS_KILLS", "30"))
NETWORK_MOMENTS = int(os.environ.get("DAVOS_NETWORK_KILLS", "4"))


def install(name, version):
    return f"davos.smuggle({name!r}, args_str='{name}=={version}')\n"


def kill(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Victim:
    """A project whose package is changed from one version to the other, and killed meanwhile."""

    def __init__(self, start_session, home, name, versions):
        self.start = lambda code: start_session(code, {"DAVOS_HOME": str(home)})
        self.project_dir, self.name = home / "projects" / "shared", name
        self.states, self.seconds = {}, 0.0
        for version in versions * 2:
            began = time.monotonic()
            self.start(install(name, version)).result()
            self.seconds = time.monotonic() - began
            self.states[version] = contents(self.project_dir)

    def version_of(self, found):
        """The version that a project with some contents holds; None for half of one."""
        return next((version for version, state in self.states.items() if state == found), None)

    def strike(self, who, moment):
        """Change the version, and kill the kernel, its installer or both at a moment."""
        old = self.version_of(contents(self.project_dir))
        new = next(version for version in self.states if version != old)
        session = self.start(install(self.name, new))
        time.sleep(moment * self.seconds)
        if who == "installer":
            wait_for(lambda: session.children() or session.process.poll() is not None)
        children = session.children() if who != "kernel" else []
        for pid in [*children, *([session.pid] if who != "installer" else [])]:
            kill(pid)
        session.process.communicate(timeout=120)
        return old, new

    def next_session(self):
        """What a next session imports and finds in the project."""
        code = f"""
import json
sys.path.append({os.path.dirname(__file__)!r})
from sessions import contents
davos.smuggle({self.name!r}, 'm', args_str={self.name!r})
print(m.__version__)
print(json.dumps(contents({str(self.project_dir)!r})))
"""
        imported, held = self.start(code).result().splitlines()[-2:]
        return imported, self.version_of(json.loads(held))


def strike_all(victim, strikes):
    """Old and new must be all that is ever seen; and the next install works."""
    seen = Counter()
    for who, moment in strikes:
        old, new = victim.strike(who, moment)
        imported, held = victim.next_session()
        assert imported == held, (who, moment)
        seen["old" if held == old else "new"] += 1
        if held == old:
            victim.start(install(victim.name, new)).result()
        assert victim.version_of(contents(victim.project_dir)) == new, (who, moment)
    leftovers = [path.name for path in victim.project_dir.parent.glob(".davos-snapshot-*")]
    assert leftovers == []
    return seen


def strike_two(start_session, home, name, versions, count):
    """Strike two projects at once, each half of the times."""
    chance = random.Random(20240)
    strikes = [
        (("kernel", "installer", "both")[number % 3], chance.uniform(0.05, 1.3))
        for number in range(count)
    ]

    def run(number):
        victim = Victim(start_session, home / str(number), name, versions)
        return strike_all(victim, strikes[number::2])

    with ThreadPoolExecutor(2) as pool:
        seen = sum(pool.map(run, (0, 1)), Counter())
    print(f"{count} kills: {dict(seen)}")
    assert seen["old"]


def test_a_killed_install_leaves_the_old_or_the_new_state(
    start_session, davos_home, write_large_wheel
):
    for version in ("1.0", "2.0"):
        write_large_wheel(version)
    strike_two(start_session, davos_home, "davoslarge", ["1.0", "2.0"], MOMENTS)


@pytest.mark.network
def test_a_killed_install_of_pandas_leaves_the_old_or_the_new_state(start_session, davos_home):
    strike_two(start_session, davos_home, "pandas", ["2.2.2", "2.2.3"], NETWORK_MOMENTS)


def test_a_killed_first_install_leaves_nothing_to_import(
    start_session, project_dir, write_large_wheel
):
    write_large_wheel("1.0")
    site_packages = "lib/python*/site-packages"
    session = start_session(install("davoslarge", "1.0"))
    wait_for(lambda: list(project_dir.glob(f"{site_packages}/davoslarge")))
    for pid in (*session.children(), session.pid):
        kill(pid)
    session.process.communicate()
    look = "import importlib.util\nprint(importlib.util.find_spec('davoslarge'))"
    assert start_session(look).result() == "None\n"
    assert not project_dir.exists()
    start_session(install("davoslarge", "1.0")).result()


def test_a_kill_while_restoring_is_repaired(start_session, project_dir, write_large_wheel):
    """Between the two renames of a restore there is no project, only its snapshot."""
    for version in ("1.0", "2.0"):
        write_large_wheel(version, 10)
    start_session(install("davoslarge", "1.0")).result()
    old = contents(project_dir)
    shutil.move(project_dir, project_dir.with_name(".davos-snapshot-shared"))
    assert "1.0" in start_session("import davoslarge; print(davoslarge.__version__)").result()
    assert contents(project_dir) == old


def test_an_unfinished_snapshot_is_no_snapshot(start_session, project_dir, write_large_wheel):
    write_large_wheel("1.0", 10)
    start_session(install("davoslarge", "1.0")).result()
    old = contents(project_dir)
    (project_dir.with_name(".davos-trash-0123456789abcdef") / "lib").mkdir(parents=True)
    start_session("import davoslarge").result()
    assert contents(project_dir) == old
