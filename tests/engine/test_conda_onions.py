"""Smuggle statements with conda onion comments, and with pip's beside them."""

import os
import sys
from types import SimpleNamespace

import pytest
from conda_environment import python_files, write_conda_package

from davos.distributions import index
from davos.engine.rerun import Rerun
from davos.engine.restart_decision import Restarts
from davos.environments import conda_check, overlay, search_path
from davos.exceptions import InstallerError, SmugglerError
from davos.installers.base import InstalledDistribution, Result
from davos.onion.validator import validate_text


class Channel:
    """Writes packages into a staging environment, as py-rattler leaves them."""

    name = "conda"

    def __init__(self):
        self.packages, self.requests, self.installed = {}, [], set()

    def add(self, name, version, modules=None, files=None, dist=None, **fields):
        """Offer a package; `modules` maps the paths of a distribution to text."""
        self.packages[name, version] = SimpleNamespace(
            modules=modules, files=files or {}, dist=dist or name, fields=fields
        )

    def install(self, request, environment, *, listener=None, descriptors=()):
        self.requests.append(request)
        spec = request.onion.requirement.match_spec
        fitting = [
            (name, version)
            for name, version in self.packages
            if name == spec.name and (spec.versions is None or spec.versions.admits(version))
        ]
        if not fitting:
            raise InstallerError(f"no channel has {spec.canonical}", returncode=1, cmd=["conda"])
        joining = {word.partition("[")[0].partition("=")[0] for word in request.others}
        new = [key for key in self.packages if key[0] in joining - self.installed]
        installed = [self._write(environment.prefix, *key) for key in (fitting[-1], *new)]
        index.clear_caches()
        return Result(tuple(installed))

    def _write(self, prefix, name, version):
        one = self.packages[name, version]
        self.installed.add(name)
        files = dict(one.files)
        if one.modules is not None:
            files.update(python_files(prefix, one.dist, version, one.modules))
        write_conda_package(prefix, name, version, files, **one.fields)
        named = one.dist if one.modules is not None else name
        return InstalledDistribution(named, version, sha256="0" * 64)


@pytest.fixture
def conda(use_conda):
    """The channel of the engine's conda; its pip unpacks wheels."""
    return use_conda(Channel())


@pytest.fixture
def value(engine):
    return lambda name, attribute="value": getattr(engine.frontend.namespace[name], attribute)


def test_a_missing_package_is_installed_once(engine, conda, value):
    conda.add("davosnum", "1.26.4", {"davosnum.py": "value = 1"})
    for _ in range(2):
        engine.smuggle("davosnum", installer="conda", args_str="davosnum=1.26 -c forge")
    assert value("davosnum") == 1
    assert len(conda.requests) == 1
    record = engine.settings.project.project_dir / "conda-meta" / "davosnum-1.26.4-0.json"
    assert record.is_file()
    assert engine.frontend.lines == ["installed davosnum 1.26.4 (project test)"]


@pytest.mark.parametrize(
    ("options", "runs"), [("-c forge", 1), ("-c other", 2), ("-c forge --no-deps", 2)]
)
def test_onions_of_a_cell_are_installed_in_one_run_if_their_options_are_alike(
    engine, conda, value, options, runs
):
    conda.add("davosnum", "1", {"davosnum.py": "value = 1"})
    conda.add("davosgeo", "2", {"davosgeo.py": "value = 2"})
    later = validate_text("conda", f"davosgeo=2 {options}")
    engine.provisioner.requirements.expected = [later], []
    engine.smuggle("davosnum", installer="conda", args_str="davosnum -c forge")
    engine.provisioner.requirements.expected = None
    engine.smuggle("davosgeo", installer="conda", args_str=f"davosgeo=2 {options}")
    assert (value("davosnum"), value("davosgeo")) == (1, 2)
    assert len(conda.requests) == runs
    assert conda.requests[0].others == (("davosgeo=2",) if runs == 1 else ())


def test_a_pin_of_another_cell_is_a_constraint_that_may_be_dropped(engine, conda, value):
    conda.add("davosnum", "1", {"davosnum.py": "value = 1"})
    pin = validate_text("conda", "davosgeo=2").requirement
    engine.provisioner.requirements.expected = [], [pin]
    engine.smuggle("davosnum", installer="conda", args_str="davosnum=1")
    assert any(line.startswith("davosgeo==2") for line in conda.requests[0].constraints)
    with pytest.raises(SmugglerError):
        engine.smuggle("davosgone", installer="conda", args_str="davosgone")
    with_pin, without = conda.requests[1:]
    assert set(with_pin.constraints) - set(without.constraints) == {"davosgeo==2.*"}


