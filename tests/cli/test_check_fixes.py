"""`davos check --fix`, `--diff`, and what they do to files."""

import json
import os
import stat
import sys

import pytest

BAD = "smuggle six  # pip: six=1\n"
GOOD = "smuggle six  # pip: six==1\n"


def test_safe_fixes_are_written(davos, write):
    path = write("a.py", BAD + "smuggle yaml  # pip: yaml==1\n")
    status, out, err = davos("check", "a.py", "--fix")
    assert path.read_text() == GOOD + "smuggle yaml  # pip: yaml==1\n"
    assert (status, err) == (1, "davos: fixed 1 finding\n")
    assert "DAV304" in out
    assert "DAV103" not in out
    assert davos("check", "a.py", "--fix", "--unsafe-fixes")[0] == 0
    assert path.read_text() == GOOD + "smuggle yaml  # pip: PyYAML==1\n"


def test_a_file_without_fixes_is_not_written(davos, write):
    path = write("a.py", GOOD)
    path.chmod(0o400)
    os.utime(path, (1, 1))
    assert davos("check", "a.py", "--fix")[:2] == (0, "All checks passed!\n")
    assert path.stat().st_mtime == 1


def test_only_selected_rules_are_fixed(davos, write):
    path = write("a.py", BAD)
    davos("check", "a.py", "--fix", "--ignore", "DAV103")
    assert path.read_text() == BAD


@pytest.mark.skipif(sys.platform == "win32", reason="links and permissions")
def test_links_and_permissions_stay(davos, write, tmp_path):
    path = write("sub/a.py", BAD)
    path.chmod(0o751)
    link = tmp_path / "link.py"
    link.symlink_to(path)
    davos("check", "link.py", "--fix")
    assert link.is_symlink()
    assert path.read_text() == GOOD
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert os.listdir(path.parent) == ["a.py"]


def test_diff_shows_and_writes_nothing(davos, write):
    path = write("a.py", BAD)
    status, out, err = davos("check", "a.py", "--diff")
    assert path.read_text() == BAD
    assert status == 1
    assert out == f"--- a.py\n+++ a.py\n@@ -1 +1 @@\n-{BAD}+{GOOD}"
    assert err == "davos: 1 file would change\n"
    write("a.py", GOOD)
    assert davos("check", "a.py", "--diff") == (0, "", "")


def test_the_diff_of_a_notebook_names_the_cell(davos, write):
    write("a.ipynb", ["import davos", None, BAD.strip()])
    _, out, _ = davos("check", "a.ipynb", "--diff")
    name = "a.ipynb:cell 3"
    end = "\n\\ No newline at end of file\n"
    assert out == (f"--- {name}\n+++ {name}\n@@ -1 +1 @@\n-{BAD.strip()}{end}+{GOOD.strip()}{end}")


def test_the_rows_of_a_diff_end_where_those_of_patch_do(davos, write):
    write("a.py", "x = 'a\u2028b\x0c'\nsmuggle json  # pip: json==1\n")
    out = davos("check", "a.py", "--diff")[1]
    assert "\n@@ -1,2 +1,2 @@\n x = 'a\u2028b\x0c'\n-smuggle json" in out


def test_standard_input_is_fixed_to_standard_output(davos, stdin):
    stdin(BAD)
    status, out, err = davos("check", "-", "--fix")
    assert (status, out) == (0, GOOD)
    assert err == "All checks passed!\ndavos: fixed 1 finding\n"


def test_a_notebook_on_standard_input_is_fixed_whole(davos, stdin, write):
    content = write("a.ipynb", ["import davos", BAD]).read_text()
    stdin(content)
    out = davos("check", "--stdin-filename", "a.ipynb", "--fix")[1]
    assert out == content.replace("six=1", "six==1")


def test_an_unreadable_file_does_not_stop_the_others(davos, write):
    write("bad.ipynb", "{")
    path = write("good.py", BAD)
    status, _, err = davos("check", ".", "--fix")
    assert status == 2
    assert "bad.ipynb: not valid JSON" in err
    assert path.read_text() == GOOD


def test_many_files_are_checked_in_order_by_several_processes(davos, write, monkeypatch):
    monkeypatch.setattr("davos.cli.check_files.usable_cores", lambda: 2)
    monkeypatch.setattr("davos.cli.check_files.WORTH_SECONDS", 0)
    for number in range(70):
        write(f"{number:02}.py", BAD if number % 2 else "{" if number == 40 else GOOD)
    write("40.ipynb", "{")
    status, out, err = davos("check", ".", "--output-format", "json")
    names = [os.path.basename(one["filename"]) for one in json.loads(out)]
    assert names == [f"{number:02}.py" for number in range(1, 70, 2)]
    assert (status, err.count("\n")) == (2, 1)
    assert davos("check", ".", "--fix", "--exclude", "*.ipynb")[0] == 0


def test_a_bad_table_is_told_from_another_process_too(davos, write, monkeypatch):
    monkeypatch.setattr("davos.cli.check_files.usable_cores", lambda: 2)
    monkeypatch.setattr("davos.cli.check_files.WORTH_SECONDS", 0)
    for number in range(60):
        write(f"{number:02}.py", GOOD)
    write("sub/pyproject.toml", "[tool.davos.check]\nx = 1")
    write("sub/a.py", GOOD)
    status, _, err = davos("check", ".")
    assert status == 2
    assert "no key 'x'" in err


@pytest.mark.parametrize(
    ("line", "safe", "unsafe"),
    [
        ("smuggle a, six  # pip: a==1", "smuggle a  # pip: a==1\nsmuggle six", ""),
        ("smuggle a, b, six  # pip: x", "smuggle a  # pip: x\nsmuggle b, six", ""),
        ("smuggle a, six  # pip: six", "", "smuggle a\nsmuggle six  # pip: six"),
        ("smuggle a, Six as s  # pip: SIX<2", "", "smuggle a\nsmuggle Six as s  # pip: SIX<2"),
        ("smuggle a, yaml, b as c  # pip: PyYAML", "", "smuggle a\nsmuggle yaml  # pip: PyYAML\nsmuggle b as c"),
        ("smuggle a, torch  # conda: pytorch", "", "smuggle a\nsmuggle torch  # conda: pytorch"),
        ("smuggle os, six  # pip: six==1", "", "smuggle os\nsmuggle six  # pip: six==1"),
        ("smuggle os, six  # pip: os==1", "smuggle os\nsmuggle six", ""),
    ],
)  # fmt: skip
def test_an_onion_comment_goes_with_the_package_that_it_names(davos, write, line, safe, unsafe):
    path = write("a.py", f"{line}\n")
    select = ("--select", "DAV202,DAV203", "--fix")
    davos("check", "a.py", *select)
    assert path.read_text() == f"{safe or line}\n"
    davos("check", "a.py", *select, "--unsafe-fixes")
    assert path.read_text() == f"{unsafe or safe}\n"
