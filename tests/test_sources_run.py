"""Repositories and folders as sources: what is fetched, when, and what is told of it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from in_tree_backend import write_source

pytestmark = pytest.mark.slow
BOTH = pytest.mark.usefixtures("pip_backend")


def write_package(folder, value):
    write_source(folder, "dvtsrc", f"value = {value!r}\n")


class Repository:
    """A git repository on disk."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments):
        environ = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
        identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
        command = ["git", *identity, *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environ, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, value, tag=None, below="."):
        """Commit a package whose version never changes; the commit's id."""
        write_package(self.folder / below, value)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", str(value))
        if tag:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")

    @property
    def url(self):
        return f"git+file://{self.folder}"


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "repo")


@pytest.fixture
def run(tmp_path, index):
    """A function that runs a script as one session; its output lines, installs first-hand."""

    def call(*lines):
        script = tmp_path / "script.py"
        script.write_text("import davos\n" + "\n".join(lines) + "\n")
        done = subprocess.run(
            [sys.executable, "-m", "davos", "run", str(script)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines(), done.stderr.count("installed dvtsrc")

    return call


def smuggle(source, options=""):
    return f"smuggle dvtsrc  # pip: {source} {options}".rstrip()


SHOW = "print(dvtsrc.value)"


@BOTH
def test_another_tag_with_the_same_version_is_fetched_and_the_same_tag_once(repository, run):
    repository.commit("one", tag="v1")
    repository.commit("two", tag="v2")
    first, second = (f"{repository.url}@{tag}#egg=dvtsrc" for tag in ("v1", "v2"))
    lines = [smuggle(first), SHOW, smuggle(first), SHOW, smuggle(second), SHOW]
    assert run(*lines) == (["one", "one", "two"], 2)


@BOTH
def test_a_full_commit_is_satisfied_in_a_later_session_and_told(repository, run):
    commit = repository.commit("one")
    repository.commit("two")
    lines = [
        smuggle(f"{repository.url}@{commit}#egg=dvtsrc"),
        SHOW,
        "print(davos.config.smuggled['dvtsrc'].endswith(';commit=' + " + repr(commit) + "))",
        "print(" + repr(commit) + " in davos.project.freeze())",
    ]
    assert run(*lines) == (["one", "True", "True"], 1)
    assert run(*lines) == (["one", "True", "True"], 0)


@BOTH
def test_a_branch_is_fetched_again_in_a_later_session(repository, run):
    repository.commit("one")
    lines = [smuggle(f"{repository.url}@main#egg=dvtsrc"), SHOW]
    assert run(*lines) == (["one"], 1)
    repository.commit("two")
    assert run(*lines) == (["two"], 1)


@BOTH
def test_a_package_below_the_repositorys_root(repository, run):
    repository.commit("below", below="python/pkg")
    source = f"{repository.url}#egg=dvtsrc&subdirectory=python/pkg"
    assert run(smuggle(source), SHOW) == (["below"], 1)


def test_an_editable_repository_is_cloned_into_the_project(repository, run):
    repository.commit("one")
    line = f"smuggle dvtsrc  # pip: -e {repository.url}#egg=dvtsrc"
    shown, installs = run(line, SHOW, "print(dvtsrc.__file__)")
    assert (shown[0], installs) == ("one", 1)
    assert "/src/dvtsrc/" in shown[1]
    assert ".davos-staging" not in shown[1]


@BOTH
@pytest.mark.parametrize("form", ["./pkg", "{0}", "file://{0}"])
def test_a_folder_is_installed_again_when_it_changed(run, tmp_path, form):
    folder = tmp_path / "pkg"
    write_package(folder, "one")
    line = smuggle(form.format(folder))
    assert run(line, SHOW, line, SHOW) == (["one", "one"], 1)
    assert run(line, SHOW) == (["one"], 0)
    write_package(folder, "two")
    assert run(line, SHOW) == (["two"], 1)


@BOTH
def test_a_folder_that_changes_within_a_session_is_installed_again(run, tmp_path):
    folder = tmp_path / "pkg"
    write_package(folder, "one")
    change = f"open({str(folder / 'dvtsrc.py')!r}, 'w').write('value = 2\\n')"
    line = smuggle("./pkg")
    assert run(line, SHOW, change, line, SHOW) == (["one", "2"], 2)


@BOTH
def test_an_editable_folder_is_imported_as_it_is(run, tmp_path):
    folder = tmp_path / "pkg"
    write_package(folder, "one")
    assert run("smuggle dvtsrc  # pip: -e ./pkg", SHOW) == (["one"], 1)
    (folder / "dvtsrc.py").write_text("value = 'edited'\n")
    assert run("smuggle dvtsrc  # pip: -e ./pkg", SHOW) == (["edited"], 0)


@BOTH
def test_a_direct_url_extras_and_hashes(run, index, tmp_path):
    import hashlib

    wheel = index("dvtsrc", "1.0", {"dvtsrc.py": "value = 'wheel'\n"})
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert run(smuggle(f"dvtsrc @ file://{wheel}"), SHOW) == (["wheel"], 1)
    assert run(smuggle(f"dvtsrc @ file://{wheel}"), SHOW)[0] == ["wheel"]
    assert run(smuggle("dvtsrc==1.0", f"-I --hash=sha256:{digest}"), SHOW) == (["wheel"], 1)
