"""Installs with uv: the command, what it is shown, and what it leaves."""

import os
import sys
from pathlib import Path

import pytest

from davos import subprocesses
from davos.distributions import index as distributions
from davos.environments import overlay
from davos.environments.commit import commit
from davos.environments.staging import staging
from davos.exceptions import DavosConfigError, InstallerError
from davos.installers import installer_for
from davos.installers.base import Listener, Request
from davos.installers.uv import Uv, UvFiles, plan
from davos.installers.uv_arguments import UvArguments, arguments_of
from davos.installers.uv_command import find_uv
from davos.installers.uv_stubs import Stubs
from davos.onion.validator import validate_text

NEEDS_UV = pytest.mark.skipif(find_uv() is None, reason="there is no uv here")
DIGEST = "sha256:" + "ab" * 32


def planned(args, **files):
    onion = validate_text("uv", args)
    arguments = arguments_of(onion, {})
    return plan(Request(onion, ("a==1",)), None, "/bin/uv", UvFiles(**files), arguments)


def test_the_command_has_uvs_options_and_reads_no_configuration():
    argv = planned("six==1.0 --prerelease allow -vv", constraints=Path("c.txt")).argv
    assert argv[:4] == ("/bin/uv", "pip", "install", "--no-config")
    assert argv[argv.index("--python") + 1] == sys.executable
    assert argv[-6:] == ("-c", "c.txt", "--prerelease", "allow", "six==1.0", "a==1")


def test_with_a_digest_the_requirement_is_in_the_file_and_each_needs_one():
    argv = planned(f"six==1.0 --hash {DIGEST}", requirements=Path("r.txt")).argv
    assert argv[-4:] == ("-r", "r.txt", "--require-hashes", "a==1")


def test_uv_is_the_one_that_downloads_no_python():
    assert planned("six").env["UV_PYTHON_DOWNLOADS"] == "never"


def test_without_uv_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("davos.installers.uv.find_uv", lambda: None)
    with pytest.raises(
        InstallerError, match="there is no uv here; install it with `pip install uv`"
    ):
        Uv().install(Request(validate_text("uv", "six")), None)


def test_a_backend_that_does_not_exist_is_an_error():
    with pytest.raises(DavosConfigError, match="must be one of 'auto', 'pip', 'uv', not 'brew'"):
        installer_for("pip", None, "brew")


def test_a_backend_that_has_no_equivalent_is_an_error_and_installs_nothing(monkeypatch):
    monkeypatch.setattr("davos.installers.backend.find_uv", lambda: "/bin/false")
    request = Request(validate_text("pip", "six --prefer-binary"))
    with pytest.raises(InstallerError, match="with uv: uv has no equivalent of --prefer-binary"):
        installer_for("pip", None, "uv").install(request, None)


class Recorder:
    """A pip that installs nothing."""

    requests: list = []  # noqa: RUF012 - those of all, until a test begins anew

    def __init__(self, other=None):
        self.other = other

    def install(self, request, environment, *, listener, descriptors):
        self.requests.append(request)


@pytest.fixture
def auto(monkeypatch):
    """An automatic backend with a pip that records, and the lines that it tells."""
    monkeypatch.setattr("davos.installers.pip.Pip", Recorder)
    monkeypatch.setattr("davos.installers.backend.find_uv", lambda: "/bin/false")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    told = []

    def install(args, environment, other=None):
        monkeypatch.setattr(Recorder, "requests", [])
        backend = installer_for("pip", other, "auto")
        onion = validate_text("pip", args)
        backend.install(Request(onion), environment, listener=Listener(output=told.append))
        assert len(Recorder.requests) == 1
        return told

    return install


@pytest.mark.parametrize(
    ("args", "env", "words"),
    [
        ("six --prefer-binary", {}, "uv has no equivalent of --prefer-binary"),
        ("six", {"PIP_PREFER_BINARY": "1"}, "--prefer-binary (in PIP_PREFER_BINARY)"),
        ("six", {"PIP_TIMEOUT": "soon"}, "PIP_TIMEOUT says timeout = 'soon'"),
        ("six -i https://u:secret@${H}/", {}, "the value of a variable"),
    ],
)
def test_pip_installs_what_uv_cannot_and_the_output_says_why(
    auto, tmp_path, monkeypatch, args, env, words
):
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with staging(tmp_path / "project", []) as made:
        told = auto(args, made)
    assert words in told[0]
    assert told[0].startswith("davos installs with pip: ")
    assert "secret" not in told[0]


def test_pip_installs_where_no_project_is_active_or_a_pip_is_chosen(auto, tmp_path):
    assert auto("six", None) == ["davos installs with pip: no project is active"]
    with staging(tmp_path / "project", []) as made:
        told = auto("six", made, other=object())
    assert "davos.config.pip_executable" in told[-1]


