"""The channels that the tests of conda onions make are what conda's tools read."""

import hashlib
import http.client
import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from conda_channel import (
    PLACEHOLDER,
    compiled_package,
    needs_rattler,
    python_package,
    with_activation,
    with_prefix,
)

EXTRACT = """
import sys
from rattler.package_streaming import extract
extract(sys.argv[1], sys.argv[2])
"""


def extracted(path, folder):
    subprocess.run([sys.executable, "-c", EXTRACT, str(path), str(folder)], check=True)
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


@needs_rattler
@pytest.mark.parametrize("kind", ["conda", "tar.bz2"])
def test_a_package_can_be_extracted(conda_channel, tmp_path, kind):
    path = conda_channel.add(python_package("thing", "1.0", requires=["dep>=1"]), kind)
    files = extracted(path, tmp_path / "out")
    assert {"site-packages/thing.py", "info/link.json", "info/paths.json"} <= files
    index = json.loads((tmp_path / "out" / "info" / "index.json").read_text())
    assert index["depends"] == ["python >=3.8", "dep >=1"]


@needs_rattler
def test_a_wheel_becomes_a_package(conda_channel, tmp_path, write_wheel):
    path = conda_channel.add_wheel(write_wheel(tmp_path, "thing", "1.0"), ["dep"])
    assert "site-packages/thing.py" in extracted(path, tmp_path / "out")


def test_the_index_has_the_digest_of_each_package(conda_channel):
    path = conda_channel.add_python("thing", "1.0")
    index = json.loads((conda_channel.folder / "noarch" / "repodata.json").read_text())
    digest = index["packages.conda"][path.name]["sha256"]
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    conda_channel.tamper(path)
    assert digest != hashlib.sha256(path.read_bytes()).hexdigest()


def test_files_that_hold_the_prefix_are_listed_with_their_kind():
    entries = {
        entry["_path"]: (entry["file_mode"], entry["prefix_placeholder"])
        for entry in json.loads(with_prefix().info()["info/paths.json"])["paths"]
    }
    assert entries == {
        "share/prefixed/prefix.txt": ("text", PLACEHOLDER),
        "share/prefixed/prefix.bin": ("binary", PLACEHOLDER),
        "bin/prefixed-tool": ("text", PLACEHOLDER),
    }


def test_activation_variables_are_set_and_unset_by_scripts():
    files = with_activation("geo", {"GEO_DATA": "x"}, env_vars={"GEO_LIB": "y"}).files
    assert 'export GEO_DATA="x"' in files["etc/conda/activate.d/geo-activate.sh"]
    assert "unset GEO_DATA" in files["etc/conda/deactivate.d/geo-deactivate.sh"]
    assert json.loads(files["etc/conda/env_vars.d/geo.json"]) == {"GEO_LIB": "y"}


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler here")
def test_a_compiled_package_has_a_library_beside_its_module(tmp_path):
    package = compiled_package(tmp_path, "compiled", "2.0")
    assert {path.partition("/")[0] for path in package.files} == {"lib"}
    assert package.files["lib/libcompiled.so"].startswith(b"\x7fELF")
    assert package.subdir == "linux-64"


@pytest.mark.parametrize(
    ("how", "value", "seen"),
    [
        ("status", 500, "HTTP Error 500"),
        ("truncate", None, "IncompleteRead"),
        ("replace", b"other", "other"),
        (None, None, "packages.conda"),
    ],
)
def test_the_server_misbehaves_as_it_is_told(conda_channel, channel_server, how, value, seen):
    if how:
        channel_server.behave("repodata", how, value)
    try:
        with urllib.request.urlopen(f"{channel_server.url}/channel/noarch/repodata.json") as page:
            found = page.read().decode()
    except (OSError, http.client.HTTPException) as error:
        found = f"{type(error).__name__} {error}"
        if isinstance(error, urllib.error.HTTPError):
            error.close()
    assert seen in found
    assert channel_server.requests == ["/channel/noarch/repodata.json"]
