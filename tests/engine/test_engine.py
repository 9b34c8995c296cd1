"""What a smuggle statement does when it runs, with an installer that only unpacks wheels."""

from __future__ import annotations

import linecache
import re
import sys
import zipfile

import pytest
from engine_world import SmugglingEngine

from davos.engine import call_site
from davos.engine.session_requirements import Entry
from davos.environments import generation, search_path
from davos.environments.project import Project
from davos.exceptions import (
    InstallerError,
    OnionArgumentError,
    ParserNotImplementedError,
    SmuggledModuleNotFoundError,
    SmugglerError,
    TheNightIsDarkAndFullOfErrors,
)
from davos.installers.base import InstalledDistribution, Result
from davos.onion.validator import validate_text
from davos.translate import translate


def test_a_missing_package_is_installed_and_bound(engine, wheels, write_wheel):
    write_wheel(wheels, "dvt", "1.0")
    engine.smuggle("dvt", "d", args_str="dvt==1.0")
    assert engine.frontend.namespace["d"].__version__ == "1.0"
    assert "dvt" not in engine.frontend.namespace
    assert engine.frontend.lines == ["installed dvt 1.0 (project test)"]
    assert engine.frontend.statuses == ["pip: installing dvt==1.0", ""]
    assert engine.settings.smuggled == {"dvt": "pip;dvt==1.0"}


def test_a_satisfied_package_is_not_installed_again(engine, wheels, write_wheel):
    write_wheel(wheels, "dvt", "1.0")
    for onion in ("dvt==1.0", "dvt==1.0", "dvt>=0.9", "dvt"):
        engine.smuggle("dvt", args_str=onion)
    assert engine.installer.calls == ["dvt==1.0"]


@pytest.mark.parametrize("option", ["-I", "-U", "--upgrade", "--force-reinstall"])
def test_a_forcing_option_installs_every_time(engine, wheels, write_wheel, option):
    write_wheel(wheels, "dvt", "1.0")
    for _ in range(2):
        engine.smuggle("dvt", args_str=f"dvt {option}")
    assert engine.installer.calls == ["dvt", "dvt"]


def test_a_bare_smuggle_takes_any_importable_module(engine, in_base):
    in_base("dvt", "0.1")
    engine.smuggle("dvt")
    assert engine.frontend.namespace["dvt"].__version__ == "0.1"
    assert engine.installer.calls == []


@pytest.mark.parametrize("name", ["dvt", "json"])
@pytest.mark.parametrize("args", ["", "dvt==1.0"])
@pytest.mark.parametrize("loaded", [True, False])
def test_an_unknown_installer_is_an_error_whatever_is_there(engine, in_base, name, args, loaded):
    in_base("dvt", "1.0")
    if loaded:
        engine.smuggle(name)
    for _ in range(2):
        with pytest.raises(
            ParserNotImplementedError, match=r"unknown installer 'brew'; supported: pip, uv"
        ):
            engine.smuggle(name, installer="brew", args_str=args)
    assert "brew" not in repr(engine.settings.smuggled)


def test_a_bare_smuggle_of_a_missing_module_asks_for_its_name(engine, wheels, write_wheel):
    write_wheel(wheels, "dvt", "1.0")
    engine.smuggle("dvt")
    assert engine.installer.calls == ["dvt"]


def test_an_onion_on_a_standard_module_has_no_effect(engine):
    engine.smuggle("json.decoder", "d", args_str="json==99", submodule=True)
    assert engine.frontend.namespace["d"] is sys.modules["json.decoder"]
    assert engine.installer.calls == []


def test_a_missing_submodule_of_a_standard_module_is_an_import_error(engine):
    with pytest.raises(ModuleNotFoundError, match=r"json\.decodr"):
        engine.smuggle("json.decodr.X", "X")
    assert engine.installer.calls == []


