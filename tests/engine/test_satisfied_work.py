"""What a satisfied smuggle costs, in files opened, folders listed and calls made; not in time."""

import importlib
import os
import sys
import time
import types

import pytest

PACKAGES = 50
WATCHED = {"open", "os.listdir", "os.scandir"}


class Work:
    """The files that were opened and the folders that were listed while it watches."""

    def __init__(self):
        self.events, self.watches = [], False

    def __call__(self, event, arguments):
        # On Python 3.9 pathlib has `open` call `os.open`, whose event has no mode in words.
        again = event == "open" and not isinstance(arguments[1], str)
        if self.watches and event in WATCHED and not again:
            self.events.append((event, str(arguments[0])))

    def of(self, action):
        self.events, self.watches = [], True
        try:
            action()
        finally:
            self.watches = False
        return self.events


@pytest.fixture(scope="module")
def work():
    """Audit hooks stay for good: there is one for all tests."""
    made = Work()
    sys.addaudithook(made)
    return made


@pytest.fixture
def satisfied(engine, wheels, write_wheel):
    """An engine whose project holds fifty packages, each of which needs the next but one."""
    site = engine.settings.project.site_packages_dir
    engine.settings.project.ensure()
    for number in range(PACKAGES):
        requires = [f"dvt{number + 2}"] if number < PACKAGES - 2 else []
        write_wheel(wheels, f"dvt{number}", "1.0", requires=requires)
        engine.installer.unpack(f"dvt{number}==1.0", site)
    settle(site)
    importlib.invalidate_caches()
    return engine


def settle(folder):
    """Have a folder look as if nothing had changed for a while."""
    os.utime(folder, (time.time() - 60,) * 2)


def smuggle(engine, number):
    engine.smuggle(f"dvt{number}", args_str=f"dvt{number}==1.0")


def test_only_the_first_satisfied_smuggle_lists_folders(satisfied, work):
    assert [event for event, _ in work.of(lambda: smuggle(satisfied, 0)) if event == "os.scandir"]
    for number in range(1, PACKAGES):
        events = work.of(lambda number=number: smuggle(satisfied, number))
        assert [path for event, path in events if event != "open"] == []


def test_a_satisfied_smuggle_reads_the_record_of_its_own_distribution_once(satisfied, work):
    for number in range(PACKAGES):
        events = work.of(lambda number=number: smuggle(satisfied, number))
        opened = [path for event, path in events if event == "open" and path.endswith("RECORD")]
        assert [os.path.basename(os.path.dirname(path)) for path in opened] == [
            f"dvt{number}-1.0.dist-info"
        ]


def test_metadata_is_read_once_for_all_smuggles(satisfied, work):
    events = work.of(lambda: [smuggle(satisfied, number) for number in range(PACKAGES)])
    opened = [path for event, path in events if event == "open" and path.endswith("METADATA")]
    assert len(opened) == len(set(opened))


def test_a_satisfied_smuggle_leaves_the_import_caches_alone(satisfied, monkeypatch):
    calls = []
    smuggle(satisfied, 0)
    with monkeypatch.context() as patch:
        patch.setattr(importlib, "invalidate_caches", lambda: calls.append(1))
        for number in range(1, PACKAGES):
            smuggle(satisfied, number)
    assert calls == []


def test_an_installation_throws_the_import_caches_away(satisfied, monkeypatch, wheels, write_wheel):
    calls = []
    monkeypatch.setattr(importlib, "invalidate_caches", lambda: calls.append(1))
    write_wheel(wheels, "dvt0", "2.0")
    satisfied.smuggle("dvt0", args_str="dvt0==2.0")
    assert calls


def calls_of(action):
    made = []
    sys.setprofile(lambda _, event, __: made.append(1) if event in {"call", "c_call"} else None)
    try:
        action()
    finally:
        sys.setprofile(None)
    return len(made)


def test_loaded_modules_of_others_add_nothing(satisfied, monkeypatch):
    smuggle(satisfied, 10)
    few = calls_of(lambda: smuggle(satisfied, 11))
    for number in range(5000):
        name = f"dvtloaded{number // 50}.m{number}"
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    many = calls_of(lambda: smuggle(satisfied, 12))
    assert many < few + 200


def test_the_last_of_fifty_costs_as_much_as_the_second(satisfied):
    smuggle(satisfied, 0)
    calls = [calls_of(lambda number=number: smuggle(satisfied, number)) for number in range(1, 48)]
    assert calls[-1] < calls[1] * 1.5


def test_a_folder_that_had_just_changed_is_listed_again(satisfied, work):
    site = satisfied.settings.project.site_packages_dir
    os.utime(site)
    smuggle(satisfied, 0)
    os.utime(site, ns=(time.time_ns() + 10**9,) * 2)  # as a listing would find it at once
    for number in (1, 2):
        events = work.of(lambda number=number: smuggle(satisfied, number))
        assert ("os.scandir", str(site)) in events


def test_another_version_put_there_by_hand_is_noticed(satisfied, wheels, write_wheel):
    site = satisfied.settings.project.site_packages_dir
    smuggle(satisfied, 0)
    write_wheel(wheels, "dvt1", "3.0")
    os.rename(site / "dvt1-1.0.dist-info", site / "gone")
    satisfied.installer.unpack("dvt1==3.0", site)
    smuggle(satisfied, 1)
    assert satisfied.installer.calls == ["dvt1==1.0"]
