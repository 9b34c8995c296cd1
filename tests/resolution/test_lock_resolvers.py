"""Locks that uv and pip make of a document, with an index on the loopback."""

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from importlib import metadata

import pytest
from packaging.version import Version

from davos.documents.reader import read_document, read_text
from davos.exceptions import LockError
from davos.installers.uv_command import find_uv
from davos.resolution.as_of import read_as_of
from davos.resolution.lock_check import changes
from davos.resolution.lock_document import read_lock, write_lock
from davos.resolution.lock_making import Wishes, make_lock
from davos.resolution.lock_options import dated_sources
from davos.resolution.lock_resolver import resolver

pytestmark = pytest.mark.slow
HERE = "{}.{}".format(*sys.version_info)
NEEDS_UV = pytest.mark.skipif(find_uv() is None, reason="needs uv")
BACKENDS = [pytest.param("uv", marks=NEEDS_UV), "pip"]
PIP = Version(metadata.version("pip")).release
OWN = f"cp{HERE.replace('.', '')}"


@pytest.fixture
def lock(package_index, tmp_path, request):
    """A function that locks a text with one of the resolvers."""

    def make(backend, text, *, before=None, as_of=None, **wishes):
        document = read_text(text, str(tmp_path / "a.py"))
        date = {"as_of": as_of, "cutoff": read_as_of(as_of).cutoff} if as_of else {}
        asked = Wishes(**{"python": HERE, **date, **wishes})
        return make_lock(document, asked, before, resolver(backend))

    return make


def versions(lock):
    return {package.name: str(package.version or "") for package in lock.pylock.packages}


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_lock_has_all_that_is_needed_with_hashes_and_who_needs_it(lock, package_index, backend):
    package_index.add("app", "1.0", requires=["lib>=1", "win; sys_platform == 'win32'"])
    package_index.add("lib", "1.0")
    package_index.add("lib", "2.0")
    path = package_index.add("win", "1.0")
    found = lock(backend, "smuggle app  # pip: app\n")
    assert versions(found).items() >= {"app": "1.0", "lib": "2.0"}.items()
    app, lib = (next(p for p in found.pylock.packages if p.name == name) for name in ("app", "lib"))
    assert {"name": "lib"} in [dict(one) for one in app.dependencies]
    assert lib.wheels[0].url == f"{package_index.host}/files/lib-2.0-py3-none-any.whl"
    assert len(lib.wheels[0].hashes["sha256"]) == 64
    if backend == "uv":
        assert found.platform is None
        win = next(p for p in found.pylock.packages if p.name == "win")
        assert str(win.marker) == 'sys_platform == "win32"'
        assert path.name in win.wheels[0].url
    else:
        assert found.platform.split()[0] in {"Linux", "Darwin"}
        assert "win" not in versions(found)
        assert len(found.pylock.environments) == 1


@pytest.mark.skipif(PIP < (26, 0), reason="this pip has no option for a date")
def test_a_folder_of_pips_settings_is_no_source_as_of_a_date(
    lock, package_index, tmp_path, write_wheel, monkeypatch
):
    package_index.add("lib", "1.0", uploaded="2023-10-01T12:00:00Z")
    folder = tmp_path / "simple" / "lib"
    folder.mkdir(parents=True)
    write_wheel(folder, "lib", "9.0")
    (folder / "index.html").write_text('<a href="lib-9.0-py3-none-any.whl">x</a>')
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", folder.parent.as_uri())
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    assert versions(lock("pip", "smuggle lib")) == {"lib": "9.0"}
    assert versions(lock("pip", "smuggle lib", as_of="2023-10-01")) == {"lib": "1.0"}


def test_an_index_in_a_folder_has_no_dates(tmp_path):
    environ = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": tmp_path.as_uri()}
    with pytest.raises(LockError, match="PIP_INDEX_URL names a folder"):
        dated_sources(environ, tmp_path)