def test_another_version_replaces_the_loaded_one(engine, wheels, write_wheel):
    for version in ("1.0", "2.0"):
        write_wheel(wheels, "dvt", version)
    engine.smuggle("dvt", args_str="dvt==1.0")
    old = engine.frontend.namespace["dvt"]
    engine.smuggle("dvt", args_str="dvt==2.0")
    new = engine.frontend.namespace["dvt"]
    assert (old.__version__, new.__version__) == ("1.0", "2.0")
    engine.smuggle("dvt", args_str="dvt==1.0")
    assert engine.frontend.namespace["dvt"].__version__ == "1.0"


def test_what_base_loaded_before_is_replaced_by_the_projects(engine, wheels, in_base, write_wheel):
    in_base("dvt", "1.17")
    __import__("dvt")
    write_wheel(wheels, "dvt", "1.15")
    engine.smuggle("dvt", args_str="dvt==1.15")
    assert engine.frontend.namespace["dvt"].__version__ == "1.15"


def test_a_project_from_an_earlier_session_wins_over_what_base_loaded(
    engine, wheels, in_base, write_wheel
):
    write_wheel(wheels, "dvt", "1.15")
    engine.smuggle("dvt", args_str="dvt==1.15")
    del sys.modules["dvt"]
    search_path.deactivate()
    in_base("dvt", "1.17")
    assert __import__("dvt").__version__ == "1.17"
    search_path.activate(engine.settings.project)
    later = SmugglingEngine(engine.frontend, engine.settings, lambda _name: engine.installer)
    later.smuggle("dvt", args_str="dvt==1.15")
    assert later.frontend.namespace["dvt"].__version__ == "1.15"
    assert engine.installer.calls == ["dvt==1.15"]


def test_a_dependency_that_base_loaded_is_replaced_by_the_projects(
    engine, wheels, in_base, write_wheel
):
    write_wheel(wheels, "dvtdep", "2")
    user = "import dvtdep\nv = dvtdep.__version__\n"
    write_wheel(wheels, "dvt", "1", {"dvt.py": user}, ["dvtdep"])
    for name in ("dvtdep", "dvt"):
        engine.smuggle(name, args_str=name)
    del sys.modules["dvtdep"], sys.modules["dvt"]
    search_path.deactivate()
    in_base("dvtdep", "1")
    old = __import__("dvtdep")
    search_path.activate(engine.settings.project)
    later = SmugglingEngine(engine.frontend, engine.settings, lambda _name: engine.installer)
    later.smuggle("dvt", args_str="dvt")
    assert (old.__version__, later.frontend.namespace["dvt"].v) == ("1", "2")


def test_a_compiled_dependency_that_base_loaded_stays_with_a_warning(
    engine, wheels, in_base, write_wheel
):
    from importlib.machinery import EXTENSION_SUFFIXES

    compiled = f"dvtdep/_c{EXTENSION_SUFFIXES[0]}"
    write_wheel(wheels, "dvtdep", "2", {"dvtdep/__init__.py": "v = 2\n", compiled: "x"})
    write_wheel(wheels, "dvt", "1", {"dvt.py": "import dvtdep\nv = dvtdep.v\n"}, ["dvtdep"])
    for name in ("dvtdep", "dvt"):
        engine.smuggle(name, args_str=name)
    del sys.modules["dvtdep"], sys.modules["dvt"]
    search_path.deactivate()
    in_base("dvtdep", "1", {"dvtdep/__init__.py": "v = 1\n", compiled: "x"})
    base_module = __import__("dvtdep")
    sys.modules["dvtdep._c"] = type(sys)("dvtdep._c")
    sys.modules["dvtdep._c"].__file__ = base_module.__file__.replace("__init__.py", compiled[7:])
    search_path.activate(engine.settings.project)
    later = SmugglingEngine(engine.frontend, engine.settings, lambda _name: engine.installer)
    with pytest.warns(UserWarning, match=r"dvt gets dvtdep as it was loaded .* not 2 of project"):
        later.smuggle("dvt", args_str="dvt")
    assert later.frontend.namespace["dvt"].v == 1


