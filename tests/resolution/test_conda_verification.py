"""Whether installed packages of conda are what a lock names, file by file."""

import hashlib

import pytest
from conda_environment import write_conda_package

from davos.environments.installed_files import Known
from davos.installers.conda_locked import LockedPackage
from davos.resolution.conda_verification import conda_differences

SHA256 = "a" * 64
WANTED = LockedPackage(
    name="torch",
    version="2.1",
    kind="conda",
    url="https://h/c/noarch/pytorch-2.1-py_0.conda",
    hashes={"sha256": SHA256},
    package="pytorch",
    build="py_0",
)
FILES = {"lib/a.py": "a = 1\n", "lib/b.py": "b = 1\n", "lib/c.pyc": "x"}


@pytest.fixture
def install(tmp_path):
    """Write the package's record and its files; `fields` are of the record."""

    def write(**fields):
        given = {"version": "2.1", "build": "py_0", "sha256": SHA256, **fields}
        version = given.pop("version")
        write_conda_package(tmp_path, "pytorch", version, FILES, **given)
        return tmp_path / "conda-meta" / f"pytorch-{version}-{given['build']}.json"

    return write


def found(prefix, known=None, kept=None):
    several = conda_differences([WANTED], [str(prefix)], known or {}, kept or {})
    return [(one.kind, one.distribution, one.file, one.message) for one in several]


def test_a_package_as_it_was_installed_is_no_difference(install, tmp_path):
    record = install()
    assert found(tmp_path) == []
    digest = hashlib.sha256(record.read_bytes()).hexdigest()
    known = {"conda:pytorch": Known("2.1", SHA256, digest)}
    assert found(tmp_path, known) == []
    record.write_text(record.read_text() + " ")
    message = f"{record} was changed after the installation"
    assert found(tmp_path, known) == [("differs", "pytorch", str(record), message)]


@pytest.mark.parametrize(
    ("fields", "kind", "message"),
    [
        (None, "not installed", "pytorch 2.1 py_0 is not installed"),
        (
            {"version": "2.2"},
            "other version",
            "pytorch 2.2 py_0 is installed, the lock has pytorch 2.1 py_0",
        ),
        (
            {"build": "py_1"},
            "other version",
            "pytorch 2.1 py_1 is installed, the lock has pytorch 2.1 py_0",
        ),
        (
            {"sha256": "b" * 64},
            "other file",
            (
                f"pytorch 2.1 py_0 was installed from a file with the sha256 {'b' * 64}, the lock has "
                f"{SHA256}"
            ),
        ),
    ],
)
def test_another_package_is_named(install, tmp_path, fields, kind, message):
    if fields is not None:
        install(**fields)
    assert found(tmp_path) == [(kind, "pytorch", None, message)]
    left = {"torch": "pytorch 2.1 py_0 is left out: this kernel runs on 2.2"}
    assert found(tmp_path, kept=left)[0][0] == "left to the kernel"


@pytest.mark.parametrize("how", ["changed", "a link to another file", "gone", "a folder"])
def test_each_file_that_is_not_as_recorded_is_named(install, tmp_path, how):
    install()
    file = tmp_path / "lib" / "a.py"
    if how == "changed":
        file.write_text("a = 2\n")
    else:
        file.unlink()
    if how == "a link to another file":
        file.symlink_to(tmp_path / "lib" / "b.py")
    if how == "a folder":
        file.mkdir()
    (tmp_path / "lib" / "c.pyc").unlink()
    ((kind, _, place, _),) = found(tmp_path)
    assert (kind, place) == ("missing" if how == "gone" else "differs", str(file))


def test_a_link_of_the_package_has_to_stay_in_the_environment(install, tmp_path):
    rows = [{"_path": "lib/link", "path_type": "softlink", "sha256": "0" * 64}]
    install(paths_data={"paths_version": 1, "paths": rows})
    link = tmp_path / "lib" / "link"
    link.symlink_to("a.py")
    assert found(tmp_path) == []
    link.unlink()
    link.symlink_to("/etc/passwd")
    assert [one[:3] for one in found(tmp_path)] == [("differs", "pytorch", str(link))]
    link.unlink()
    assert [one[0] for one in found(tmp_path)] == ["missing"]