def test_pip_tries_what_uv_failed_at(auto, tmp_path):
    with staging(tmp_path / "project", []) as made:
        told = auto("six", made)
        assert not list(made.site_packages.glob("*.dist-info"))
    assert told[-1].startswith("davos installs with pip: uv failed (uv could not install six")


# ---- with uv itself ----


@pytest.fixture
def install(tmp_path, index, fill, monkeypatch):
    """A function that installs into a project with uv, by the wheels of `index`."""
    project = tmp_path / "projects" / "p"
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))

    def run(*args, others=(), constraints=(), into=project, path=(), **options):
        overlay.ensure(into, [], [])
        with staging(into, list(path)) as made:
            onion = validate_text("pip", " ".join(args))
            request = Request(onion, tuple(others), tuple(constraints))
            result = installer_for("pip", None, "uv").install(request, made)
            left = sorted(one.name for one in made.prefix.iterdir())
            assert left == sorted({*left} - {".lock", "CACHEDIR.TAG"})
            commit(made)
        distributions.clear_caches()
        return {one.name: one.version for one in result.installed}

    run.project = project
    return run


def packages(project):
    distributions.clear_caches()
    found = distributions.distributions([str(overlay.site_packages_of(project))])
    return {one.name: one.version for one in found}


@NEEDS_UV
@pytest.mark.slow
def test_what_is_there_stays_and_what_does_not_fit_is_replaced(install, index):
    index("davosa", "1.0", requires=["davosb"])
    index("davosa", "2.0", requires=["davosb>=2"])
    index("davosb", "1.0")
    index("davosb", "2.0")
    assert install("davosa==1.0", others=["davosb==1.0"]) == {"davosa": "1.0", "davosb": "1.0"}
    assert install("davosa") == {}
    assert install("davosa==2.0") == {"davosa": "2.0", "davosb": "2.0"}
    assert packages(install.project) == {"davosa": "2.0", "davosb": "2.0"}
    assert install("davosb -U") == {}
    assert install("davosa --force-reinstall") == {"davosa": "2.0", "davosb": "2.0"}


@NEEDS_UV
@pytest.mark.slow
def test_what_no_index_has_is_seen_in_the_base(install, index, tmp_path):
    """A private package, an editable one with a URL, one with a version that is none."""
    base = tmp_path / "base" / "site-packages"
    for name, version in {"davosp": "3.0", "davosq": "not-a-version"}.items():
        info = base / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "RECORD").write_text(f"{name}.py,,\n")
    (base / "davosp-3.0.dist-info" / "direct_url.json").write_text(
        f'{{"url": "{tmp_path.as_uri()}", "dir_info": {{"editable": true}}}}'
    )
    before = {path: path.read_bytes() for path in base.rglob("*") if path.is_file()}
    index("davosa", "1.0", requires=["davosp>=2"])
    assert install("davosa", path=[str(base)]) == {"davosa": "1.0"}
    assert {path: path.read_bytes() for path in base.rglob("*") if path.is_file()} == before


@NEEDS_UV
@pytest.mark.slow
@pytest.mark.parametrize(
    ("needs", "version", "runs"), [("davosb", "1.0", 1), ("davosb>=2", "2.0", 2)]
)
def test_uv_sees_all_once_it_needs_another_version_of_something(
    install, index, fill, monkeypatch, needs, version, runs
):
    """davosb is in the project, and no statement names it."""
    for one in ("1.0", "2.0"):
        index("davosb", one)
    index("davosa", "1.0", requires=[needs])
    index("davosc", "1.0", requires=["davosa"])
    install("davosb==1.0")
    commands = []
    run = subprocesses.run

    def noted(argv, *args, **kwargs):
        commands.append(argv)
        return run(argv, *args, **kwargs)

    monkeypatch.setattr("davos.installers.run_plan.subprocesses.run", noted)
    install("davosc")
    assert packages(install.project) == {"davosa": "1.0", "davosb": version, "davosc": "1.0"}
    assert ["--excludes" in argv for argv in commands] == [True, False][:runs]


@NEEDS_UV
@pytest.mark.slow
def test_a_uv_without_excludes_sees_all(install, index, tmp_path, monkeypatch):
    """The program stands for a uv that has no such option yet."""
    old = tmp_path / "uv"
    old.write_text(
        f"""#!{sys.executable}
import os, sys
if "--excludes" in sys.argv:
    sys.exit("error: unexpected argument '--excludes' found")
os.execv({find_uv()!r}, sys.argv)
"""
    )
    old.chmod(0o755)
    monkeypatch.setattr("davos.installers.backend.find_uv", lambda: str(old))
    index("davosa", "1.0")
    index("davosb", "1.0")
    install("davosb")
    assert install("davosa") == {"davosa": "1.0"}