def test_a_module_named_unlike_its_distribution_is_reloaded_too(
    engine, wheels, in_base, write_wheel
):
    for put, version in ((in_base, "1"), (lambda *a, **k: write_wheel(wheels, *a, **k), "2")):
        put("dvt-dist", version, {"dvtmod.py": f"v = {version}\n"})
    __import__("dvtmod")
    (wheels / "dvt_dist-2-py3-none-any.whl").rename(wheels / "dvt-dist-2-py3-none-any.whl")
    engine.smuggle("dvtmod", args_str="dvt-dist==2")
    assert engine.frontend.namespace["dvtmod"].v == 2


def test_a_broken_new_version_leaves_the_old_one_in_memory(engine, wheels, write_wheel):
    write_wheel(wheels, "dvt", "1.0")
    write_wheel(wheels, "dvt", "2.0", {"dvt.py": "1 / 0\n"})
    engine.smuggle("dvt", args_str="dvt==1.0")
    with pytest.raises(ZeroDivisionError):
        engine.smuggle("dvt", args_str="dvt==2.0")
    assert sys.modules["dvt"].__version__ == "1.0"
    assert engine.frontend.namespace["dvt"] is sys.modules["dvt"]


def test_a_loaded_compiled_module_asks_for_a_restart(engine, wheels, write_wheel):
    from importlib.machinery import EXTENSION_SUFFIXES

    for version in ("1.0", "2.0"):
        files = {
            "dvt/__init__.py": f"v = {version!r}\n",
            f"dvt/_c{EXTENSION_SUFFIXES[0]}": version,
        }
        write_wheel(wheels, "dvt", version, files)
    engine.smuggle("dvt", args_str="dvt==1.0")
    compiled = type(sys)("dvt._c")
    compiled.__file__ = str(
        engine.settings.project.site_packages_dir / f"dvt/_c{EXTENSION_SUFFIXES[0]}"
    )
    sys.modules["dvt._c"] = compiled
    for _ in range(2):
        with pytest.raises(SmugglerError, match=r"dvt 2\.0 .*compiled.*restart the kernel"):
            engine.smuggle("dvt", args_str="dvt==2.0")
    assert sys.modules["dvt"].v == "1.0"
    assert engine.installer.calls == ["dvt==1.0", "dvt==2.0"]


def test_a_compiled_module_that_is_the_same_in_both_versions_stays(engine, wheels, write_wheel):
    from importlib.machinery import EXTENSION_SUFFIXES

    for version in ("1.0", "2.0"):
        files = {"dvt/__init__.py": f"v = {version!r}\n", f"dvt/_c{EXTENSION_SUFFIXES[0]}": "x"}
        write_wheel(wheels, "dvt", version, files)
    engine.smuggle("dvt", args_str="dvt==1.0")
    compiled = sys.modules["dvt._c"] = type(sys)("dvt._c")
    compiled.__file__ = str(
        engine.settings.project.site_packages_dir / f"dvt/_c{EXTENSION_SUFFIXES[0]}"
    )
    engine.smuggle("dvt", args_str="dvt==2.0")
    assert engine.frontend.namespace["dvt"].v == "2.0"
    assert sys.modules["dvt._c"] is engine.frontend.namespace["dvt"]._c is compiled


def test_a_package_reinstalled_byte_for_byte_is_not_loaded_again(engine, wheels, write_wheel):
    from importlib.machinery import EXTENSION_SUFFIXES

    files = {"dvt/__init__.py": "v = 1\n", f"dvt/_c{EXTENSION_SUFFIXES[0]}": "x"}
    write_wheel(wheels, "dvt", "1.0", files)
    engine.smuggle("dvt", args_str="dvt==1.0")
    old = sys.modules["dvt"]
    compiled = sys.modules["dvt._c"] = type(sys)("dvt._c")
    compiled.__file__ = str(
        engine.settings.project.site_packages_dir / f"dvt/_c{EXTENSION_SUFFIXES[0]}"
    )
    engine.smuggle("dvt", args_str="--force-reinstall dvt==1.0")
    assert sys.modules["dvt"] is old