def test_another_session_finds_it(engine, conda, value):
    conda.add("davosnum", "1.26.4", {"davosnum.py": "value = 1"})
    engine.smuggle("davosnum", installer="conda", args_str="davosnum=1.26")
    del sys.modules["davosnum"]
    engine.forget()
    engine.smuggle("davosnum", installer="conda", args_str="davosnum==1.26.4=0")
    assert len(conda.requests) == 1


def test_a_satisfied_statement_looks_once(engine, conda, monkeypatch):
    conda.add("davosnum", "1.26.4", {"davosnum.py": ""})
    engine.smuggle("davosnum", installer="conda", args_str="davosnum=1.26")
    engine.forget()
    looks = []
    real = conda_check.satisfies_spec
    monkeypatch.setattr(
        conda_check, "satisfies_spec", lambda *args: looks.append(args) or real(*args)
    )
    engine.smuggle("davosnum", installer="conda", args_str="davosnum=1.26")
    assert len(looks) == 1


def test_another_version_replaces_the_loaded_one(engine, conda, value):
    for version in ("1", "2"):
        conda.add("davosnum", version, {"davosnum.py": f"value = {version}"})
        engine.smuggle("davosnum", installer="conda", args_str=f"davosnum=={version}")
        assert value("davosnum") == int(version)
    meta = engine.settings.project.project_dir / "conda-meta"
    assert os.listdir(meta) == ["davosnum-2-0.json"]


def test_an_option_for_the_newest_version_installs_again(engine, conda):
    conda.add("davosnum", "1", {"davosnum.py": ""})
    for option in ("--update-specs", "--force-reinstall", "--update-deps"):
        engine.smuggle("davosnum", installer="conda", args_str=f"davosnum {option}")
    assert len(conda.requests) == 3


def test_a_package_may_hold_a_distribution_of_another_name(engine, conda, value):
    conda.add("py-davostorch", "2", {"davostorch.py": "value = 2"}, dist="davostorch")
    conda.add("py-davostorch", "3", {"davostorch.py": "value = 3"}, dist="davostorch")
    for version in ("2", "3"):
        onion = f"py-davostorch=={version}"
        engine.smuggle("davostorch", installer="conda", args_str=onion)
        assert value("davostorch") == int(version)
    assert not any("davostorch" in line for line in conda.requests[-1].constraints)
    assert engine.settings.smuggled["davostorch"] == "conda;py-davostorch==3"


def test_a_module_of_the_wrong_package_is_named(engine, conda):
    conda.add("davoslib", "1", files={"lib/libdavos.so": ""})
    with pytest.raises(ImportError, match="davoslib is installed, but has no module named 'davo"):
        engine.smuggle("davosmodule", installer="conda", args_str="davoslib")


def test_pip_finds_what_conda_installed_and_keeps_to_its_pins(engine, conda, wheels, write_wheel):
    conda.add("davosnum", "1.26.4", {"davosnum.py": "value = 1"})
    conda.add("davoslib", "3", files={"lib/libdavos.so": ""})
    write_wheel(wheels, "davosp", "1", files={"davosp.py": ""}, requires=["davosnum>=1"])
    engine.smuggle("davosnum", installer="conda", args_str="davosnum=1.26")
    engine.smuggle("davosp", args_str="davosp")
    (request,) = engine.installer.requests
    assert request.others == ("davosnum==1.26.*",)
    assert "davosnum==1.26.*" in request.constraints


def test_conda_keeps_to_pips_pins_and_to_its_own(engine, conda, wheels, write_wheel):
    write_wheel(wheels, "davosp", "1", files={"davosp.py": ""})
    conda.add("davosnum", "1.26.4", {"davosnum.py": ""})
    conda.add("davosgeo", "1", {"davosgeo.py": ""})
    engine.smuggle("davosp", args_str="davosp==1")
    engine.smuggle("davosnum", installer="conda", args_str="davosnum==1.26.4=0")
    engine.smuggle("davosgeo", installer="conda", args_str="davosgeo")
    request = conda.requests[-1]
    assert request.others == ("davosnum[version='==1.26.4',build='0']",)
    assert {"davosp==1", "davosnum==1.26.4"} <= set(request.constraints)


