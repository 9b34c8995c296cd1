"""What a statement makes of a project that another process changed meanwhile."""

import shutil
import sys

import pytest

from davos.environments import generation
from davos.exceptions import InstallerError

CHANGED = r"another process changed project test: it has {0} {1}, while {2} is loaded here; "
USES = CHANGED + "a smuggle of {0} uses that one"
RESTORES = CHANGED + "a smuggle of {0} installs {0}=={2} again"


@pytest.fixture
def pair(wheels, write_wheel):
    """Wheels of `dvta`, which needs `dvtb`, and of `dvtc`, in versions 1 and 2."""
    for version in ("1", "2"):
        files = {"dvta.py": f"import dvtb\n__version__ = {version!r}\n"}
        write_wheel(wheels, "dvta", version, files, requires=["dvtb"])
        write_wheel(wheels, "dvtb", version)
        write_wheel(wheels, "dvtc", version)


@pytest.fixture
def other(engine, pair):
    """A function that puts a wheel into the project as another process does."""

    def put(text):
        site = engine.settings.project.site_packages_dir
        name, _, _ = text.partition("==")
        for path in site.glob(f"{name}-*.dist-info"):
            shutil.rmtree(path)
        if "==" in text:
            engine.installer.unpack(text, site)
        project = engine.settings.project.project_dir
        generation.write(project, generation.number(project) + 1)

    return put


def versions(engine, *names):
    namespace = engine.frontend.namespace
    return [namespace[name].__version__ for name in names]


# The arguments of the statement that runs again: none, and one that both versions fit.
LOOSE = ["", "dvta", "dvta>=1"]


def install(engine, *args):
    for text in args:
        engine.smuggle(text.partition("=")[0], args_str=text)
    engine.installer.calls.clear()


@pytest.mark.parametrize("args", LOOSE)
def test_what_nobody_pinned_is_reloaded_with_a_warning(engine, other, args):
    other("dvta==1")
    other("dvtb==1")
    engine.smuggle("dvta")
    assert versions(engine, "dvta") == ["1"]
    other("dvta==2")
    with pytest.warns(UserWarning, match=USES.format("dvta", 2, 1)):
        engine.smuggle("dvta", args_str=args)
    assert versions(engine, "dvta") == ["2"]
    assert engine.installer.calls == []
    engine.smuggle("dvta", args_str=args)  # without a warning


@pytest.mark.parametrize("args", LOOSE)
def test_what_the_session_pinned_is_installed_again(engine, other, args):
    install(engine, "dvtb==1", "dvta==1")
    before = sys.modules["dvta"]
    other("dvta==2")
    with pytest.warns(UserWarning, match=RESTORES.format("dvta", 2, 1)):
        engine.smuggle("dvta", args_str=args)
    assert engine.installer.calls == ["dvta==1" + ",>=1" * (args == "dvta>=1")]
    assert versions(engine, "dvta") == ["1"]
    assert sys.modules["dvta"] is before, "what is loaded is on disk again"
    engine.smuggle("dvta", args_str=args)


@pytest.mark.parametrize("args", LOOSE)
def test_a_dependency_that_the_session_pinned_is_installed_again(engine, other, args):
    install(engine, "dvtb==1", "dvta==1")
    other("dvtb==2")
    with pytest.warns(UserWarning, match=RESTORES.format("dvtb", 2, 1)):
        engine.smuggle("dvta", args_str=args)
    assert engine.installer.requests[-1].others == ("dvtb==1",)
    assert versions(engine, "dvtb") == ["1"]
    assert list(engine.settings.project.site_packages_dir.glob("dvtb-1.dist-info"))


def test_a_dependency_that_nobody_pinned_is_reloaded(engine, other):
    other("dvta==1")
    other("dvtb==1")
    engine.smuggle("dvta")
    other("dvtb==2")
    with pytest.warns(UserWarning, match=USES.format("dvtb", 2, 1)):
        engine.smuggle("dvta")
    assert sys.modules["dvtb"].__version__ == "2"
    assert sys.modules["dvta"].dvtb is sys.modules["dvtb"], "what holds it is reloaded, too"


def test_a_pin_of_the_statement_itself_needs_no_warning(engine, other):
    install(engine, "dvtc==1")
    other("dvtc==2")
    engine.smuggle("dvtc", args_str="dvtc==1")
    assert versions(engine, "dvtc") == ["1"]


def test_a_statement_that_contradicts_the_sessions_older_pin_counts(engine, other):
    install(engine, "dvtc==1")
    other("dvtc==2")
    with pytest.warns(UserWarning, match="installs dvtc==1 again"):
        engine.smuggle("dvtc", args_str="dvtc>=2")
    assert (versions(engine, "dvtc"), engine.installer.calls) == (["2"], [])


def test_a_change_that_a_statement_is_not_about_is_told_once(engine, other):
    install(engine, "dvtc==1")
    other("dvta==1")
    other("dvtb==1")
    other("dvtc==2")
    with pytest.warns(UserWarning, match=RESTORES.format("dvtc", 2, 1)):
        engine.smuggle("dvtb")
    assert versions(engine, "dvtc") == ["1"]
    engine.smuggle("dvta")
    engine.smuggle("dvtc")
    assert engine.installer.calls == ["dvtc==1"]


def test_what_was_changed_while_this_session_installed_is_noticed(engine, other, monkeypatch):
    other("dvtc==1")
    engine.smuggle("dvtc")
    unpack = engine.installer.unpack

    def after_another(text, folder):
        monkeypatch.setattr(engine.installer, "unpack", unpack)
        other("dvtc==2")
        unpack(text, folder)

    monkeypatch.setattr(engine.installer, "unpack", after_another)
    engine.smuggle("dvtb", args_str="dvtb==1")
    with pytest.warns(UserWarning, match=USES.format("dvtc", 2, 1)):
        engine.smuggle("dvtc")
    assert versions(engine, "dvtc") == ["2"]


@pytest.mark.parametrize("other_text", ["dvtc==1", "dvta==2"])
def test_what_is_not_loaded_or_not_changed_is_not_told(engine, other, other_text):
    install(engine, "dvtc==1")
    other(other_text)
    other("dvtb==1")
    engine.smuggle("dvtc")
    assert engine.installer.calls == []


def test_what_another_process_took_away_is_installed_again_by_its_onion(engine, other):
    install(engine, "dvtc==1")
    other("dvtc")
    engine.smuggle("dvtc", args_str="dvtc==1")
    assert engine.installer.calls == ["dvtc==1"]


def test_if_the_pin_cannot_be_installed_again_the_error_names_it(engine, other, wheels):
    install(engine, "dvtc==1")
    other("dvtc==2")
    (wheels / "dvtc-1-py3-none-any.whl").unlink()
    with (
        pytest.warns(UserWarning, match=RESTORES.format("dvtc", 2, 1)),
        pytest.raises(InstallerError, match="no dvtc==1"),
    ):
        engine.smuggle("dvtc")
    assert sys.modules["dvtc"].__version__ == "1"


def test_another_project_is_not_a_changed_one(engine, other):
    from davos.environments import search_path
    from davos.environments.project import Project

    install(engine, "dvtc==1")
    engine.settings.establish(project=Project.named("second"))
    search_path.activate(engine.settings.project)
    engine.forget()
    other("dvtb==1")
    engine.smuggle("dvtb")
    assert versions(engine, "dvtb") == ["1"]
