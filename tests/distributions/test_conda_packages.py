"""Records of conda packages, whole and damaged."""

import json
import os

import pytest
from conda_environment import write_conda_package

from davos.distributions.conda_packages import CondaPackage, conda_packages, find_conda_package
from davos.environments.layout import LAYOUT

RUNNING = LAYOUT.site_packages


@pytest.fixture
def found(tmp_path):
    def found(name="libgdal-core"):
        return find_conda_package(name, [str(tmp_path / "no such folder"), str(tmp_path)])

    return found


def test_a_record_tells_name_version_build_and_files(tmp_path, found):
    write_conda_package(
        tmp_path,
        "libgdal-core",
        "3.8.4",
        {"lib/libgdal.so": "x", "share/gdal/a.csv": "y"},
        build="h123_0",
        depends=["proj >=9"],
        constrains=["libgdal 3.8.4"],
        requested_spec="libgdal-core=3.8",
    )
    one = found()
    assert (one.name, one.version, one.build) == ("libgdal-core", "3.8.4", "h123_0")
    assert (one.channel, one.subdir) == ("https://conda.example/test/linux-64", "linux-64")
    assert one.files == ["lib/libgdal.so", "share/gdal/a.csv"]
    assert (one.depends, one.constrains) == (["proj >=9"], ["libgdal 3.8.4"])
    assert one.requested_spec == "libgdal-core=3.8"
    assert one.url.endswith("/libgdal-core-3.8.4-h123_0.conda")
    assert len(one.sha256) == 64
    assert one.readable


def test_newer_records_hold_several_requested_specs(tmp_path, found):
    write_conda_package(tmp_path, "a", "1", requested_spec=None, requested_specs=["a=1", "a"])
    assert found("a").requested_spec == "a=1"


@pytest.mark.parametrize(
    ("row", "digest"),
    [
        ({"sha256": "s", "sha256_in_prefix": "p"}, "p"),
        ({"sha256": "s"}, "s"),
        ({"sha256": "s", "prefix_placeholder": "/opt/p"}, ""),
        ({"sha256": "s", "prefix_placeholder": "/opt/p", "sha256_in_prefix": "p"}, "p"),
        ({"sha256": 3}, ""),
    ],
)
def test_the_digest_of_a_file_is_that_with_the_prefix_in_it(tmp_path, found, row, digest):
    write_conda_package(tmp_path, "a", "1", paths_data={"paths": [{"_path": "lib/x", **row}]})
    assert found("a").installed_files == [("lib/x", digest)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        "\udcff",
        '{"name": "b", "version": "1"}',
        '{"name": "a"}',
        '{"name": ["a"], "version": {}}',
    ],
    ids=range(9),
)
def test_a_damaged_record_counts_as_missing(tmp_path, found, text):
    write_conda_package(tmp_path, "a", "1").write_text(text, "utf-8", "surrogateescape")
    assert found("a") is None
    assert [one.readable for one in conda_packages(str(tmp_path))["a"]] == [False]


def test_fields_of_another_type_count_as_empty(tmp_path, found):
    write_conda_package(tmp_path, "a", "1", depends="b", paths_data=[1], channel=None, url=7)
    one = found("a")
    assert (one.depends, list(one.files), one.installed_files) == ([], [], [])
    assert (one.channel, one.url) == ("", "")
    write_conda_package(tmp_path, "a", "1", depends=["b", 3, None], paths_data={"paths": [7, {}]})
    os.utime(tmp_path / "conda-meta", (1, 1))
    assert (found("a").depends, found("a").installed_files) == (["b"], [])


def test_other_files_are_no_records(tmp_path):
    folder = tmp_path / "conda-meta"
    folder.mkdir()
    for name in ("history", "state", "a-1.json", "-1-0.json", "a-1-0.txt", ".json", "pinned"):
        (folder / name).write_text("{}")
    assert conda_packages(str(tmp_path)) == {}
    assert conda_packages(str(tmp_path / "no such folder")) == {}


def test_a_name_may_hold_hyphens(tmp_path, found):
    write_conda_package(tmp_path, "a-b-c", "1")
    assert found("a-b-c").name == "a-b-c"


def test_of_two_records_of_a_name_the_newer_counts(tmp_path, found):
    write_conda_package(tmp_path, "a", "2")
    os.utime(write_conda_package(tmp_path, "a", "1"), (1, 1))
    assert found("a").version == "2"


def test_a_listing_is_kept_until_the_folder_changes(tmp_path, monkeypatch):
    write_conda_package(tmp_path, "a", "1")
    os.utime(tmp_path / "conda-meta", (1, 1))
    first = conda_packages(str(tmp_path))["a"][0]
    assert conda_packages(str(tmp_path))["a"][0] is first
    write_conda_package(tmp_path, "b", "1")
    assert sorted(conda_packages(str(tmp_path))) == ["a", "b"]


def test_a_record_is_read_again_only_if_it_changed(tmp_path):
    record = write_conda_package(tmp_path, "a", "1")
    os.utime(record, (1, 1))
    first = conda_packages(str(tmp_path))["a"][0]
    write_conda_package(tmp_path, "b", "1")
    assert conda_packages(str(tmp_path))["a"][0] is first
    write_conda_package(tmp_path, "a", "1", build="0", depends=["b"])
    assert conda_packages(str(tmp_path))["a"][0].depends == ["b"]


def test_the_long_lists_of_files_are_not_kept(tmp_path):
    one = CondaPackage(write_conda_package(tmp_path, "a", "1", {"lib/x": ""}))
    assert one.files == ["lib/x"]
    one.file.write_text(json.dumps({"name": "a", "version": "1", "files": ["lib/y"]}))
    assert one.files == ["lib/y"]


@pytest.mark.parametrize(
    ("files", "is_for_this"),
    [
        (["lib/libx.so", "share/x/site-packages/x"], True),
        ([f"{RUNNING}/x.py"], True),
        ([f"{RUNNING}/x.py", "bin/x"], True),
        (["lib/python2.7/site-packages/x.py", "bin/x"], False),
        (["lib/python2.7/site-packages/x.py", f"{RUNNING}/x.py"], True),
        ([f"{RUNNING.replace('site-packages', 'lib-dynload')}/x.py"], True),
    ],
)
def test_a_package_with_modules_is_for_the_python_that_finds_them(tmp_path, files, is_for_this):
    write_conda_package(tmp_path, "a", "1", listed=files)
    (found,) = conda_packages(str(tmp_path))["a"]
    assert found.is_for_this_python == is_for_this
    assert (find_conda_package("a", [str(tmp_path)]) is not None) == is_for_this
