"""A notebook's lock: what the first smuggle installs, and what does not fit."""

import platform
import re
import sys
import warnings

import pytest
from lock_world import content, package

from davos.engine.notebook_lock import VARIABLE
from davos.exceptions import LockError, SmugglerError
from davos.installers.base import Result


@pytest.fixture
def lock(engine, locked_notebook):
    """A function that gives the session's notebook a lock."""

    def put(*packages, **more):
        engine.frontend.document = str(locked_notebook(*packages, **more))

    return put


@pytest.fixture
def strict(monkeypatch):
    monkeypatch.setenv(VARIABLE, "1")


def smuggled(engine, name, args=""):
    engine.smuggle(name, args_str=args)
    return engine.frontend.namespace[name].__version__


@pytest.fixture
def three(wheels, write_wheel):
    """The wheels of dvta 1.0, which needs dvtb, and of dvtb and dvtc."""
    return [
        write_wheel(wheels, "dvta", "1.0", requires=["dvtb"]),
        write_wheel(wheels, "dvtb", "1.5"),
        write_wheel(wheels, "dvtc", "3.0"),
    ]


def test_the_first_smuggle_installs_the_whole_lock_in_one_run(engine, lock, three):
    lock(*three)
    assert smuggled(engine, "dvta", "dvta") == "1.0"
    (request,) = engine.installer.requests
    assert [one.name for one in request.locked] == ["dvta", "dvtb", "dvtc"]
    assert smuggled(engine, "dvtc", "dvtc>=2") == "3.0"
    assert len(engine.installer.requests) == 1
    assert dict(engine.settings.project.installed_packages) == {
        "dvta": "1.0",
        "dvtb": "1.5",
        "dvtc": "3.0",
    }


def test_what_the_environment_holds_in_the_locked_version_is_not_installed(
    engine, lock, three, in_base
):
    in_base("dvtb", "1.5")
    in_base("dvtc", "2.0")
    lock(*three)
    smuggled(engine, "dvta", "dvta")
    assert [one.name for one in engine.installer.requests[0].locked] == ["dvta", "dvtc"]


def test_a_satisfied_onion_gets_the_locked_version_all_the_same(engine, lock, three, in_base):
    in_base("dvtc", "2.0")
    lock(*three)
    assert smuggled(engine, "dvtc", "dvtc") == "3.0"


def test_a_smuggle_without_an_onion_gets_the_locked_version(engine, lock, three, in_base):
    in_base("dvtc", "2.0")
    lock(*three)
    assert smuggled(engine, "dvtc") == "3.0"


def test_a_module_that_the_lock_does_not_name_is_imported_as_it_is(engine, lock, three, tmp_path):
    (tmp_path / "dvtlocal.py").write_text("__version__ = 'mine'\n")
    sys.path.insert(0, str(tmp_path))
    lock(*three)
    assert smuggled(engine, "dvtlocal") == "mine"
    assert engine.installer.requests == []


def test_a_loaded_module_is_replaced_by_the_locked_one(engine, lock, three, in_base):
    in_base("dvtc", "2.0")
    assert smuggled(engine, "dvtc") == "2.0"
    lock(*three)
    smuggled(engine, "dvta", "dvta")
    assert smuggled(engine, "dvtc", "dvtc") == "3.0"


def test_an_option_that_asks_for_an_installation_in_any_case_gives_way_to_the_lock(
    engine, lock, three
):
    lock(*three)
    assert smuggled(engine, "dvtc", "-U dvtc") == "3.0"
    assert len(engine.installer.requests) == 1


def test_markers_select_packages(engine, lock, three):
    lock(three[0], three[1], package(three[2], marker="sys_platform == 'nowhere'"))
    smuggled(engine, "dvta", "dvta")
    assert [one.name for one in engine.installer.requests[0].locked] == ["dvta", "dvtb"]


