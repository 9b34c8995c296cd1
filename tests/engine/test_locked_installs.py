"""A notebook's lock, installed by pip."""

import hashlib
import json
import shutil
import subprocess
import sys

import pytest
from engine_world import Screen, SmugglingEngine
from lock_world import package

from davos.environments.installed_files import known_files
from davos.exceptions import InstallerError, SmugglerError
from davos.installers import installer_for
from davos.installers.base import LockedFile
from davos.resolution.locked_requirements import not_installed

pytestmark = pytest.mark.slow


@pytest.fixture
def wheels(index):
    """The engine's folder of wheels is pip's index."""
    return index.folder


@pytest.fixture
def folder(tmp_path):
    """Where the files of locks are; no index has them."""
    made = tmp_path / "files"
    made.mkdir()
    return made


@pytest.fixture
def smuggle(engine, index, locked_notebook, pip_backend):
    """Smuggle `dvtlock` in a notebook with a lock, with an engine that really installs."""
    installer = installer_for("pip", None, pip_backend)
    real = SmugglingEngine(Screen(), engine.settings, lambda _name: installer)

    def run(*packages, args="dvtlock"):
        real.frontend.document = str(locked_notebook(*packages))
        real.smuggle("dvtlock", args_str=args)
        return engine.settings.project

    return run


def metadata(project, name="dvtlock"):
    (info,) = project.site_packages_dir.glob(f"{name}-*.dist-info")
    return info


def test_a_lock_without_what_its_packages_need_is_refused(smuggle, engine, folder, write_wheel):
    with pytest.raises(SmugglerError, match=r"dvtlock 1\.0 requires dvtneeded, but"):
        smuggle(write_wheel(folder, "dvtlock", "1.0", requires=["dvtneeded"]))
    assert not engine.settings.project.exists


def test_two_wheels_are_recorded_as_coming_from_an_index(smuggle, folder, write_wheel, pip_backend):
    wheel = write_wheel(folder, "dvtlock", "1.0")
    project = smuggle(wheel, write_wheel(folder, "dvtother", "2.0"))
    assert project.installed_packages == [("dvtlock", "1.0"), ("dvtother", "2.0")]
    assert not (metadata(project) / "direct_url.json").exists()
    assert (metadata(project) / "INSTALLER").read_text().strip() == pip_backend
    known = known_files(project)["dvtlock"]
    assert known.sha256 == hashlib.sha256(wheel.read_bytes()).hexdigest()
    record = (metadata(project) / "RECORD").read_bytes()
    assert known.record == hashlib.sha256(record).hexdigest()


def test_constraints_of_the_configuration_are_no_obstacle(
    smuggle, folder, write_wheel, tmp_path, monkeypatch, pip_backend
):
    (tmp_path / "limits.txt").write_text("dvtlock<=1.0\n")
    monkeypatch.setenv("PIP_CONSTRAINT", str(tmp_path / "limits.txt"))
    project = smuggle(write_wheel(folder, "dvtlock", "1.0"))
    assert project.installed_packages == [("dvtlock", "1.0")]
    assert (metadata(project) / "INSTALLER").read_text().strip() == pip_backend


def test_a_file_that_is_gone_comes_from_the_index_with_its_hash(
    smuggle, folder, write_wheel, index, pip_backend
):
    """By pip, which takes over from uv where nobody chose one of them."""
    if pip_backend == "uv":
        pytest.skip("uv was chosen, and takes files from where a lock says")
    wheel = write_wheel(folder, "dvtlock", "1.0")
    entry = package(wheel)
    shutil.move(wheel, index.folder)
    assert smuggle(entry).installed_packages == [("dvtlock", "1.0")]


def test_a_file_of_the_configured_folder_does_not_take_its_place(
    smuggle, folder, write_wheel, index
):
    index("dvtlock", "1.0", {"dvtlock.py": "__version__ = 'another build'\n"})
    assert smuggle(write_wheel(folder, "dvtlock", "1.0")).installed_packages
    assert sys.modules["dvtlock"].__version__ == "1.0"


def test_another_hash_is_an_error_that_names_the_package_and_both(
    smuggle, engine, folder, write_wheel
):
    wheel = write_wheel(folder, "dvtlock", "1.0")
    entry = package(wheel)
    locked = entry["wheels"][0]["hashes"]["sha256"]
    write_wheel(folder, "dvtlock", "1.0", {"dvtlock.py": "tampered = 1\n"})
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    with pytest.raises(InstallerError) as raised:
        smuggle(entry)
    assert (
        raised.value.message == "dvtlock==1.0 is not the file that the lock of locked.ipynb names: "
        f"its sha256 is {found}, and the lock has {locked}; do not trust it. Nothing was changed"
    )
    assert not engine.settings.project.exists


