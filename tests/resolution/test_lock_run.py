"""What a resolver is given for the onion comments of a document."""

from pathlib import Path

import pytest

from davos.exceptions import LockError, OnionArgumentError
from davos.onion.validator import validate_text
from davos.resolution.asked import Asked
from davos.resolution.lock_run import (
    LockRun,
    check_paths,
    option_words,
    requirement_lines,
    run_options,
)

FOLDER = Path("/doc")


def asked(*all_args):
    return [Asked(validate_text("pip", args), f"row {row}") for row, args in enumerate(all_args, 1)]


@pytest.mark.parametrize(
    ("args", "line"),
    [
        ("six", "six"),
        ("Six [a] >=1", "Six[a]>=1"),
        ("six --pre", "six>=0.dev0"),
        ("six<2 --pre", "six<2,>=0.dev0"),
        ("six ; sys_platform=='win32'", 'six ; sys_platform == "win32"'),
        ("./six", "/doc/six"),
        ("/opt/six[a]", "/opt/six[a]"),
        ("./six ; sys_platform=='win32'", '/doc/six ; sys_platform == "win32"'),
        ("'./my six'", "file:///doc/my%20six"),
        ("'./six --pre'", "file:///doc/six%20--pre"),
        ("six @ https://h/six-1.tar.gz", "six @ https://h/six-1.tar.gz"),
        ("git+https://h/six@v1", "git+https://h/six@v1"),
    ],
)
def test_a_requirement_is_one_line_that_means_the_same_in_any_folder(args, line):
    assert requirement_lines(asked(args), FOLDER) == [line]


def test_no_requirement_becomes_an_option_of_the_resolver():
    with pytest.raises(LockError, match=r"\(row 1\) cannot be locked: .* holds an option"):
        requirement_lines(asked("'https://h/six --index-url=http://evil'"), FOLDER)


@pytest.mark.parametrize("args", ["./six", "six @ file:///nowhere/six", "./a-1-py3-none-any.whl"])
def test_a_path_that_is_not_there_is_named_with_its_statement(tmp_path, args):
    with pytest.raises(
        LockError, match=r"\(row 1\) cannot be locked: there is no file or folder /"
    ):
        check_paths(asked(args), tmp_path)


def test_a_path_that_is_there_or_has_a_marker_is_left_to_the_resolver(tmp_path):
    (tmp_path / "six").mkdir()
    check_paths(asked("./six", "./six[a]", "./not ; sys_platform=='win32'", "six"), tmp_path)


def test_the_same_requirement_is_given_once():
    assert requirement_lines(asked("six", "six -U"), FOLDER) == ["six"]


def test_options_about_all_packages_are_about_the_one_that_is_asked_for():
    all_args = ("a --no-binary :all: --pre", "b --no-binary c,d")
    found = run_options(asked(*all_args), {}, FOLDER)
    assert found == {"pre": ["a"], "no_binary": ["a", "c", "d"]}


def test_constraints_files_are_read_in_the_folder_of_the_document(tmp_path):
    (tmp_path / "c.txt").write_text("six<2  # why\n")
    requirements = asked("a -c c.txt", "b -c c.txt")
    shared = {"constraint": ["c.txt"], "find_links": ["w", "https://h/w"]}
    assert run_options(requirements, shared, tmp_path) == {
        "constraint": ["six<2"],
        "find_links": [str(tmp_path / "w"), "https://h/w"],
    }


def test_a_constraints_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(OnionArgumentError, match="there is no file"):
        run_options(asked("a -c c.txt"), {}, tmp_path)


def test_options_become_words():
    options = {"no_deps": True, "index_url": "u", "find_links": ["a", "b"], "other": True}
    flags = {"find_links": "-f", "no_deps": "--no-deps", "index_url": "--index-url", "pre": "--pre"}
    words = ["-f=a", "-f=b", "--no-deps", "--index-url=u"]
    assert list(option_words(options, flags)) == words


def test_an_error_names_the_statements_it_is_about():
    run = LockRun("3.11", FOLDER, asked("Foo_a==1", "foo", "b"), [])
    lines = str(run.failed("Because foo-a==1 depends on b-x\n")).splitlines()
    assert lines[1:] == ["Because foo-a==1 depends on b-x", "  foo-a==1 (row 1)"]
    run = LockRun("3.11", FOLDER, asked("git+https://me:pw@h/r@v1", "git+https://h/s"), [])
    error = str(run.failed("Git operation failed: https://h/r"))
    assert error.splitlines()[2:] == ["  git+https://me:****@h/r@v1 (row 1)"]
