"""Constraints files of onion comments reach pip as files that davos wrote."""

import os
import stat

import pytest

from davos.exceptions import OnionArgumentError
from davos.installers.base import Request
from davos.installers.constraint_files import Limits, read_limits
from davos.installers.pip import Files
from davos.onion.validator import validate_text


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def limits(args, *constraints):
    return read_limits(validate_text("pip", args), constraints)


def test_all_files_are_read_relative_to_the_current_folder(folder):
    (folder / "a.txt").write_text("six==1.16.0\n")
    (folder / "b.txt").write_bytes(b"\xef\xbb\xbfnumpy<2 # b\n")
    (folder / "c.txt").write_text("setuptools<70\n")
    args = "pandas -c a.txt --constraint=b.txt --build-constraint c.txt"
    assert limits(args, "attrs==1") == Limits(
        ["attrs==1", "six==1.16.0", "numpy<2"], ["setuptools<70"]
    )


def test_what_they_say_is_written_into_the_folder_of_the_install(folder):
    (folder / "a.txt").write_text("six==1.16.0\n")
    (folder / "run").mkdir()
    onion = validate_text("pip", "pandas -c a.txt")
    files = Files.written(folder / "run", Request(onion), read_limits(onion, ["attrs==1"]))
    (folder / "a.txt").write_text("-r evil.txt\n")
    assert files.constraints.parent == folder / "run"
    assert files.constraints.read_text() == "attrs==1\nsix==1.16.0\n"
    assert files.build_constraints is None


@pytest.mark.parametrize("line", ["-r evil.txt", "--index-url https://h", "x @ https://h/x.zip"])
def test_a_refused_line_is_named_by_file_and_row(folder, line):
    (folder / "a.txt").write_text(f"six\n{line}\n")
    with pytest.raises(OnionArgumentError, match=r"-c cannot be used: a\.txt:2: ") as raised:
        limits("pandas -c a.txt")
    assert raised.value.argument_name == "-c"
    assert raised.value.argument_span == (7, 15)


def test_a_file_that_is_not_there_or_not_text(folder):
    (folder / "b.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(OnionArgumentError, match=r"there is no file a\.txt"):
        limits("pandas -c a.txt")
    with pytest.raises(OnionArgumentError, match=r"b\.txt is not encoded in UTF-8"):
        limits("pandas --build-constraint b.txt")
    with pytest.raises(OnionArgumentError, match=r"there is no file ~nobody-here/c\.txt"):
        limits("pandas -c ~nobody-here/c.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe")
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    with pytest.raises(OnionArgumentError, match="there is no file pipe"):
        limits("pandas -c pipe")