def test_a_refused_replacement_leaves_the_way_back_to_the_loaded_version(
    engine, wheels, write_wheel
):
    from importlib.machinery import EXTENSION_SUFFIXES

    compiled = f"dvt/_c{EXTENSION_SUFFIXES[0]}"
    for version in ("1.0", "2.0"):
        write_wheel(wheels, "dvt", version, {"dvt/__init__.py": "", compiled: version})
    engine.smuggle("dvt", args_str="dvt==1.0")
    module = sys.modules["dvt._c"] = type(sys)("dvt._c")
    module.__file__ = str(engine.settings.project.site_packages_dir / compiled)
    engine.settings.noninteractive = True
    with pytest.raises(SmugglerError, match="compiled"):
        engine.smuggle("dvt", args_str="dvt==2.0")
    engine.smuggle("dvt", args_str="dvt==1.0")
    assert sys.modules["dvt._c"] is module


def test_a_compiled_module_beside_a_library_that_changed_does_not_stay(engine, wheels, write_wheel):
    from importlib.machinery import EXTENSION_SUFFIXES

    for version in ("1.0", "2.0"):
        files = {
            "dvt/__init__.py": f"v = {version!r}\n",
            f"dvt/_c{EXTENSION_SUFFIXES[0]}": "x",
            "dvt.libs/libdvt-1234.so.3": version,
        }
        write_wheel(wheels, "dvt", version, files)
    engine.smuggle("dvt", args_str="dvt==1.0")
    compiled = sys.modules["dvt._c"] = type(sys)("dvt._c")
    compiled.__file__ = str(
        engine.settings.project.site_packages_dir / f"dvt/_c{EXTENSION_SUFFIXES[0]}"
    )
    with pytest.raises(SmugglerError, match="restart the kernel"):
        engine.smuggle("dvt", args_str="dvt==2.0")


@pytest.mark.parametrize(
    ("call", "bound"),
    [
        ({"name": "os.path"}, {"os": "os"}),
        ({"name": "os.path", "as_": "p", "submodule": True}, {"p": "posixpath"}),
        ({"name": "xml.dom.minidom", "as_": "m", "submodule": True}, {"m": "xml.dom.minidom"}),
        ({"name": "os.path.join", "as_": "join"}, {"join": None}),
        ({"name": "xml.dom", "as_": "dom"}, {"dom": "xml.dom"}),
        ({"name": "json", "as_": None}, {"json": "json"}),
        ({"name": "json", "as_": "j"}, {"j": "json"}),
    ],
)
def test_names_bind_as_import_binds_them(engine, call, bound):
    engine.smuggle(**call)
    namespace = engine.frontend.namespace
    namespace.pop("__builtins__")
    assert list(namespace) == list(bound)
    for name, module in bound.items():
        assert module is None or namespace[name].__name__ == module


def test_a_star_honours_all(engine, wheels, write_wheel):
    write_wheel(wheels, "dvt", "1", {"dvt.py": "__all__ = ['a', '_b']\na = _b = c = 1\n"})
    engine.smuggle("dvt", star=True, args_str="dvt==1")
    engine.frontend.namespace.pop("__builtins__")
    assert sorted(engine.frontend.namespace) == ["_b", "a"]


def test_a_relative_smuggle_outside_a_package_is_an_import_error(engine):
    engine.frontend.namespace["__package__"] = ""
    with pytest.raises(ImportError, match="relative import"):
        engine.smuggle("x", "x", level=1)


def test_a_relative_smuggle_follows_the_namespaces_package(engine, wheels, write_wheel):
    write_wheel(wheels, "dvt", "1", {"dvt/__init__.py": "", "dvt/sub.py": "v = 1\n"})
    engine.smuggle("dvt", args_str="dvt==1")
    engine.frontend.namespace["__package__"] = "dvt"
    engine.smuggle("sub.v", "v", level=1)
    engine.smuggle("sub", "s", level=1)
    assert (engine.frontend.namespace["v"], engine.frontend.namespace["s"].v) == (1, 1)


