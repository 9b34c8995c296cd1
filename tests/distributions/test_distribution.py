"""What a metadata folder says about its distribution."""

import os
import time
from email.parser import HeaderParser
from pathlib import Path

import pytest
from conda_environment import write_conda_package

from davos.distributions import index
from davos.distributions.distribution import Distribution
from davos.distributions.record_hashes import hashes_of
from davos.environments import overlay

TEXTS = [
    "",
    "\n",
    "Name: thing\nVersion: 1.0\n",
    "Name: thing\nVersion: 1.0",
    "name: thing\nVERSION:1.0\n\nVersion: 2.0 of the description\n",
    "Name:\tthing \nVersion:  1.0\nRequires-Dist: one\nRequires-Dist: two (>=2)\n",
    "Summary: first\n  second\n\tthird\nName: thing\nVersion: 1.0\n",
    "Name: thing\nno header\nVersion: 1.0\n",
    "Name: thing\nVersion:\nVersion: 2\n",
    "Author: Élan Ünal\nName: thing\nVersion: 1.0: 2\n",
    "Home-page: https://example.invalid/a:b\nName: a:b\nVersion: 1\n",
]


def written(folder: Path, text: str) -> Distribution:
    info = folder / "thing-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(text, "utf-8")
    return Distribution(info)


def read_by_email(text: str) -> tuple[str, str, list[str]]:
    headers = HeaderParser().parsestr(text)
    requires = headers.get_all("Requires-Dist") or []
    return headers.get("Name") or "", headers.get("Version") or "", requires


@pytest.mark.parametrize("text", TEXTS)
def test_headers_are_those_that_the_standard_library_reads(tmp_path, text):
    found = written(tmp_path, text)
    assert (found.name, found.version, found.requires) == read_by_email(text)


def test_headers_of_everything_installed_here_are_those_that_the_standard_library_reads():
    read = [found for found in index.distributions() if (found.info / "METADATA").is_file()]
    assert len(read) > 10
    for found in read:
        text = found.read("METADATA")
        assert (found.name, found.version, found.requires) == read_by_email(text)


def test_a_distribution_is_read_once_while_its_folder_stays(tmp_path):
    old = written(tmp_path, "Name: thing\nVersion: 1.0\n").info
    for path in (old / "METADATA", old):
        os.utime(path, (1, 1))
    (before,) = index.distributions([str(tmp_path)])
    (tmp_path / "another-1.0.dist-info").mkdir()
    (tmp_path / "another-1.0.dist-info" / "METADATA").write_text("Name: another\nVersion: 1.0\n")
    index.forget_unsettled()
    found = {one.name: one for one in index.distributions([str(tmp_path)])}
    assert found.keys() == {"another", "thing"}
    assert found["thing"] is before


def test_a_distribution_is_read_again_once_its_metadata_is_another(tmp_path):
    info = written(tmp_path, "Name: thing\nVersion: 1.0\n").info
    for path in (info / "METADATA", info):
        os.utime(path, (1, 1))
    assert [one.version for one in index.distributions([str(tmp_path)])] == ["1.0"]
    (info / "METADATA").write_text("Name: thing\nVersion: 2.0\n")
    index.clear_caches()
    assert [one.version for one in index.distributions([str(tmp_path)])] == ["2.0"]


def unsettled(folder):
    """Have a folder look as if it had changed just before it was listed."""
    os.utime(folder, ns=(time.time_ns() + 10**9,) * 2)


def test_a_distribution_in_a_folder_that_had_just_changed_is_read_once(tmp_path):
    written(tmp_path, "Name: thing\nVersion: 1.0\n")
    unsettled(tmp_path)
    (before,) = index.distributions([str(tmp_path)])
    state = index.state()
    index.forget_unsettled()
    (after,) = index.distributions([str(tmp_path)])
    assert after is before
    assert index.state() == state


@pytest.mark.parametrize(
    "change",
    [
        lambda info: (info / "METADATA").write_text("Name: thing\nVersion: 2.0.1\n"),
        lambda info: (info / "METADATA").unlink(),
        lambda info: info.rename(info.with_name("thing-2.0.1.dist-info")),
    ],
    ids=["written", "deleted", "renamed"],
)
def test_a_change_in_a_folder_that_had_just_changed_is_seen(tmp_path, change):
    info = written(tmp_path, "Name: thing\nVersion: 1.0\n").info
    unsettled(tmp_path)
    time_of_folder = tmp_path.stat().st_mtime_ns
    assert [one.version for one in index.distributions([str(tmp_path)])] == ["1.0"]
    change(info)
    os.utime(tmp_path, ns=(time_of_folder,) * 2)
    index.forget_unsettled()
    found = [(str(one.info), one.version) for one in index.distributions([str(tmp_path)])]
    assert found != [(str(info), "1.0")]


@pytest.mark.parametrize(
    "info",
    ["held-1.dist-info/METADATA", "held-1-py3.egg-info/PKG-INFO", "held-1.egg-info"],
)
@pytest.mark.parametrize("package", ["held", "other-name"])
def test_a_distribution_without_record_has_the_files_of_its_conda_package(tmp_path, info, package):
    site = overlay.site_packages_of(tmp_path)
    folder = site.relative_to(tmp_path).as_posix()
    files = {
        f"{folder}/{info}": "Metadata-Version: 2.1\nName: held\nVersion: 1\n",
        f"{folder}/held_module/a,b.py": "",
        f"{folder}/single.py": "",
        "bin/held": "",
    }
    write_conda_package(tmp_path, "another", "1", {f"{folder}/another.py": ""})
    write_conda_package(tmp_path, package, "1", files)
    found = index.find_distribution("held", [str(site)])
    assert (found.conda_package.name, found.installer) == (package, "conda")
    assert found.files == {str(tmp_path / file) for file in files}
    assert found.modules == ["held_module", "single"]
    assert found.provides("held_module")
    assert not found.provides("another")
    assert {name for name, _ in hashes_of(found)} == {"held_module/a,b.py", "single.py"}


def test_a_distribution_beside_conda_packages_is_none_of_theirs(tmp_path):
    site = overlay.site_packages_of(tmp_path)
    write_conda_package(tmp_path, "held", "1", {f"lib/{site.name}/held.py": ""})
    info = site / "held-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: held\nVersion: 1\n")
    found = index.find_distribution("held", [str(site)])
    assert (found.conda_package, found.files, found.modules) == (None, set(), [])
