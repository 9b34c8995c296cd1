"""The runs of pip that install what a lock names."""

from dataclasses import replace

import pytest

from davos.installers.base import LockedFile
from davos.installers.pip_lock import runs

A, B = "a" * 64, "b" * 128
WHEEL = LockedFile(
    "x", "1.0", "wheel", "https://h/x-1.0-py3-none-any.whl?a=1&b=2", {"sha256": A, "sha512": B},
    "x-1.0-py3-none-any.whl",
)  # fmt: skip
SDIST = LockedFile("y", "2.0", "sdist", "https://h/y-2.0.tar.gz", {"sha256": A}, "y-2.0.tar.gz")
RENAMED = LockedFile("w", "1.0", "wheel", "https://h/download", {"sha256": A}, "w-1.0-any.whl")
ARCHIVE = LockedFile("z", None, "archive", "https://h/z.zip", {"sha256": A}, subdirectory="a b")
COMMIT = LockedFile("v", "1.0", "vcs", "https://h/v.git", vcs="git", commit="c" * 40)
LOCAL = LockedFile("v", "1.0", "vcs", "file:///src/v", vcs="git", commit="c" * 40)
FOLDER = LockedFile("d", None, "directory", "file:///src/d")


@pytest.mark.parametrize(
    ("file", "requirement", "options"),
    [
        (WHEEL, f"x==1.0 --hash=sha256:{A} --hash=sha512:{B}", ["--require-hashes", "--no-index"]),
        (SDIST, f"y==2.0 --hash=sha256:{A}", ["--require-hashes"]),
        (RENAMED, f"w @ https://h/download --hash=sha256:{A}", ["--require-hashes"]),
        (
            ARCHIVE,
            f"z @ https://h/z.zip#subdirectory=a%20b --hash=sha256:{A}",
            ["--require-hashes"],
        ),
        (COMMIT, f"v @ git+https://h/v.git@{'c' * 40}", []),
        (LOCAL, f"git+file:///src/v@{'c' * 40}#egg=v", []),
        (
            replace(LOCAL, subdirectory="a b"),
            f"git+file:///src/v@{'c' * 40}#egg=v&subdirectory=a%20b",
            [],
        ),
        (FOLDER, "d @ file:///src/d", []),
    ],
)
def test_a_source_is_one_requirement_with_its_hashes(file, requirement, options):
    (run,) = runs([file])
    assert run.requirements == f"{requirement}\n"
    assert run.options == ("--no-deps", *options)


def test_wheels_are_one_run_and_links_are_escaped():
    first, second = runs([SDIST, WHEEL])
    assert first.alone
    assert f'<a href="https://h/x-1.0-py3-none-any.whl?a=1&amp;b=2#sha256={A}">' in first.links
    assert not second.alone
    assert f"y-2.0.tar.gz#sha256={A}" in second.links


def test_the_second_try_asks_the_indexes_for_the_same_hashes():
    (run,) = runs([WHEEL])
    assert run.from_index.requirements == run.requirements
    assert (run.from_index.options, run.from_index.links) == (("--no-deps", "--require-hashes"), "")


def test_nothing_is_no_run():
    assert list(runs([])) == []