def test_what_conda_packages_depend_on_is_not_broken_by_pip(
    engine, conda, wheels, write_wheel, value
):
    conda.add("davosnum", "1", {"davosnum.py": "value = 1"})
    conda.add("davosgeo", "5", {"davosgeo.py": ""}, depends=["davosnum >=1,<2"])
    write_wheel(wheels, "davosnum", "2", files={"davosnum.py": "value = 2"})
    engine.smuggle("davosnum", installer="conda", args_str="davosnum")
    engine.smuggle("davosgeo", installer="conda", args_str="davosgeo")
    with pytest.raises(SmugglerError) as caught:
        engine.smuggle("davosnum", args_str="davosnum==2")
    said = "davosnum==2 does not go with davosgeo 5, which needs davosnum >=1,<2"
    assert said in str(caught.value)
    engine.smuggle("davosnum", args_str="davosnum==1")
    assert value("davosnum") == 1


def test_conda_does_not_break_what_pips_packages_need(engine, conda, wheels, write_wheel):
    write_wheel(wheels, "davosnum", "1", files={"davosnum.py": ""})
    write_wheel(wheels, "davosp", "7", files={"davosp.py": ""}, requires=["davosnum<2"])
    conda.add("davosnum", "2", {"davosnum.py": ""})
    engine.smuggle("davosnum", args_str="davosnum==1")
    engine.smuggle("davosp", args_str="davosp")
    with pytest.raises(SmugglerError, match=r"davosnum==2 does not go with davosp 7, which needs"):
        engine.smuggle("davosnum", installer="conda", args_str="davosnum=2")
    assert not (engine.settings.project.project_dir / "conda-meta").exists()


def test_conda_does_not_replace_what_pip_was_asked_for_under_another_name(
    engine, conda, wheels, write_wheel
):
    write_wheel(wheels, "davosnum", "1", files={"davosnum.py": ""})
    conda.add("davosnum-base", "2", {"davosnum.py": ""}, dist="davosnum")
    engine.smuggle("davosnum", args_str="davosnum==1")
    with pytest.raises(SmugglerError) as caught:
        engine.smuggle("davosother", installer="conda", args_str="davosnum-base")
    said = "davosnum==2 does not go with davosnum==1, smuggled earlier in this session; nothing was"
    assert said in str(caught.value)
    assert engine.settings.project.installed_packages == [("davosnum", "1")]


def test_condas_package_takes_the_place_of_pips_of_another_name(
    engine, conda, wheels, write_wheel, value
):
    write_wheel(wheels, "torch", "1", files={"torch.py": "value = 1"})
    conda.add("pytorch", "2", {"torch.py": "value = 2"}, dist="torch")
    for installer, onion, found in (
        ("pip", "torch==1", 1),
        ("conda", "pytorch=1", 1),
        ("conda", "pytorch=2", 2),
        ("pip", "torch==1", 1),
    ):
        engine.smuggle("torch", installer=installer, args_str=onion)
        assert value("torch") == found
    (request,) = conda.requests
    assert not any("torch" in line for line in request.constraints)


def test_a_statement_whose_marker_is_false_here_asks_for_nothing(
    engine, conda, wheels, write_wheel
):
    conda.add("davosnum", "1.26.4", {"davosnum.py": ""})
    write_wheel(wheels, "davosp", "1", files={"davosp.py": ""})
    engine.smuggle("davosnum", installer="conda", args_str="davosnum=1.26")
    engine.smuggle("davosnum", args_str="davosnum<2; os_name == 'fs-9'")
    engine.smuggle("davosp", args_str="davosp")
    (request,) = engine.installer.requests
    assert "davosnum==1.26.*" in request.constraints


def test_a_package_whose_needs_are_not_staged_is_refused(engine, conda):
    conda.add("davosgeo", "5", {"davosgeo.py": ""}, depends=["davoslib"])
    with pytest.raises(SmugglerError, match="davosgeo 5 requires davoslib, but davoslib is not"):
        engine.smuggle("davosgeo", installer="conda", args_str="davosgeo")


def test_variables_are_set_before_the_import(engine, conda, monkeypatch, value):
    monkeypatch.delenv("DAVOS_TEST_DATA", raising=False)
    script = 'export DAVOS_TEST_DATA="${CONDA_PREFIX}/share/geo"\n'
    files = {"etc/conda/activate.d/geo.sh": script, "share/geo/a": "", "bin/geo": "#!/bin/sh\n"}
    code = "import os\nvalue = os.environ['DAVOS_TEST_DATA']\n"
    conda.add("davosgeo", "1", {"davosgeo.py": code}, files)
    engine.smuggle("davosgeo", installer="conda", args_str="davosgeo")
    project = engine.settings.project
    assert value("davosgeo") == f"{project.project_dir}/share/geo"
    assert os.environ["PATH"].startswith(f"{project.project_dir}/bin{os.pathsep}")
    search_path.deactivate()
    assert "DAVOS_TEST_DATA" not in os.environ