@pytest.mark.parametrize("setting", [None, "auto"])
def test_no_lock_is_used_where_none_is_wanted_or_there_is_none(engine, lock, three, setting):
    engine.settings.lock = setting
    if setting is None:
        lock(*three)
    smuggled(engine, "dvtc", "dvtc")
    assert engine.installer.requests[0].locked == ()


def test_the_setting_names_another_lock(engine, lock, three, tmp_path):
    lock(three[0], three[1])
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "pylock.toml"
    wheel = three[2]
    digest = content(wheel)["packages"][0]["wheels"][0]["hashes"]["sha256"]
    other.write_text(
        'lock-version = "1.0"\ncreated-by = "test"\n[[packages]]\nname = "dvtc"\n'
        f'version = "3.0"\nwheels = [{{ url = "{wheel.as_uri()}", hashes.sha256 = "{digest}" }}]\n'
    )
    engine.settings.lock = other
    smuggled(engine, "dvtc", "dvtc")
    assert [one.name for one in engine.installer.requests[0].locked] == ["dvtc"]


def test_the_text_of_a_notebook_without_a_path_has_its_lock(engine, locked_notebook, three):
    """As on Colab."""
    engine.frontend.notebook_text = locked_notebook(*three).read_bytes()
    smuggled(engine, "dvta", "dvta")
    assert len(engine.installer.requests[0].locked) == 3


@pytest.mark.parametrize("onion", ["dvtd==1.0", "dvtd"])
def test_what_the_lock_does_not_hold_is_an_error_where_it_decides(
    engine, lock, three, write_wheel, wheels, onion, strict
):
    write_wheel(wheels, "dvtd", "1.0")
    lock(*three)
    with pytest.raises(LockError, match=r"dvtd.* does not fit the lock of locked.ipynb: the lock "):
        smuggled(engine, "dvtd", onion)
    assert engine.installer.requests == []


def test_another_version_is_an_error_where_the_lock_decides(engine, lock, three, strict):
    lock(*three)
    with pytest.raises(LockError, match=r"dvtc==2.0 .*: the lock holds dvtc 3.0; .*`davos lock"):
        smuggled(engine, "dvtc", "dvtc==2.0")


def test_what_the_lock_does_not_hold_is_resolved_with_one_warning_and_soft_versions(
    engine, lock, three, write_wheel, wheels
):
    write_wheel(wheels, "dvtd", "1.0")
    lock(*three)
    with pytest.warns(UserWarning, match="dvtd==1.0 does not fit the lock") as seen:
        assert smuggled(engine, "dvtd", "dvtd==1.0") == "1.0"
    assert len(seen) == 1
    assert {"dvta==1.0", "dvtb==1.5", "dvtc==3.0"} <= set(engine.installer.requests[0].constraints)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        smuggled(engine, "dvtd", "dvtd==1.0")


def test_a_version_that_the_notebook_overrules_is_not_installed_from_the_lock(
    engine, lock, three, write_wheel, wheels
):
    write_wheel(wheels, "dvtc", "4.0")
    lock(*three, cells=["smuggle dvta  # pip: dvta", "smuggle dvtc  # pip: dvtc==4.0"])
    smuggled(engine, "dvta", "dvta")
    assert [one.name for one in engine.installer.requests[0].locked] == ["dvta", "dvtb"]
    with pytest.warns(UserWarning, match="the lock holds dvtc 3.0"):
        assert smuggled(engine, "dvtc", "dvtc==4.0") == "4.0"


def test_a_missing_lock_is_an_error_where_it_decides(engine, strict):
    with pytest.raises(LockError, match="this notebook has no lock, and DAVOS_LOCKED"):
        smuggled(engine, "dvtc", "dvtc")


OTHER_PYTHON = "the lock of locked.ipynb is for Python ==2.7.*, and this is Python 3"


def test_a_lock_for_another_python_is_an_error_where_it_decides(engine, lock, three, strict):
    lock(*three, python="==2.7.*")
    with pytest.raises(LockError, match=OTHER_PYTHON):
        smuggled(engine, "dvtc", "dvtc")