def git(*words, cwd):
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def source(tmp_path):
    """A folder that pip can build without an index, with a back end of its own."""
    made = tmp_path / "source"
    made.mkdir()
    (made / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (made / "backend.py").write_text(
        "import zipfile\n"
        "def build_wheel(folder, config_settings=None, metadata_directory=None):\n"
        "    name = 'dvtlock-1.0-py3-none-any.whl'\n"
        "    info = 'dvtlock-1.0.dist-info/'\n"
        "    with zipfile.ZipFile(folder + '/' + name, 'w') as wheel:\n"
        "        wheel.write('module.py', 'dvtlock.py')\n"
        "        text = 'Metadata-Version: 2.1\\nName: dvtlock\\nVersion: 1.0\\n'\n"
        "        wheel.writestr(info + 'METADATA', text)\n"
        "        text = 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'\n"
        "        wheel.writestr(info + 'WHEEL', text)\n"
        "        wheel.writestr(info + 'RECORD', 'dvtlock.py,,\\n')\n"
        "    return name\n"
    )
    (made / "module.py").write_text("__version__ = 'first'\n")
    return made


def test_a_commit_of_a_repository_is_installed(smuggle, source, folder, write_wheel):
    git("init", "-q", "-b", "main", cwd=source)
    git("add", ".", cwd=source)
    git("commit", "-q", "-m", "first", cwd=source)
    commit = git("rev-parse", "HEAD", cwd=source).strip()
    (source / "module.py").write_text("__version__ = 'second'\n")
    git("commit", "-q", "-a", "-m", "second", cwd=source)
    entry = {"name": "dvtlock", "vcs": {"type": "git", "url": source.as_uri(), "commit-id": commit}}
    args = f"git+{source.as_uri()}@main"  # which has moved on
    project = smuggle(entry, write_wheel(folder, "dvtother", "2.0"), args=args)
    assert sys.modules["dvtlock"].__version__ == "first"
    recorded = json.loads((metadata(project) / "direct_url.json").read_text())
    assert recorded["vcs_info"]["commit_id"] == commit


def test_a_folder_is_installed_as_it_was_locked(smuggle, source):
    project = smuggle({"name": "dvtlock", "directory": {"path": "source"}})
    assert project.installed_packages == [("dvtlock", "1.0")]
    assert sys.modules["dvtlock"].__version__ == "first"


def test_a_source_archive_is_built(smuggle, source, tmp_path):
    (source / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: dvtlock\nVersion: 1.0\n")
    source = source.rename(tmp_path / "dvtlock-1.0")
    shutil.make_archive(source, "gztar", tmp_path, source.name)
    archive = source.with_name("dvtlock-1.0.tar.gz")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    sdist = {"name": archive.name, "url": archive.as_uri(), "hashes": {"sha256": digest}}
    project = smuggle({"name": "dvtlock", "version": "1.0", "sdist": sdist})
    assert project.installed_packages == [("dvtlock", "1.0")]
    assert not (metadata(project) / "direct_url.json").exists()


@pytest.fixture
def archive(source, tmp_path):
    """The entry of a lock for the archive of a project, by its URL, as of a repository's tag."""
    shutil.make_archive(tmp_path / "tag", "zip", tmp_path, source.name)
    made = tmp_path / "tag.zip"
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    return {"name": "dvtlock", "archive": {"url": made.as_uri(), "hashes": {"sha256": digest}}}


def test_an_archive_is_installed_from_its_url(smuggle, archive):
    project = smuggle(archive, args=f"dvtlock @ {archive['archive']['url']}")
    assert project.installed_packages == [("dvtlock", "1.0")]
    file = LockedFile("dvtlock", None, "archive", **archive["archive"])
    assert not_installed([file], [str(project.site_packages_dir)]) == []
    assert sys.modules["dvtlock"].__version__ == "first"
    recorded = json.loads((metadata(project) / "direct_url.json").read_text())
    assert recorded["url"] == archive["archive"]["url"]
    assert known_files(project)["dvtlock"].sha256 == archive["archive"]["hashes"]["sha256"]


def test_an_archive_with_another_hash_is_refused(smuggle, engine, archive, source, tmp_path):
    digest = archive["archive"]["hashes"]["sha256"]
    (source / "more.py").touch()
    shutil.make_archive(tmp_path / "tag", "zip", tmp_path, source.name)
    with pytest.raises(InstallerError, match="dvtlock") as caught:
        smuggle(archive)
    assert digest in str(caught.value)
    assert "is not the file that the lock of locked.ipynb names" in str(caught.value)
    assert not engine.settings.project.exists
