"""Where pip puts packages without a project: the environment itself, another one's pip, a folder."""

from __future__ import annotations

import subprocess

import pytest
from in_tree_backend import write_source

pytest.importorskip("IPython")
pytestmark = pytest.mark.slow


@pytest.fixture
def other(tmp_path, make_venv):
    """Another environment of the same Python."""
    make_venv(tmp_path / "other")
    return tmp_path / "other"


@pytest.fixture
def kernel(start_kernel, index, tmp_path):
    index("dvt", "1.0")
    index("dvt", "2.0")
    kernel = start_kernel(tmp_path / "nb.ipynb")
    kernel.run("import davos")
    return kernel


def test_packages_load_from_the_environment_of_the_pip_in_use(kernel, other):
    pip = str(other / "bin" / "pip")
    assert kernel.run(f"davos.pip_executable = {pip!r}\nprint(davos.pip_executable)") == f"{pip}\n"
    assert f"itself now: {other}" in kernel.run("davos.project = None")
    for version in ("1.0", "2.0"):
        cell = f"smuggle dvt  # pip: dvt=={version}\nprint(dvt.__version__, dvt.__file__)"
        shown = kernel.run(cell)
        assert f"installed dvt {version} (this environment)\n{version} {other}/lib" in shown
    davos_version = kernel.run("davos.require_pip('<1', warn=True)")
    assert "RuntimeWarning" in davos_version


def test_with_a_project_they_go_there(kernel, other, davos_home):
    kernel.run(f"davos.pip_executable = {str(other / 'bin' / 'pip')!r}")
    shown = kernel.run("smuggle dvt  # pip: dvt==1.0\nprint(dvt.__file__)")
    assert "(project nb)" in shown
    assert str(davos_home) in shown
    assert not list(other.rglob("dvt*"))


def test_a_bad_pip_changes_nothing(kernel):
    before = kernel.run("print(davos.pip_executable)")
    shown = kernel.run("davos.pip_executable = '/bin/ls'", allow_error=True)
    assert "DavosConfigError" in shown
    assert "is not pip" in shown
    assert kernel.run("print(davos.pip_executable)") == before


def test_a_target_folder_goes_on_the_search_path(kernel, tmp_path):
    assert "installs into the environment itself" in kernel.run("davos.project = None")
    assert kernel.run("davos.project = None") == "", "says so once"
    for version in ("1.0", "2.0"):
        cell = f"smuggle dvt  # pip: dvt=={version} -t {tmp_path}/lib"
        assert f"installed dvt {version}" in kernel.run(cell)
        shown = kernel.run("print(dvt.__version__, dvt.__file__)")
        assert shown == f"{version} {tmp_path}/lib/dvt.py\n"
    again = kernel.run(f"smuggle dvt  # pip: dvt==2.0 -t {tmp_path}/lib\nprint('ready')")
    assert again == "ready\n"
    assert kernel.run(f"import sys; print(sys.path.count('{tmp_path}/lib'))") == "1\n"


def test_a_target_folder_has_no_place_in_a_project(kernel, tmp_path):
    shown = kernel.run(f"smuggle dvt  # pip: dvt -t {tmp_path}/lib", allow_error=True)
    assert "OnionArgumentError" in shown
    assert "davos.project = None" in shown.replace("\n", " ")


def test_a_later_session_finds_the_target_folder(start_kernel, kernel, tmp_path):
    cell = f"davos.project = None\nsmuggle dvt  # pip: dvt==1.0 --target={tmp_path}/lib\n"
    kernel.run("davos.suppress_stdout = True\n" + cell)
    later = start_kernel()
    later.run("import davos; davos.suppress_stdout = True")
    assert later.run(cell + "print(dvt.__file__)").startswith(str(tmp_path))


def test_an_editable_checkout_is_in_the_project_and_src_elsewhere_is_refused(kernel, tmp_path):
    origin = tmp_path / "origin"
    write_source(origin, "dvtgit", "x = 1\n")
    commands = ["init -q", "add .", "-c user.name=a -c user.email=a@b commit -qm x"]
    for command in commands:
        subprocess.run(["git", "-C", origin, *command.split()], check=True)
    onion = f"-e git+file://{origin}#egg=dvtgit"
    outside = f"smuggle dvtgit  # pip: {onion} --src {tmp_path}/checkouts"
    assert "writes outside project" in kernel.run(outside, allow_error=True)
    assert not (tmp_path / "checkouts").exists()
    shown = kernel.run(f"smuggle dvtgit  # pip: {onion}\nprint(dvtgit.__file__)")
    assert "/src/dvtgit/dvtgit.py" in shown
    assert ".davos-staging" not in shown
    (origin / "dvtgit.py").write_text("x = 2\n")
    subprocess.run(["git", "-C", origin, *commands[-1].split(), "-a"], check=True)
    project = kernel.run("print(davos.project.project_dir)").strip()
    kernel.run(f"smuggle dvtgit  # pip: {onion} --src {project}/checkouts")
    # What is loaded stays, because the version is the same: a child loads what is there now.
    shown = kernel.run("!python -c 'import dvtgit; print(dvtgit.__file__, dvtgit.x)'")
    assert shown.strip() == f"{project}/checkouts/dvtgit/dvtgit.py 2"
