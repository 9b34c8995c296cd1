"""What a worker's process does with a payload, with an installer that only unpacks wheels."""

import importlib
import sys
import sysconfig
import time
from types import SimpleNamespace

import pytest

from davos.engine import running_kernel
from davos.exceptions import InstallerError, RestartNeededError
from davos.frontends.cluster.host import Failures, Providing, provide, use_lock
from davos.frontends.cluster.payload import process_name
from davos.installers.pip_failure import UNREACHABLE_INDEX


def payload(*requirements, **more):
    rows = [
        {
            "modules": [one.partition("=")[0]],
            "installer": "pip",
            "args": one,
            "shown": one,
        }
        for one in requirements
    ]
    platform = sysconfig.get_platform()
    return {
        "requirements": rows,
        "versions": {},
        "platform": platform,
        "session": "",
        "lock": None,
        **more,
    }


@pytest.fixture
def run(engine):
    """A function that provides a payload in the engine's project; what came of it."""

    def run(*requirements, known=(), **more):
        session = SimpleNamespace(settings=engine.settings, engine=engine)
        providing = Providing(session, payload(*requirements, **more), list(known))
        providing.provide()
        return providing

    return run


def test_all_are_installed_in_one_run_and_nothing_is_imported(run, engine, wheels, write_wheel):
    for name in ("dvta", "dvtb"):
        write_wheel(wheels, name, "1.0")
    found = run("dvta==1.0", "dvtb==1.0")
    assert (found.failed, found.restart) == ([], [])
    assert engine.installer.calls == ["dvta==1.0"]
    assert not {"dvta", "dvtb"} & sys.modules.keys()
    assert importlib.import_module("dvtb").__version__ == "1.0"


def test_a_second_process_finds_everything_there(run, engine, wheels, write_wheel):
    write_wheel(wheels, "dvta", "1.0")
    for _ in range(2):
        run("dvta==1.0")
    assert engine.installer.calls == ["dvta==1.0"]


def test_a_loaded_pure_python_package_is_loaded_again(run, wheels, write_wheel):
    for number in ("1.0", "2.0"):
        write_wheel(wheels, "dvta", number)
        run(f"dvta=={number}")
        assert importlib.import_module("dvta").__version__ == number


def test_what_the_session_needs_goes_along_as_a_constraint(run, engine, wheels, write_wheel):
    write_wheel(wheels, "dvta", "1.0")
    run("dvta==1.0", versions={"dvtneeded": "3.0"})
    assert "dvtneeded==3.0" in engine.installer.requests[0].constraints


def test_one_that_cannot_be_had_does_not_keep_the_others_away(run, wheels, write_wheel):
    write_wheel(wheels, "dvtb", "1.0")
    found = run("dvta==1.0", "dvtb==1.0")
    assert [(one["requirement"], one["modules"]) for one in found.failed] == [
        ("dvta==1.0", ["dvta"])
    ]
    assert importlib.import_module("dvtb")


def test_another_platform_is_named_with_the_reason(run):
    found = run("dvta==1.0", platform="macosx-11.0-arm64")
    here = sysconfig.get_platform()
    assert found.failed[0]["reason"].endswith(
        f"no dvta==1.0 (this host is {here}, the session's is macosx-11.0-arm64)"
    )


def test_an_index_that_cannot_be_reached_is_asked_for_one_requirement(
    run, engine, wheels, write_wheel
):
    write_wheel(wheels, "dvtc", "1.0")
    run("dvtc==1.0")
    calls = []

    def unreachable(request, environment, **_):
        calls.append(request.onion.requirement.text)
        raise InstallerError(f"{UNREACHABLE_INDEX}: x\nmore", returncode=1, cmd=["pip"])

    engine.installer.install = unreachable
    found = run("dvta==1.0", "dvtb==1.0", "dvtc==1.0")
    assert set(calls) == {"dvta==1.0"}
    assert {one["requirement"] for one in found.failed} == {"dvta==1.0", "dvtb==1.0"}
    assert {one["reason"] for one in found.failed} == {f"{UNREACHABLE_INDEX}: x"}


def test_what_another_process_just_failed_to_install_is_not_tried(run, engine):
    lack = {"requirement": "dvta==1.0", "modules": ["dvta"], "reason": "no index"}
    assert run("dvta==1.0", known=[lack]).failed == [lack]
    assert engine.installer.calls == []