@pytest.mark.parametrize("backend", BACKENDS)
def test_nothing_uploaded_later_is_taken(lock, package_index, backend):
    package_index.add("lib", "1.0", uploaded="2023-10-01T12:00:00Z")
    package_index.add("lib", "2.0", uploaded="2023-10-02T00:00:00Z")
    if backend == "pip" and PIP < (26, 0):  # it has no option for that
        with pytest.raises(LockError, match=r"needs uv or pip >= 26\.0, and this is pip \d"):
            lock(backend, "smuggle lib", as_of="2023-10-01")
        return
    assert versions(lock(backend, "smuggle lib", as_of="2023-10-01")) == {"lib": "1.0"}
    assert versions(lock(backend, "smuggle lib", as_of="2023-10-02")) == {"lib": "2.0"}
    with pytest.raises(LockError, match="cannot be resolved together"):
        lock(backend, "smuggle lib", as_of="2023-09-30")


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_was_locked_stays_unless_it_is_upgraded(lock, package_index, backend):
    for name in ("one", "two"):
        package_index.add(name, "1.0")
    make = partial(lock, backend, "smuggle one\nsmuggle two\n")
    first = make()
    for name in ("one", "two"):
        package_index.add(name, "2.0")
    upgraded = make(before=first, upgrade_packages=("two",))
    assert versions(upgraded) == {"one": "1.0", "two": "2.0"}
    assert [str(change) for change in changes(first, upgraded)] == ["  two 1.0 -> 2.0"]
    if backend == "uv":
        assert versions(make(before=first)) == {"one": "1.0", "two": "1.0"}
        assert versions(make(before=first, upgrade=True)) == {"one": "2.0", "two": "2.0"}
    higher = lock(backend, "smuggle one  # pip: one>1\nsmuggle two\n", before=first)
    assert versions(higher)["one"] == "2.0"


@pytest.mark.parametrize("backend", BACKENDS)
def test_early_versions_are_taken_of_the_package_that_allows_them(lock, package_index, backend):
    for name in ("one", "two"):
        package_index.add(name, "1.0")
        package_index.add(name, "2.0b1")
    found = lock(backend, "smuggle one  # pip: one --pre\nsmuggle two  # pip: two\n")
    assert versions(found) == {"one": "2.0b1", "two": "1.0"}


@pytest.mark.parametrize("backend", BACKENDS)
def test_pips_settings_count_for_both_resolvers(
    lock, package_index, tmp_path, write_wheel, monkeypatch, backend
):
    monkeypatch.delenv("UV_DEFAULT_INDEX")
    for version in ("1.0", "2.0", "3.0"):
        package_index.add("one", version)
    (tmp_path / "limits.txt").write_text("one<3\n")
    (tmp_path / "links").mkdir()
    write_wheel(tmp_path / "links", "two", "1.0")
    monkeypatch.setenv("PIP_CONSTRAINT", "limits.txt")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "links"))
    found = lock(backend, "smuggle one  # pip: one\nsmuggle two\n")
    assert versions(found) == {"one": "2.0", "two": "1.0"}


