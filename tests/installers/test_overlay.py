"""Projects over real environments: the base stays as it is, pip sees both."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

BOTH = pytest.mark.usefixtures("pip_backend")
KINDS = ["venv", "venv with system site", "venv without pip", "pyenv", "debian"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_install_leaves_the_base_as_it_was(kind, make_base, index, davos_home, pip_backend):
    index("davosa", "1.0", requires=["davosb>=2"])
    index("davosb", "2.5")
    base = make_base(kind)
    before = base.digest()
    answer = base.smuggle(
        "davosa==1.0", name="davosa", specifier="==1.0", imports=["davosa", "davosb"]
    )
    assert base.digest() == before
    assert answer["packages"] == {"davosa": "1.0", "davosb": "2.5"}
    assert (answer["before"], answer["after"]) == ("davosa is not installed", "")
    project = str(davos_home / "projects" / "the project")
    assert all(file.startswith(project) for file, _ in answer["modules"].values())
    installed = {one["name"]: one for one in answer["result"]["installed"]}
    assert set(installed) == {"davosa", "davosb"}
    if pip_backend == "pip":  # uv does not say it of archives of an index
        assert installed["davosa"]["url"].startswith("file:///")
        assert len(installed["davosb"]["sha256"]) == 64


@BOTH
def test_what_the_base_has_is_not_installed_again(venv, index, add_to):
    index("davosa", "1.0", requires=["davosb>=1"])
    index("davosb", "2.0")
    add_to(venv, "davosb", "1.0")
    answer = venv.smuggle("davosa", name="davosa", imports=["davosb"])
    assert answer["packages"] == {"davosa": "1.0"}
    assert answer["modules"]["davosb"][1] == "1.0"


@BOTH
def test_a_conflict_is_shadowed_and_the_base_untouched(venv, index, add_to):
    index("davosa", "1.0")
    index("davosa", "2.0")
    add_to(venv, "davosa", "1.5")
    before = venv.digest()
    for version in ("1.0", "2.0", "1.0"):
        answer = venv.smuggle(
            f"davosa=={version}", name="davosa", specifier=f"=={version}", imports=["davosa"]
        )
        assert answer["modules"]["davosa"][1] == version
        assert answer["packages"] == {"davosa": version}
    assert [one["version"] for one in answer["result"]["removed"]] == ["2.0"]
    assert venv.digest() == before


@BOTH
def test_nothing_to_do_leaves_no_folder_behind(venv, index, add_to, davos_home):
    add_to(venv, "davosa", "1.0")
    answer = venv.smuggle("davosa", name="davosa", imports=["davosa"])
    assert answer["result"]["installed"] == []
    assert not (davos_home / "projects" / "the project").exists()


def test_a_failure_tells_the_requirement_the_status_and_pips_last_words(venv, index, davos_home):
    answer = venv.smuggle("davosa==9", name="davosa", specifier="==9")
    kind, message = answer["error"]
    assert kind == "InstallerError"
    words = "pip could not install davosa==9 (exit status 1): No matching distribution found for"
    assert message.splitlines()[0].startswith(words)
    assert not (davos_home / "projects" / "the project").exists()


def test_pitfall_1_a_base_beside_the_project_with_its_name_in_front(
    venv, index, davos_home, add_to
):
    """The project is refused before pip could uninstall from `the project-env`."""
    other = davos_home / "projects" / "the project-env" / "site-packages"
    other.mkdir(parents=True)
    answer = venv.smuggle(
        "davosa", name="davosa", env={"PYTHONPATH": f"{other}:{venv.scratch}/lib"}
    )
    assert answer["error"][0] == "DavosProjectError"


@BOTH
@pytest.mark.parametrize(
    "settings",
    [
        {"PIP_TARGET": "{x}", "PIP_DRY_RUN": "1", "PIP_QUIET": "3"},
        {"PIP_PREFIX": "{x}"},
        {"PIP_ROOT": "{x}", "PIP_REQUIREMENT": "{x}", "PIP_NO_USER": "0"},
        {"PIP_USER": "1", "PIP_PYTHON": "{x}", "PIP_REQUIRE_VIRTUALENV": "1"},
        {"PYTHONHOME": "", "__PYVENV_LAUNCHER__": "{x}", "PIP_REPORT": "{x}"},
        {"PIP_requirement": "{x}", "PIP_only_dependencies": "1", "PIP_DRY-RUN": "1"},
    ],
)
def test_pitfall_2_variables_cannot_redirect_an_install(venv, index, tmp_path, settings):
    index("davosa", "1.0")
    env = {key: value.format(x=tmp_path / "x") for key, value in settings.items()}
    assert venv.smuggle("davosa", name="davosa", env=env)["packages"] == {"davosa": "1.0"}
    assert not (tmp_path / "x").exists()


PIP_CONF = [
    "target root user=true python",
    "prefix dry-run=true report",
    "requirement editable requirements-from-script",
    "only-deps=true quiet=3 python-version=2.7",
]


@BOTH
@pytest.mark.parametrize("settings", PIP_CONF)
def test_pitfall_2_pip_conf_cannot_redirect_an_install(venv, index, tmp_path, settings):
    """A pip does not mind keys that only later ones know."""
    index("davosa", "1.0")
    pairs = (setting.partition("=") for setting in settings.split())
    lines = "".join(f"{key} = {value or tmp_path / 'x'}\n" for key, _, value in pairs)
    config = tmp_path / "pip.conf"
    config.write_text(f"[global]\n{lines}[install]\n{lines}")
    answer = venv.smuggle("davosa", name="davosa", env={"PIP_CONFIG_FILE": str(config)})
    assert answer["packages"] == {"davosa": "1.0"}, answer
    assert not (tmp_path / "x").exists()


@BOTH
def test_a_wheel_of_this_platform_is_preferred_to_the_source(venv, index):
    from packaging.tags import sys_tags

    index("davosa", "1.0", tag=str(next(sys_tags())))
    env = {"PIP_ABI": "none", "PIP_PLATFORM": "any"}
    assert venv.smuggle("davosa", name="davosa", env=env)["packages"] == {"davosa": "1.0"}


@BOTH
def test_pip_conf_says_where_packages_come_from_and_which(venv, write_wheel, tmp_path):
    write_wheel(tmp_path, "davosa", "1.0")
    write_wheel(tmp_path, "davosa", "2.0")
    (tmp_path / "c.txt").write_text("davosa<2")
    config = tmp_path / "pip.conf"
    config.write_text(
        f"[global]\nno-index = true\nfind-links = {tmp_path}\nconstraint = {tmp_path / 'c.txt'}\n"
    )
    env = {"PIP_CONFIG_FILE": str(config), "PIP_FIND_LINKS": "", "PIP_NO_INDEX": ""}
    answer = venv.smuggle("davosa", name="davosa", env=env)
    assert answer["packages"] == {"davosa": "1.0"}, answer


def test_pitfall_2_an_install_that_did_not_land_is_an_error(venv, index, tmp_path):
    """A pip that a sitecustomize of the base changed, say."""
    index("davosa", "1.0")
    (venv.site_packages / "sitecustomize.py").write_text(
        "import sys\n"
        "if any('pip' in word for word in sys.argv[:1]) or '--no-user' in sys.argv:\n"
        "    sys.argv.append('--dry-run')\n"
    )
    kind, message = venv.smuggle("davosa", name="davosa")["error"]
    assert kind == "InstallerError"
    assert "dry-run" in message


def local_project(folder, name="davosa", version="1.0"):
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(
        f'[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
        f'[project]\nname = "{name}"\nversion = "{version}"\n[tool.setuptools]\npackages = ["{name}"]\n'
    )
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(f"__version__ = {version!r}\n")
    return folder


@BOTH
@pytest.mark.network
def test_pitfall_3_an_editable_install_wins_over_the_base(venv, add_to, tmp_path):
    add_to(venv, "davosa", "0.5")
    before = venv.digest()
    folder = local_project(tmp_path / "src" / "davosa")
    answer = venv.smuggle(
        "-e", "../src/davosa", name="davosa", path=str(folder), editable=True, imports=["davosa"]
    )
    assert answer["modules"]["davosa"] == [str(folder / "davosa" / "__init__.py"), "1.0"]
    assert answer["result"]["installed"][0]["editable"] is True
    assert venv.digest() == before


@BOTH
def test_pitfall_4_a_contradiction_is_a_warning(venv, index, add_to):
    add_to(venv, "davosp", "1.0", requires=["davosn<2"])
    add_to(venv, "davosn", "1.0")
    index("davosn", "2.0")
    answer = venv.smuggle("davosn==2.0", name="davosn", specifier="==2.0")
    assert answer["result"]["warnings"] == [
        "davosp 1.0 requires davosn<2, but davosn 2.0 is installed"
    ]


def git(folder, *args):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    done = subprocess.run(
        ["git", *identity, *args], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@BOTH
@pytest.mark.network
def test_pitfall_5_another_commit_of_the_same_version_is_installed(venv, tmp_path):
    folder = local_project(tmp_path / "repository")
    git(folder, "init", "-q")
    commits = []
    for text in ("one", "two"):
        (folder / "davosa" / "__init__.py").write_text(f"__version__ = {text!r}\n")
        git(folder, "add", ".")
        git(folder, "commit", "-qm", text)
        git(folder, "tag", text)
        commits.append(git(folder, "rev-parse", "HEAD"))
    for ref, commit in (("one", commits[0]), ("two", commits[1]), (commits[0], commits[0])):
        url = f"git+file://{folder}@{ref}#egg=davosa"  # pip < 24.1 refuses `name @ git+file:`
        answer = venv.smuggle(url, name="davosa", url=url, vcs="git", ref=ref, imports=["davosa"])
        assert answer["result"]["installed"][-1]["commit"] == commit
        assert answer["modules"]["davosa"][1] == ("one" if commit == commits[0] else "two")
    assert answer["after"] == ""


@pytest.mark.network
@pytest.mark.parametrize("version", ["20.3.4", "21.0", "22.0.4", "22.2", "22.3", "24.0", "26.3"])
def test_pitfall_6_old_and_new_pips(make_base, index, monkeypatch, version):
    base = make_base("venv")
    if version < "22" and sys.version_info >= (3, 12):
        pytest.skip("this pip does not run on this Python")
    with monkeypatch.context() as network:
        for name in ("PIP_NO_INDEX", "PIP_CONFIG_FILE"):
            network.delenv(name)
        command = [base.python, "-m", "pip", "install", "-q", f"pip=={version}"]
        subprocess.run(command, check=True, capture_output=True)
    index("davosa", "1.0", requires=["davosb"])
    index("davosb", "2.0")
    before = base.digest()
    (base.scratch / "pip.py").write_text("raise SystemExit('hijacked')")
    answer = base.smuggle("davosa", name="davosa", imports=["davosa", "davosb"])
    assert answer["packages"] == {"davosa": "1.0", "davosb": "2.0"}
    assert [one["name"] for one in answer["result"]["installed"]] == ["davosa", "davosb"]
    assert base.digest() == before


@BOTH
def test_pitfall_7_spawned_processes_and_other_children_see_the_project(venv, index):
    index("davosa", "1.0")
    venv.smuggle("davosa", name="davosa")
    script = venv.scratch / "spawn.py"
    script.write_text(
        "import multiprocessing, subprocess, sys\n"
        "from davos.environments import search_path\n"
        "from davos.environments.project import Project\n"
        "def work():\n    import davosa\n"
        "if __name__ == '__main__':\n"
        "    search_path.activate(Project('the project'))\n"
        "    child = multiprocessing.get_context('spawn').Process(target=work)\n"
        "    child.start(); child.join()\n"
        "    plain = subprocess.run([sys.executable, '-c', 'import davosa'], capture_output=True)\n"
        "    print(child.exitcode, plain.returncode)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(venv.scratch / "lib")}
    assert subprocess.check_output([venv.python, script], env=env, text=True).split() == ["0", "0"]


@BOTH
def test_pitfall_8_a_smuggled_module_does_not_shadow_the_standard_library(venv, index):
    index("enum34", "1.0", {"enum.py": "raise ImportError('shadowed')"})
    index("davosa", "1.0")
    venv.smuggle("enum34", name="enum34")
    answer = venv.smuggle("davosa", name="davosa", imports=["enum"])
    assert "the project" not in answer["modules"]["enum"][0]


def test_pitfall_9_the_report_lists_what_was_installed_and_nothing_when_satisfied(
    venv, index, pip_backend
):
    index("davosa", "1.0")
    first = venv.smuggle("davosa", name="davosa")["result"]
    assert [one["version"] for one in first["installed"]] == ["1.0"]
    said = {"pip": "Successfully installed davosa-1.0", "uv": "+ davosa==1.0"}
    assert said[pip_backend] in first["output"]
    assert venv.smuggle("davosa", name="davosa")["result"]["installed"] == []


@BOTH
@pytest.mark.network
def test_an_isolated_build_does_not_see_the_base(venv, add_to, tmp_path):
    """Base's setuptools must not build what asks for a newer one."""
    add_to(
        venv, "setuptools", "1.0", {"setuptools/__init__.py": "raise ImportError('of the base')"}
    )
    folder = local_project(tmp_path / "davosa")
    answer = venv.smuggle(folder, name="davosa", path=str(folder), imports=["davosa"])
    assert answer.get("error") is None
    assert answer["packages"] == {"davosa": "1.0"}