def test_without_a_project_what_the_environments_packages_need_is_set(
    engine, tmp_path, monkeypatch, value
):
    monkeypatch.delenv("DAVOS_TEST_DATA", raising=False)
    prefix = tmp_path / "env"
    code = "import os\nvalue = os.environ['DAVOS_TEST_DATA']\n"
    files = python_files(prefix, "davosgeo", "1", {"davosgeo.py": code})
    script = 'export DAVOS_TEST_DATA="${CONDA_PREFIX}/share/geo"\n'
    write_conda_package(
        prefix, "davosgeo", "1", {**files, "etc/conda/activate.d/geo.sh": script, "bin/geo": ""}
    )
    (prefix / "conda-meta" / "history").write_text("")
    engine.settings.establish(project=None)
    search_path.deactivate()
    monkeypatch.setattr(sys, "prefix", str(prefix))
    monkeypatch.syspath_prepend(str(overlay.site_packages_of(prefix)))
    before = os.environ["PATH"]
    engine.smuggle("davosgeo", installer="conda", args_str="davosgeo=1")
    assert value("davosgeo") == f"{prefix}/share/geo"
    assert os.environ["PATH"] == f"{prefix}/bin{os.pathsep}{before}"
    search_path.deactivate()
    assert "DAVOS_TEST_DATA" not in os.environ
    assert os.environ["PATH"] == before


def test_a_specification_that_a_pin_overruled_binds_no_later_install(engine, conda):
    conda.add("davosnum", "1", {"davosnum.py": ""})
    conda.add("davosgeo", "1", {"davosgeo.py": ""})
    engine.smuggle("davosnum", installer="conda", args_str="davosnum=1")
    engine.forget()
    carried = Rerun(pins={"davosnum": "1"})
    again = SimpleNamespace(pins_hold=True, replaying=True, carried=carried)
    engine.provisioner.restarts = Restarts(again, engine.settings)
    engine.smuggle("davosnum", installer="conda", args_str="davosnum=2")
    engine.smuggle("davosgeo", installer="conda", args_str="davosgeo")
    assert conda.requests[-1].others == ("davosnum[version='1.*']",)


def test_an_onion_comment_does_not_switch_the_users_questions_off(engine, conda):
    conda.add("davosnum", "1", {"davosnum.py": ""})
    engine.settings.establish(confirm_install=True)
    engine.frontend.answer = False
    with pytest.raises(SmugglerError, match="you said no"):
        engine.smuggle("davosnum", installer="conda", args_str="davosnum --yes")


@pytest.mark.parametrize("answer", [False, None])
def test_the_environment_itself_is_changed_after_a_question_only(engine, conda, answer):
    conda.add("davosnum", "1", {"davosnum.py": ""})
    engine.settings.establish(project=None)
    engine.frontend.answer = answer
    with pytest.raises(SmugglerError, match="you said no" if answer is False else "add --yes"):
        engine.smuggle("davosnum", installer="conda", args_str="davosnum")
    (question,) = engine.frontend.questions
    assert question.startswith("Install davosnum into ")
    assert conda.requests == []


def test_a_pip_onion_comment_whose_marker_is_false_says_nothing_about_conda(engine, conda, value):
    for version in ("1.26.4", "1.27.0"):
        conda.add("davosnum", version, {"davosnum.py": f"value = {version!r}"})
    never = "davosnum==9 ; python_version < '3'"
    engine.smuggle("davosnum", installer="conda", args_str="davosnum=1.26 -c forge")
    engine.smuggle("davosnum", installer="pip", args_str=never)
    assert value("davosnum") == "1.26.4"
    engine.smuggle("davosnum", installer="conda", args_str="davosnum=1.27 -c forge")
    assert value("davosnum") == "1.27.0"
    engine.smuggle("davosnum", installer="pip", args_str=never)
    assert value("davosnum") == "1.27.0"
    assert [request.onion.requirement.text for request in conda.requests] == [
        "davosnum=1.26",
        "davosnum=1.27",
    ]
    for request in conda.requests:
        assert not [word for word in (*request.others, *request.constraints) if "9" in word]