def test_modules_that_only_share_a_name_stay(engine, wheels, write_wheel, tmp_path):
    (tmp_path / "dvtutils.py").write_text("who = 'mine'\n")
    sys.path.insert(0, str(tmp_path))
    mine, main, pathlib = __import__("dvtutils"), sys.modules["__main__"], sys.modules["pathlib"]
    names = ("dvt", "dvtutils", "pathlib", "__main__")
    write_wheel(wheels, "dvt", "1", {f"{name}.py": "who = 'theirs'\n" for name in names})
    engine.smuggle("dvt", args_str="dvt==1")
    assert sys.modules["dvtutils"] is mine
    assert sys.modules["__main__"] is main
    assert sys.modules["pathlib"] is pathlib


def test_a_folder_of_the_users_that_hides_an_install_is_named(
    engine, wheels, write_wheel, tmp_path
):
    with zipfile.ZipFile(write_wheel(tmp_path, "dvt", "1")) as archive:
        archive.extractall(tmp_path / "mine")
    sys.path.insert(0, str(tmp_path / "mine"))
    write_wheel(wheels, "dvt", "2")
    for _ in range(2):
        with pytest.raises(SmugglerError, match=r"mine comes before it .* has version 1: take"):
            engine.smuggle("dvt", args_str="dvt==2")
    assert "dvt" not in engine.frontend.namespace
    engine.smuggle("dvt", args_str="dvt==1")


def test_a_distribution_whose_files_are_gone_is_named(engine, wheels, write_wheel, in_base):
    write_wheel(wheels, "dvt", "2")
    in_base("dvt", "1")
    engine.smuggle("dvt", args_str="dvt==2")
    (engine.settings.project.site_packages_dir / "dvt.py").unlink()
    del sys.modules["dvt"]
    engine.forget()
    with pytest.raises(SmugglerError, match="its files are gone: add --force-reinstall"):
        engine.smuggle("dvt", args_str="dvt==2")


@pytest.mark.parametrize("loaded", [False, True])
def test_a_file_that_hides_what_was_asked_for_is_named(
    engine, wheels, write_wheel, tmp_path, loaded
):
    hiding = tmp_path / "dvt.py"
    hiding.write_text("__version__ = 'local'\n")
    sys.path.insert(0, str(tmp_path))
    if loaded:
        __import__("dvt")
    write_wheel(wheels, "dvt", "1")
    for _ in range(2):
        with pytest.raises(SmugglerError, match=f"{re.escape(str(hiding))} hides it"):
            engine.smuggle("dvt", args_str="dvt==1")
    assert "dvt" not in engine.frontend.namespace
    assert engine.provisioner.requirements.names == frozenset()


def test_another_project_is_looked_into_again(engine, wheels, write_wheel):
    write_wheel(wheels, "dvt", "1")
    engine.smuggle("dvt", args_str="dvt==1")
    search_path.deactivate()
    other = Project.named("other")
    engine.settings.establish(project=other)
    search_path.activate(other)
    engine.forget()
    engine.smuggle("dvt", args_str="dvt==1")
    assert engine.installer.calls == ["dvt==1", "dvt==1"]
    assert str(other.project_dir) in sys.modules["dvt"].__file__


def test_a_missing_attribute_is_pythons_own_error(engine):
    with pytest.raises(ImportError, match="cannot import name 'nope' from 'json'"):
        engine.smuggle("json.nope", "nope")


def test_a_distribution_without_the_module_says_what_it_provides(engine, wheels, write_wheel):
    write_wheel(wheels, "dvt", "1", {"dvtmod.py": ""})
    with pytest.raises(
        SmuggledModuleNotFoundError, match="no module named 'dvt'; it provides dvtmod"
    ):
        engine.smuggle("dvt", args_str="dvt==1")


def test_an_installer_error_is_an_import_error_too(engine):
    with pytest.raises(ImportError, match="no dvt-none"):
        engine.smuggle("dvt", args_str="dvt-none")
    assert "dvt" not in engine.settings.smuggled
    with pytest.raises(InstallerError):
        engine.smuggle("dvt")