@NEEDS_UV
@pytest.mark.slow
def test_a_contradiction_names_both_sides_and_leaves_nothing(install, index):
    index("davosa", "1.0", requires=["davosb<2"])
    index("davosb", "2.0")
    with pytest.raises(InstallerError) as caught:
        install("davosb==2.0", others=["davosa==1.0"])
    from davos.installers.conflict import contradiction_in

    sentence = "davosb==2.0 does not go with davosa 1.0, which needs davosb<2"
    assert contradiction_in(caught.value.output) == sentence
    assert packages(install.project) == {}


@NEEDS_UV
@pytest.mark.slow
def test_a_second_project_shares_the_files_and_no_cached_one_is_written_to(
    install, index, tmp_path
):
    files = {
        "davosa.py": "x = 1\n" * 100,
        "davosa-1.0.dist-info/entry_points.txt": "[console_scripts]\ndavosa = davosa:x\n",
    }
    index("davosa", "1.0", files)
    one, two = tmp_path / "projects" / "p", tmp_path / "projects" / "q"
    install("davosa", into=one)
    install("davosa", into=two)
    modules = [overlay.site_packages_of(project) / "davosa.py" for project in (one, two)]
    assert modules[0].samefile(modules[1])
    for project in (one, two):
        script = (project / "bin" / "davosa").read_text()
        # the second form is that of an interpreter whose path is too long for the first line
        forms = (f"#!{project}/bin/python", f"#!/bin/sh\n'''exec' \"{project}/bin/python\" ")
        assert script.startswith(forms)
    cached = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert not any(b"/projects/" in path.read_bytes() for path in cached if path.suffix != ".lock")


@NEEDS_UV
@pytest.mark.slow
def test_digests_are_checked_with_what_the_session_asked_for_as_constraints(install, index):
    import hashlib

    wheel = index("davosa", "1.0")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    constraints = ["davosb==1.0", "matplotlib-inline>=0.1"]
    with pytest.raises(InstallerError, match="do not trust it"):
        install(f"davosa==1.0 --hash {DIGEST}", constraints=constraints)
    found = install(f"davosa==1.0 --hash sha256:{digest}", constraints=constraints)
    assert found == {"davosa": "1.0"}


@NEEDS_UV
@pytest.mark.slow
def test_a_local_folder_is_recorded_with_its_url(install, index, tmp_path):
    wheel = index("davosa", "1.0")
    onion = validate_text("pip", str(wheel))
    overlay.ensure(install.project, [], [])
    with staging(install.project, []) as made:
        result = installer_for("pip", None, "uv").install(Request(onion), made)
    (one,) = result.installed
    assert (one.direct, one.url) == (True, wheel.as_uri())


def test_stubs_are_gone_unless_they_were_replaced(tmp_path, fill):
    base = tmp_path / "base" / "davosa-1.0.dist-info"
    base.mkdir(parents=True)
    (base / "METADATA").write_text("Metadata-Version: 2.1\nName: davosa\nVersion: 1.0\n")
    (found,) = distributions.distributions([str(base.parent)])
    site = tmp_path / "site"
    site.mkdir()
    stubs = Stubs(site)
    stubs.write([found], validate_text("pip", "davosb").requirement)
    assert (site / base.name / "METADATA").is_file()
    stubs.remove()
    assert not os.listdir(site)
    stubs.write([found], validate_text("pip", "davosb").requirement)
    (site / base.name / "RECORD").write_text("davosa.py,,\n")
    stubs.remove()
    assert os.listdir(site) == [base.name]


@pytest.mark.parametrize(
    ("args", "shown"),
    [
        ("davosb", True),
        ("davosa==2", True),
        ("davosa @ git+https://h/r@main", False),
        ("git+https://h/r@main", False),
        ("git+https://h/other", True),
        ("./there", False),
        ("./elsewhere", True),
    ],
)
def test_what_a_url_or_a_path_names_is_not_shown(tmp_path, monkeypatch, args, shown):
    monkeypatch.chdir(tmp_path)
    info = tmp_path / "base" / "davosa-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: davosa\nVersion: 1.0\n")
    origin = '{"url": "https://h/r", "vcs_info": {"vcs": "git", "commit_id": "a"}}'
    if args.startswith("."):
        origin = f'{{"url": "{(tmp_path / "there").as_uri()}", "dir_info": {{}}}}'
    (info / "direct_url.json").write_text(origin)
    site = tmp_path / "site"
    site.mkdir()
    found = distributions.distributions([str(info.parent)])
    Stubs(site).write(found, validate_text("pip", args).requirement)
    assert bool(os.listdir(site)) is shown


def test_arguments_without_anything_are_empty():
    assert UvArguments() == UvArguments((), (), {}, sees_installed=True)