def test_a_lock_for_another_python_is_left_alone_with_a_warning(engine, lock, three):
    lock(*three, python="==2.7.*")
    with pytest.warns(UserWarning, match=OTHER_PYTHON):
        assert smuggled(engine, "dvtc", "dvtc") == "3.0"
    assert engine.installer.requests[0].locked == ()


def test_a_lock_of_another_platform_says_which_files_it_lacks(
    engine, lock, three, write_wheel, wheels, strict
):
    foreign = write_wheel(wheels, "dvtx", "1.0", tag="cp27-cp27m-win32")
    lock(*three, foreign)
    here = f"{platform.system()} {platform.machine()} with Python {platform.python_version()}"
    message = rf"lacks files for {re.escape(here)}: dvtx 1.0 has dvtx-1.0-cp27-cp27m-win32.whl; lock it again"
    with pytest.raises(LockError, match=message):
        smuggled(engine, "dvta", "dvta")


def test_a_broken_lock_is_an_error(engine, lock, three, tmp_path):
    lock(*three)
    path = tmp_path / "locked.ipynb"
    path.write_text(path.read_text().replace('"packages"', '"package"'))
    with pytest.raises(LockError, match="not a valid lock"):
        smuggled(engine, "dvtc", "dvtc")


def test_what_the_kernel_runs_on_stays_with_a_warning(engine, lock, three, write_wheel, wheels):
    davos = write_wheel(wheels, "davos", "0.0.1")
    lock(*three, davos)
    with pytest.warns(UserWarning, match=r"davos 0.0.1 is left out: this kernel runs on"):
        smuggled(engine, "dvta", "dvta")
    assert [one.name for one in engine.installer.requests[0].locked] == ["dvta", "dvtb", "dvtc"]


def test_a_question_names_what_is_locked(engine, lock, three):
    engine.settings.confirm_install = True
    engine.frontend.answer = False
    lock(*three)
    with pytest.raises(SmugglerError, match=r"the lock of locked\.ipynb was not installed"):
        smuggled(engine, "dvta", "dvta")
    assert engine.frontend.questions == [
        "Install the lock of locked.ipynb into project test (dvta 1.0, dvtb 1.5, dvtc 3.0)? [Y/n] "
    ]


def test_another_kernel_that_was_faster_leaves_nothing_to_do(engine, lock, three, monkeypatch):
    lock(*three)
    smuggled(engine, "dvta", "dvta")
    state = engine.provisioner.notebook_lock.current()
    monkeypatch.setattr(type(state), "pending", lambda self, _project: tuple(self.files.values()))
    monkeypatch.setattr(engine.installer, "install", lambda *_, **__: Result(()))
    assert smuggled(engine, "dvtb", "dvtb") == "1.5"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://example.org/dvtc-3.0-py3-none-any.whl\n--index-url=x", "a URL cannot hold"),
        ("https://example.org/x y/dvtc-3.0-py3-none-any.whl", "a URL cannot hold a space"),
        ("ext::sh -c x", "a URL cannot hold a space"),
        ("https://-oProxyCommand=x/dvtc-3.0-py3-none-any.whl", "cannot begin with a dash"),
        ("dvtc-3.0-py3-none-any.whl", "is not a URL"),
    ],
)
def test_a_url_that_means_something_else_to_an_installer_is_refused(
    engine, lock, three, url, reason
):
    entry = package(three[2])
    entry["wheels"][0]["url"] = url
    lock(entry)
    with pytest.raises(LockError, match=reason):
        smuggled(engine, "dvtc", "dvtc")
    assert engine.installer.requests == []


def test_sessions_without_a_lock_load_nothing_of_it(engine, write_wheel, wheels, monkeypatch):
    write_wheel(wheels, "dvtc", "3.0")
    monkeypatch.delitem(sys.modules, "davos.engine.lock_in_use", raising=False)
    smuggled(engine, "dvtc", "dvtc")
    assert "davos.engine.lock_in_use" not in sys.modules