def test_davos_cannot_be_smuggled(engine):
    with pytest.raises(TheNightIsDarkAndFullOfErrors):
        engine.smuggle("davos")


@pytest.mark.parametrize("option", ["--user", "-t /x", "--target=/x", "--root /x", "--prefix=/x"])
def test_a_location_option_is_refused_in_a_project(engine, option):
    with pytest.raises(OnionArgumentError, match=r"installs outside project test"):
        engine.smuggle("dvt", args_str=f"dvt {option}")
    assert engine.installer.calls == []


def test_an_option_is_refused_in_a_project_before_anything_happens(engine, tmp_path):
    """`--src` would come onto the search path."""
    before = list(sys.path)
    with pytest.raises(OnionArgumentError, match=r"--src .* writes outside project test"):
        engine.smuggle("dvt", args_str=f"dvt --src {tmp_path}/evil")
    assert sys.path == before
    assert engine.installer.calls == []


def test_a_false_marker_installs_nothing(engine):
    with pytest.raises(ModuleNotFoundError):
        engine.smuggle("dvt", args_str="'dvt; python_version < \"3\"'")
    assert engine.installer.calls == []


def test_no_answer_but_yes_installs(engine, wheels, write_wheel):
    write_wheel(wheels, "dvt", "1.0")
    engine.settings.confirm_install = True
    engine.frontend.answer = False
    with pytest.raises(SmugglerError, match=r"dvt==1\.0 was not installed"):
        engine.smuggle("dvt", args_str="dvt==1.0")
    assert engine.installer.calls == []
    assert engine.frontend.questions == [
        "Install dvt==1.0 into project test (pip install dvt==1.0)? [Y/n] ",
    ]
    engine.frontend.answer = True
    engine.smuggle("dvt", args_str="dvt==1.0")
    assert engine.frontend.namespace["dvt"].__version__ == "1.0"


def test_suppressed_output_shows_nothing(engine, wheels, write_wheel):
    write_wheel(wheels, "dvt", "1.0")
    engine.settings.suppress_stdout = True
    engine.smuggle("dvt", args_str="dvt==1.0")
    assert engine.frontend.lines == []


def test_the_result_type_is_what_installers_return():
    assert Result((InstalledDistribution("a", "1"),)).installed[0].commit is None


def in_cell(engine, text, monkeypatch):
    """Run a translated text with the engine's `smuggle`, as a cell is run."""
    translated = translate(text)
    call_site.remember_text(translated, text)
    name = "<a cell of this test>"
    lines = translated.splitlines(keepends=True)
    monkeypatch.setitem(linecache.cache, name, (len(translated), None, lines, name))
    namespace = engine.frontend.namespace

    def smuggle(name, installer_kwargs=None, **how):
        frame = sys._getframe(1)
        monkeypatch.setattr("davos.engine.unmet.statement_frame", lambda: frame)
        engine.smuggle(name, **how)

    namespace["smuggle"] = smuggle
    exec(compile(translated, name, "exec"), namespace)


CELL = "smuggle dva  # pip: dva==1\nsmuggle dvb  # pip: dvb==2\n"


def test_unmet_onions_of_a_cell_are_installed_in_one_run(engine, wheels, write_wheel, monkeypatch):
    write_wheel(wheels, "dva", "1")
    write_wheel(wheels, "dvb", "2")
    in_cell(engine, CELL, monkeypatch)
    assert (engine.installer.calls, engine.installer.requests[0].others) == (
        ["dva==1"],
        ("dvb==2",),
    )
    assert engine.frontend.namespace["dvb"].__version__ == "2"


def test_if_one_of_them_fails_the_error_stands_at_its_statement(
    engine, wheels, write_wheel, monkeypatch
):
    write_wheel(wheels, "dva", "1")
    with pytest.raises(InstallerError, match="no dvb==2"):
        in_cell(engine, CELL, monkeypatch)
    assert "dva" in engine.frontend.namespace
    assert "dvb" not in engine.frontend.namespace


