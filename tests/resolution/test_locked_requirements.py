"""Which requirements a lock holds."""

import pytest

from davos.installers.base import HEAD, LockedFile
from davos.onion.validator import validate_text
from davos.resolution.locked_requirements import constraints, misfit

COMMIT = "c" * 40
FILES = {
    one.name: one
    for one in (
        LockedFile("numpy", "1.26.4", "wheel", "https://h/numpy.whl"),
        LockedFile("pre", "2.0rc1", "wheel", "https://h/pre.whl"),
        LockedFile("repo", "1.0", "vcs", "https://h/r.git", vcs="git", commit=COMMIT),
        LockedFile("archive", None, "archive", "https://h/archive-1.0.zip"),
        LockedFile("tag", "1.0", "vcs", "https://h/t.git", vcs="git", commit=COMMIT, revision="v1"),
        LockedFile("tip", "1.0", "vcs", "https://h/h.git", vcs="git", commit=COMMIT, revision=HEAD),
        LockedFile("one", "1.0", "vcs", "https://h/m", vcs="git", commit=COMMIT, subdirectory="a"),
        LockedFile("two", "1.0", "vcs", "https://h/m", vcs="git", commit=COMMIT, subdirectory="b"),
    )
}


@pytest.mark.parametrize(
    "args",
    [
        "numpy",
        "NumPy>=1.20,<2",
        "numpy==1.26.4",
        "numpy[extra]",
        "pre",
        "pre>=1",
        "unknown; sys_platform == 'nowhere'",
        "git+https://h/r.git",
        "git+https://h/r.git@main",
        f"git+https://h/r.git@{COMMIT.upper()}#egg=repo",
        "archive @ https://h/archive-1.0.zip",
        "git+https://h/t.git@v1",
        f"tag @ git+https://h/t.git@{COMMIT}",
        "git+https://h/t.git@ccccccc",
        "git+https://h/h.git",
        "git+https://h/m#subdirectory=b",
    ],
)
def test_the_lock_holds_it(args):
    assert misfit(validate_text("pip", args).requirement, FILES) == ""


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        ("unknown", "the lock does not hold it"),
        ("numpy>=2", "the lock holds numpy 1.26.4"),
        ("git+https://h/other.git", "the lock does not hold it"),
        (f"git+https://h/r.git@{'d' * 40}", f"the lock holds the commit {COMMIT}"),
        ("numpy @ https://h/other.whl", "the lock holds numpy 1.26.4 from https://h/numpy.whl"),
        ("./local", "the lock does not hold it"),
        ("git+https://h/t.git@v2", f"the lock holds the commit {COMMIT} of v1"),
        ("git+https://h/t.git", f"the lock holds the commit {COMMIT} of v1"),
        ("git+https://h/t.git@cccccc", f"the lock holds the commit {COMMIT} of v1"),
        ("git+https://h/h.git@v2", f"the lock holds the commit {COMMIT} of HEAD"),
        ("git+https://h/m#subdirectory=c", "the lock does not hold it"),
        (
            "one @ git+https://h/m#subdirectory=b",
            "the lock holds one 1.0 from the folder a of https://h/m",
        ),
    ],
)
def test_the_lock_does_not_hold_it(args, reason):
    assert misfit(validate_text("pip", args).requirement, FILES) == reason


def test_versions_are_constraints():
    assert constraints(list(FILES.values())[:4]) == {
        "numpy": "numpy==1.26.4",
        "pre": "pre==2.0rc1",
        "repo": "repo==1.0",
    }
