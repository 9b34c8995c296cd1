"""Staging environments: what an installer sees there, and what becomes of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from distributions_on_disk import SITE, beside, packages, tree, write_distribution
from waiting import wait_for

from davos.environments import overlay
from davos.environments.staging import Staging, staging, sweep
from davos.exceptions import DavosProjectError


@pytest.fixture
def base(tmp_path):
    """A site-packages folder of the base, and the search path that shows it."""
    folder = tmp_path / "base" / "site-packages"
    folder.mkdir(parents=True)
    return folder


def seen_path(python):
    answer = subprocess.run(
        [python, "-c", "import json, sys; print(json.dumps(sys.path))"],
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(answer.stdout)


@pytest.mark.parametrize("is_laid_over_base", [True, False])
def test_its_python_sees_staging_then_project_then_base(project, base, is_laid_over_base):
    overlay.ensure(project, [base] if is_laid_over_base else [], [])
    with staging(project, [str(base)]) as made:
        sites = [entry for entry in seen_path(made.python) if entry.endswith("site-packages")]
        # site.py reads the `.pth` files of a virtual environment twice
        assert list(dict.fromkeys(sites)) == [
            str(made.site_packages),
            str(project / SITE),
            str(base),
        ]


def test_a_project_need_not_exist(tmp_path, base):
    with staging(tmp_path / "projects" / "new", [str(base)]) as made:
        assert str(base) in seen_path(made.python)
    assert os.listdir(tmp_path / "projects") == []


def test_it_lies_beside_the_project_and_is_gone_afterwards(project):
    with staging(project, []) as made:
        assert made.prefix.parent.parent == project.parent
        assert not str(made.prefix).startswith(str(project))
        assert not str(project).startswith(str(made.prefix))
        assert beside(project) == [made.folder.name]
    assert beside(project) == []


def test_it_is_gone_after_an_error_too(project):
    with pytest.raises(ZeroDivisionError), staging(project, []):
        raise ZeroDivisionError
    assert beside(project) == []


def test_it_tells_what_was_installed_into_it(project):
    write_distribution(project, "a", "1", {"a.py": ""})
    with staging(project, []) as made:
        assert made.staged() == []
        write_distribution(made.prefix, "b", "2", {"b.py": ""})
        assert [(one.name, one.version) for one in made.staged()] == [("b", "2")]
        assert made.staged()[0].location == made.site_packages


HOLDER = """
import os, sys, time
from pathlib import Path
from davos.environments.staging import staging
import subprocess
with staging(Path(sys.argv[1]), []) as made:
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        stdin=int(sys.argv[2]), pass_fds=[made.descriptor],
        stdout=subprocess.DEVNULL,
    )
    print(made.folder, flush=True)
    sys.stdin.read()
"""


def test_one_is_kept_until_kernel_and_installer_are_gone(project):
    reading, writing = os.pipe()
    kernel = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(project), str(reading)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[reading],
        text=True,
    )
    os.close(reading)
    folder = Path(kernel.stdout.readline().strip())
    sweep(project)
    assert folder.is_dir()
    kernel.kill()
    kernel.communicate()
    sweep(project)
    assert folder.is_dir()  # the installer goes on
    os.close(writing)
    wait_for(lambda: sweep(project) or not folder.exists())
    assert beside(project) == []


def test_the_next_one_deletes_what_a_killed_one_left(project):
    left = project.with_name(f".davos-staging-{project.name}-abcdefgh")
    other = project.with_name(f".davos-staging-{project.name}-2-abcdefgh")
    for folder in (left, other):
        (folder / "environment").mkdir(parents=True)
    with staging(project, []):
        assert not left.exists()
        assert other.is_dir()


def test_many_at_once_do_not_delete_each_other(project):
    with staging(project, []) as one, staging(project, []) as two:
        sweep(project)
        assert one.folder.is_dir()
        assert two.folder.is_dir()
        assert one.folder != two.folder


def test_one_that_is_swept_before_it_is_locked_is_made_anew(project, monkeypatch):
    from davos.environments import staging as module

    hold, made = module._hold_now, []

    def late(path):
        made.append(path)
        if len(made) == 1:
            module.trash.discard(path.parent, path.parent.parent)
        return hold(path)

    monkeypatch.setattr(module, "_is_file", lambda path, descriptor: len(made) > 1)
    monkeypatch.setattr(module, "_hold_now", late)
    with staging(project, []) as found:
        assert found.folder == made[1].parent


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DavosProjectError, match="cannot write to"):
        staging(tmp_path / "file" / "project", []).__enter__()


@pytest.fixture
def pip(index):
    """A function that runs the test environment's pip in a staging environment."""

    def run(made, *arguments):
        command = [str(made.python), "-m", "pip", "install", "--no-compile", "--no-user"]
        report = made.folder / "report.json"
        done = subprocess.run(
            [*command, f"--report={report}", "--disable-pip-version-check", *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
        installed = json.loads(report.read_text())["install"] if report.exists() else None
        return done, installed

    return run


@pytest.mark.slow
def test_pip_replaces_a_package_of_the_project_without_touching_it(project, pip, index):
    for version in ("1", "2"):
        index("davosa", version, requires=["davosb"])
    index("davosb", "1")
    overlay.ensure(project, [Path(p) for p in sys.path if p.endswith("site-packages")], [])
    write_distribution(project, "davosa", "1", {"davosa.py": "1"})
    write_distribution(project, "davosb", "1", {"davosb.py": "1"})
    before = tree(project)
    with staging(project) as made:
        done, installed = pip(made, "davosa==2", "davosb")
        assert done.returncode == 0, done.stdout + done.stderr
        assert [(one["metadata"]["name"], one["metadata"]["version"]) for one in installed] == [
            ("davosa", "2")
        ]
        assert [(one.name, one.version) for one in made.staged()] == [("davosa", "2")]
        assert tree(project) == before


@pytest.mark.slow
def test_a_contradiction_leaves_nothing(project, pip, index):
    index("davosa", "1", requires=["davosb<2"])
    index("davosb", "2")
    overlay.ensure(project, [Path(p) for p in sys.path if p.endswith("site-packages")], [])
    before = tree(project)
    with staging(project) as made:
        done, installed = pip(made, "davosa", "davosb==2")
        assert (done.returncode, installed) == (1, None)
        assert packages(made.prefix) == {}
    assert tree(project) == before


def test_a_staging_environment_is_plain_data(tmp_path):
    made = Staging(tmp_path / "s", tmp_path / "p", 3)
    assert made.python == tmp_path / "s" / "environment" / "bin" / "python"
    assert made.site_packages == tmp_path / "s" / "environment" / SITE
    assert made.source_folder == tmp_path / "s" / "environment" / "src"