def test_a_commit_that_would_break_the_session_is_refused_with_both_names(
    engine, wheels, write_wheel
):
    write_wheel(wheels, "dva", "1", requires=["dvb<2"])
    write_wheel(wheels, "dvb", "1")
    write_wheel(wheels, "dvb", "2")
    engine.smuggle("dvb", args_str="dvb==1")
    engine.smuggle("dva", args_str="dva==1")
    folder = engine.settings.project.project_dir
    before = sorted(path.name for path in folder.rglob("*"))
    with pytest.raises(SmugglerError, match=r"dvb==2 does not go with dva 1, which needs dvb<2"):
        engine.smuggle("dvb", args_str="dvb==2")
    assert sorted(path.name for path in folder.rglob("*")) == before
    assert engine.frontend.namespace["dvb"].__version__ == "1"


def test_another_davos_is_refused_also_as_a_dependency(engine, wheels, write_wheel, monkeypatch):
    write_wheel(wheels, "davos", "0.2.3")
    with pytest.raises(SmugglerError, match=r"davos 0\.3\.0 is running"):
        engine.smuggle("dva", args_str="davos==0.2.3")


def test_a_wheel_whose_pth_file_python_cannot_read_is_refused(engine, wheels, write_wheel):
    write_wheel(wheels, "dva", "1", files={"dva.py": "", "bad.pth": b"\xff\xfe\n"})
    with pytest.raises(SmugglerError, match=r"bad\.pth, which is not UTF-8"):
        engine.smuggle("dva", args_str="dva==1")
    assert not engine.settings.project.exists


def test_a_folder_from_before_a_failed_install_stays(engine):
    project = engine.settings.project
    project.ensure()  # processes may run in it
    with pytest.raises(InstallerError):
        engine.smuggle("dvnosuch", args_str="dvnosuch==1")
    assert project.exists


def test_what_came_from_a_file_and_is_gone_hinders_no_other_install(engine, wheels, write_wheel):
    write_wheel(wheels, "dva", "1")
    of_file = validate_text("pip", "./dvfile-1-py3-none-any.whl").requirement
    engine.provisioner.requirements.record(Entry("dvfile", "1", of_file))
    engine.smuggle("dva", args_str="dva==1")
    assert [one.name for one in engine.settings.project.distributions()] == ["dva"]


def _say_version(project, version):
    metadata = project.site_packages_dir / "dva-1.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("Version: 1", f"Version: {version}"))


def test_another_kernels_change_is_noticed_at_the_next_smuggle(engine, wheels, write_wheel):
    write_wheel(wheels, "dva", "1")
    for _ in range(2):
        engine.smuggle("dva", args_str="dva==1")
    project = engine.settings.project
    _say_version(project, 3)
    engine.smuggle("dva", args_str="dva==1")
    assert engine.installer.calls == ["dva==1"]
    generation.write(project.project_dir, 77)
    engine.smuggle("dva", args_str="dva==1")
    assert engine.installer.calls == ["dva==1"] * 2


def test_an_install_by_another_program_is_noticed_at_the_next_smuggle(engine, wheels, write_wheel):
    write_wheel(wheels, "dva", "1")
    engine.smuggle("dva", args_str="dva==1")
    project = engine.settings.project
    _say_version(project, 3)
    info = project.site_packages_dir / "dva-1.dist-info"
    info.rename(info.with_name("dva-3.dist-info"))
    engine.smuggle("dva", args_str="dva==1")
    assert engine.installer.calls == ["dva==1"] * 2


@pytest.mark.parametrize("name", ["", "six==1.0", "a b", "a-b", ".six", "a..b", "class", "1a"])
def test_what_is_no_name_of_a_module_is_refused_before_anything_is_installed(engine, name):
    for target in [(name, None), ("six", name)]:
        with pytest.raises(SmugglerError, match="is not a name that can be imported"):
            engine.smuggle(*target)
    assert engine.installer.requests == []
