"""uv refuses constraints that are not exact where every requirement needs a hash."""

import pytest

from davos.installers.constraint_files import Limits
from davos.installers.uv_arguments import UvArguments
from davos.installers.uv_hashes import for_hashes
from davos.onion.validator import validate_text

HASHED = "six==1.15.0 --hash=sha256:" + "ab" * 32


def given(args, constraints=(), words=()):
    onion = validate_text("pip", args)
    limits, arguments = for_hashes(onion, Limits(constraints), UvArguments(words))
    return list(limits.constraints), list(arguments.words)


@pytest.mark.parametrize(
    ("constraint", "counts"),
    [
        ("numpy==1.26.4", True),
        ("numpy===1.26.4", True),
        ("numpy>=1.26,==1.26.4", True),
        ("matplotlib-inline>=0.1", False),
        ("numpy==1.26.*", False),
        ("traitlets", False),
        ("six<2", False),
        ("SIX>1.15", True),
    ],
)
def test_constraints_that_are_not_exact_are_left_out_unless_they_refuse_it(constraint, counts):
    assert given(HASHED, [constraint]) == ([constraint] * counts, [])
    words = ("--require-hashes",)
    assert given("six==1.15.0", [constraint], words)[0] == [constraint] * counts


def test_without_hashes_all_constraints_count():
    assert given("six==1.15.0", ["numpy<2"], ("--constraints=/c",)) == (
        ["numpy<2"],
        ["--constraints=/c"],
    )


def test_the_files_of_the_configuration_are_read(tmp_path):
    (tmp_path / "c.txt").write_text("torch<=2.4  # no GPU\nsix==1.15.0\n")
    (tmp_path / "options.txt").write_text("--no-binary :all:\n")
    read, kept, absent = (
        f"--constraints={tmp_path / name}" for name in ("c.txt", "options.txt", "none.txt")
    )
    words = ("--pre", read, kept, absent, "--constraints=https://h/c.txt")
    assert given(HASHED, ["numpy<2"], words) == (
        ["six==1.15.0"],
        ["--pre", kept, absent, "--constraints=https://h/c.txt"],
    )