@NEEDS_UV
def test_the_options_of_onion_comments_for_uv_count(lock, package_index, monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", f"{package_index.host}/nothing")
    for version in ("1.0", "2.0", "3.0b1"):
        package_index.add("one", version)
    asked = f"smuggle one  # uv: one --index-url {package_index.url}"
    assert versions(lock("uv", f"{asked} --prerelease allow\n")) == {"one": "3.0b1"}
    assert versions(lock("uv", f"{asked} --resolution lowest\n")) == {"one": "1.0"}


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_contradiction_names_both_statements(lock, package_index, backend):
    package_index.add("app", "1.0", requires=["lib<2"])
    package_index.add("lib", "1.0")
    package_index.add("lib", "2.0")
    with pytest.raises(LockError) as raised:
        lock(backend, "smuggle app  # pip: app\nsmuggle lib  # pip: lib==2.0\n")
    assert str(raised.value).splitlines()[-2:] == ["  app (row 1)", "  lib==2.0 (row 2)"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_commit_of_a_repository_and_the_tree_of_a_folder_are_locked(
    lock, package_index, tmp_path, backend
):
    if shutil.which("git") is None:
        pytest.skip("needs git")
    for name in ("repo", "local"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "backend.py").write_text(BACKEND.replace("NAME", name))
        (tmp_path / name / "pyproject.toml").write_text(PYPROJECT)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path / "repo")]
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *words], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, stdout=subprocess.PIPE).stdout
    url = f"git+{(tmp_path / 'repo').as_uri()}@main"
    found = lock(backend, f"smuggle repo  # pip: {url}\nsmuggle local  # pip: ./local\n")
    local, repo = found.pylock.packages
    assert (repo.vcs.type, repo.vcs.commit_id) == ("git", commit.decode().strip())
    assert repo.vcs.requested_revision == "main"
    assert local.directory.path == "local"
    assert set(found.trees) == {"local"}


PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
BACKEND = """
import os, zipfile
METADATA = "Metadata-Version: 2.1\\nName: NAME\\nVersion: 1.0\\n"
WHEEL = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info = os.path.join(folder, "NAME-1.0.dist-info")
    os.mkdir(info)
    for name, text in (("METADATA", METADATA), ("WHEEL", WHEEL)):
        with open(os.path.join(info, name), "w") as file:
            file.write(text)
    return "NAME-1.0.dist-info"
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "NAME-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("NAME-1.0.dist-info/METADATA", METADATA)
        wheel.writestr("NAME-1.0.dist-info/WHEEL", WHEEL)
        wheel.writestr("NAME-1.0.dist-info/RECORD", "")
    return name
"""


@NEEDS_UV
def test_uv_locks_for_all_platforms_and_one_python(lock, package_index):
    tags = (f"{OWN}-{OWN}-win_amd64", f"{OWN}-{OWN}-manylinux2014_x86_64", "cp38-cp38-win_amd64")
    for tag in tags:
        package_index.add("lib", "1.0", tag=tag)
    (package,) = lock("uv", "smuggle lib").pylock.packages
    assert {one.filename for one in package.wheels} == {f"lib-1.0-{tag}.whl" for tag in tags[:2]}


@NEEDS_UV
def test_uv_locks_for_another_python(lock, package_index):
    package_index.add("lib", "1.0", requires=["old; python_version < '3.10'"])
    package_index.add("old", "1.0")
    assert set(versions(lock("uv", "smuggle lib", python="3.9"))) == {"lib", "old"}
    assert set(versions(lock("uv", "smuggle lib", python="3.12"))) == {"lib"}


def test_pip_cannot_lock_for_another_python_and_says_what_can(lock, package_index):
    with pytest.raises(LockError, match=f"which is {HERE}; a lock for Python 3.99 needs uv"):
        lock("pip", "smuggle lib", python="3.99")


@pytest.mark.network
@NEEDS_UV
def test_a_lock_of_three_large_packages_takes_at_most_80_kb_of_a_notebook(tmp_path):
    source = "smuggle pandas\nsmuggle sklearn\nsmuggle matplotlib.pyplot as plt"
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": [source]}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(notebook, indent=1))
    before = path.stat().st_size
    document = read_document(path.read_bytes(), str(path))
    made = make_lock(document, Wishes("3.11"), None, resolver("uv"))
    write_lock(path, made.pylock)
    assert path.stat().st_size - before <= 80_000
    assert {"pandas", "scikit-learn", "matplotlib"} <= set(versions(read_lock(path)))
    platforms = " ".join(file.url for one in made.pylock.packages for file in one.wheels or ())
    assert all(tag in platforms for tag in ("manylinux", "aarch64", "macosx", "win_amd64", "arm64"))