@BOTH
@pytest.mark.network
def test_an_old_namespace_package_is_loaded_without_a_warning(venv, davos_home):
    answer = venv.smuggle(
        "zope.interface==5.5.2",
        name="zope.interface",
        imports=["zope.interface"],
        env={"PYTHONWARNINGS": "error::RuntimeWarning"},
    )
    assert answer.get("error") is None
    assert list(davos_home.rglob("zope.interface-5.5.2-*-nspkg.pth"))
    assert str(davos_home) in answer["modules"]["zope.interface"][0]


@BOTH
def test_two_processes_install_one_after_the_other(venv, index):
    for name in ("davosa", "davosb"):
        index(name, "1.0")
    tasks = []
    for name in ("davosa", "davosb", "davosa", "davosb"):
        task = {"text": name, "name": name}
        code = (
            "from davos.environments.commit import commit\n"
            "from davos.environments.project import Project\n"
            "from davos.environments.staging import staging\n"
            "from davos.configuration import config\n"
            "from davos.installers import installer_for\n"
            "from davos.installers.base import Request\n"
            "from davos.onion.comment import Onion, Requirement\n"
            f"onion = Onion('pip', '', ({name!r},), Requirement(**{json.dumps(task)}))\n"
            "project = Project('the project')\n"
            "with project.lock(), staging(project.project_dir) as staged:\n"
            "    result = installer_for('pip', None, config.pip_backend).install(Request(onion), staged)\n"
            "    project.ensure()\n"
            "    commit(staged)\n"
            "    print(len(result.installed))\n"
        )
        env = {**os.environ, "PYTHONPATH": str(venv.scratch / "lib")}
        tasks.append(
            subprocess.Popen([venv.python, "-c", code], env=env, stdout=subprocess.PIPE, text=True)
        )
    counts = sorted(task.communicate()[0].strip() for task in tasks)
    assert counts == ["0", "0", "1", "1"]