def test_a_malformed_requirement_is_one_failure(run):
    found = run("dvta=1")
    assert len(found.failed) == 1
    assert found.failed[0]["reason"]


def test_a_compiled_package_that_is_loaded_needs_a_restart(
    run, engine, monkeypatch, wheels, write_wheel
):
    write_wheel(wheels, "dvta", "1.0")

    def decide(onion, change):
        raise RestartNeededError("dvta 2.0 is installed, but dvta 1.0 is loaded.", "advice")

    monkeypatch.setattr(engine.provisioner.restarts, "decide", decide)
    monkeypatch.setattr(
        "davos.engine.provision.plan_replacement",
        lambda *_: SimpleNamespace(compiled=["dvta"], stuck=[]),
    )
    found = run("dvta==1.0")
    assert found.failed == []
    assert [one["reason"] for one in found.restart] == [
        "dvta 2.0 is installed, but dvta 1.0 is loaded. The worker has to be restarted"
    ]


def test_what_the_worker_runs_on_is_not_replaced(run, monkeypatch, wheels, write_wheel):
    import tornado

    monkeypatch.setattr(running_kernel, "_further", {"tornado": "tornado"})
    write_wheel(wheels, "tornado", "1.0")
    found = run("tornado==1.0")
    assert f"runs on tornado {tornado.version}" in found.failed[0]["reason"]


def test_nothing_is_done_in_the_sessions_own_process():
    """A cluster may have workers in threads of the session's process."""
    assert provide({"session": process_name()}) == {
        "project": "",
        "failed": [],
        "restart": [],
        "notes": [],
    }


# ---- the lock ----

LOCK = {
    "lock-version": "1.0",
    "created-by": "test",
    "packages": [
        {
            "name": "dvta",
            "version": "1.0",
            "wheels": [
                {
                    "name": "dvta-1.0-py3-none-any.whl",
                    "url": "https://host.invalid/dvta-1.0-py3-none-any.whl",
                    "hashes": {"sha256": "0" * 64},
                }
            ],
        }
    ],
}


def test_the_sessions_lock_is_that_of_the_host_until_there_is_none(engine, tmp_path):
    pytest.importorskip("packaging.pylock", reason="needs the extra 'lock'")
    session = SimpleNamespace(settings=engine.settings, engine=engine)
    notebook_lock, path = engine.provisioner.notebook_lock, tmp_path / "lock.ipynb"
    for version in ("1.0", "2.0"):
        lock = {**LOCK, "packages": [{**LOCK["packages"][0], "version": version}]}
        lock["packages"][0]["wheels"][0]["name"] = f"dvta-{version}-py3-none-any.whl"
        use_lock(session, payload(lock=lock), path)
        assert notebook_lock.current().files["dvta"].version == version
        assert notebook_lock.contents() == lock
    use_lock(session, payload(), path)
    assert notebook_lock.current() is None


@pytest.mark.parametrize("lock", [{}, {"lock-version": "9"}])
def test_a_lock_that_cannot_be_read_is_not_used(engine, tmp_path, lock):
    session = SimpleNamespace(settings=engine.settings, engine=engine)
    use_lock(session, payload(lock=lock), tmp_path / "lock.ipynb")
    assert engine.settings.lock is None


# ---- failures that one process leaves for others ----

LACK = {"requirement": "dvta==1.0", "modules": ["dvta"], "reason": "no index"}


def test_a_failure_counts_for_those_that_waited_for_it(tmp_path):
    failures, began = Failures(tmp_path / "failures.json"), time.time()
    failures.write(payload("dvta==1.0"), [LACK])
    assert failures.since(began, payload("dvta==1.0")) == [LACK]
    assert failures.since(time.time() + 1, payload("dvta==1.0")) == []
    assert failures.since(began, payload("dvta==2.0")) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"payload": 1, "time": "x"}', "\xff"])
def test_a_file_that_makes_no_sense_tells_of_no_failure(tmp_path, text):
    (tmp_path / "failures.json").write_text(text, encoding="latin-1")
    assert Failures(tmp_path / "failures.json").since(0, payload()) == []


def test_without_failures_there_is_no_file(tmp_path):
    failures = Failures(tmp_path / "failures.json")
    failures.write(payload(), [LACK])
    failures.write(payload(), [])
    assert list(tmp_path.iterdir()) == []
