"""The formats of `davos check`, each read by the rules of those who read it."""

import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from davos.cli.colors import wants_color

BAD = "\tsmuggle six  # pip: six=1\n"

SARIF = Path(__file__).parents[1] / "cases" / "sarif-schema-2.1.0.json"


@pytest.mark.parametrize("cells", [["import davos", BAD, "smuggle json  # pip: json==1"], []])
def test_sarif_follows_its_schema(davos, write, cells):
    """The schema is OASIS Open's, of SARIF 2.1.0 with errata 01; see tests/cases/README.md."""
    jsonschema = pytest.importorskip("jsonschema")
    write("a b.ipynb", cells)
    write("c.py", BAD.strip())
    log = json.loads(davos("check", ".", "--output-format", "sarif")[1])
    schema = json.loads(SARIF.read_text())
    checker = jsonschema.Draft4Validator.FORMAT_CHECKER
    jsonschema.Draft4Validator(schema, format_checker=checker).validate(log)
    for result in log["runs"][0]["results"]:
        rules = log["runs"][0]["tool"]["driver"]["rules"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_full_shows_the_row_and_carets(davos, write):
    write("a.ipynb", ["import davos", "if x:\n" + BAD])
    out = davos("check", "a.ipynb", "--output-format", "full")[1]
    lines = out.splitlines()
    assert lines[0].startswith("a.ipynb:cell 2:2:22: DAV103 ")
    assert lines[1:4] == ["  |", "2 | \tsmuggle six  # pip: six=1", "  | \t" + " " * 20 + "^" * 5]


def test_full_shows_the_row_as_it_stands_in_the_file(davos, write):
    write("a.py", "# %%\nimport davos\n# %%\nsmuggle six  # pip: six=1\n")
    out = davos("check", "a.py", "--output-format", "full")[1]
    assert "\n4 | smuggle six  # pip: six=1\n" in out
    write("b.ipynb", ["import davos", ">>> smuggle six  # pip: six=1"])
    assert (
        "\n1 | >>> smuggle six  # pip: six=1\n"
        in davos("check", "b.ipynb", "--output-format", "full")[1]
    )


def test_full_shows_the_fix_and_names_the_page(davos, write):
    write("a.ipynb", ["import davos", None, "x = 1\nsmuggle six  # pip: six=1\ny = 2\nz = 3"])
    out = davos("check", "a.ipynb", "--output-format", "full")[1]
    head, *lines = out.splitlines()
    assert head.startswith("a.ipynb:cell 3:2:21: DAV103 [*] ")
    assert lines[3] == "help: Replace with `six==1`"
    assert lines[4:] == [
        " ::: cell 3",
        "  |",
        "1 | x = 1",
        "  - smuggle six  # pip: six=1",
        "2 + smuggle six  # pip: six==1",
        "3 | y = 2",
        "  |",
        "page: `davos guide DAV103`",
        "",
        "Found 1 error.",
        "[*] 1 fixable with `--fix`.",
    ]


UNSAFE = "import davos\nsmuggle lark  # pip: lark\n"
NOTE = "note: This is an unsafe fix and may change what the code does"


@pytest.mark.parametrize("form", ["full", "concise", "grouped"])
def test_the_mark_stands_where_fix_would_fix(davos, write, form):
    write("a.py", UNSAFE + "smuggle six  # pip: six=1\n")
    out = davos("check", "a.py", "--output-format", form, "--select", "DAV301,DAV103")[1]
    assert "DAV301 [*]" not in out
    assert "DAV103 [*]" in out
    assert out.endswith("[*] 1 fixable with `--fix` (1 unsafe fix available with `--fix "
                        "--unsafe-fixes`).\n")  # fmt: skip
    assert (NOTE in out) is (form == "full")
    out = davos("check", "a.py", "--output-format", form, "--unsafe-fixes")[1]
    assert "DAV301 [*]" in out
    assert "[*] 2 fixable with `--fix`.\n" in out


def test_only_unsafe_fixes_are_told_without_the_mark(davos, write):
    write("a.py", UNSAFE)
    out = davos("check", "a.py", "--output-format", "concise", "--select", "DAV301")[1]
    assert "*" not in out
    assert out.endswith("1 unsafe fix available with `--fix --unsafe-fixes`.\n")


def test_the_marks_and_the_closing_line_are_ruffs(davos, write, tmp_path):
    """Both print a finding that `--fix` fixes, and one that it does not, in the same way."""
    ruff = shutil.which("ruff", path=Path(sys.executable).parent)
    if ruff is None:
        pytest.skip("ruff is not installed beside Python")
    write("a.py", "import os\nprint(y)\n")
    command = [ruff, "check", "--isolated", "--no-cache", "--select", "F", "--output-format"]
    theirs = subprocess.run([*command, "concise", "a.py"], cwd=tmp_path, capture_output=True,
                            text=True, check=False).stdout.splitlines()  # fmt: skip
    write("a.py", "smuggle six  # pip: six=1\nsmuggle b.c as\n")
    ours = davos("check", "a.py", "--output-format", "concise", "--select", "DAV0,DAV1")[1]

    def shape(lines):
        return [re.sub(r"^[^:]+:\d+:\d+: \w+ (\[\*\] )?.*", r"\1", line) for line in lines]

    assert shape(theirs) == shape(ours.splitlines())


def test_grouped_has_the_findings_of_a_file_below_its_name(davos, write):
    write("a.py", BAD.strip())
    write("b.ipynb", ["import davos", BAD.strip()])
    lines = davos("check", ".", "--output-format", "grouped")[1].splitlines()
    assert [lines[n] for n in (0, 2, 3, 5)] == ["a.py:", "", "b.ipynb:", ""]
    assert lines[1].startswith("  1:21 DAV103 [*] ")
    assert lines[4].startswith("  cell 2:1:21 DAV103 [*] ")


def test_pylints_lines_have_the_row_of_the_file(davos, write):
    write("a.py", "\nsmuggle six  # pip: six\n")
    write("b.ipynb", ["import davos", "\nsmuggle six  # pip: six"])
    out = davos("check", ".", "--output-format", "pylint")[1]
    message = "[DAV301] 'six' does not pin an exact version"
    assert out.splitlines() == [f"a.py:2: {message}", f"b.ipynb:1: {message}"]


def test_gitlabs_report_has_what_gitlab_asks_for(davos, write):
    write("a.ipynb", ["import davos", "smuggle six  # pip: six=1\n" * 2])
    found = json.loads(
        davos("check", "a.ipynb", "--output-format", "gitlab", "--select", "DAV1")[1]
    )
    assert len(found) == len({one["fingerprint"] for one in found}) == 2
    for one in found:
        assert one.keys() == {"check_name", "description", "fingerprint", "severity", "location"}
        assert one["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert one["location"] == {"path": "a.ipynb", "lines": {"begin": 1}}
    assert found[0]["description"].startswith("cell 2, row 1: ")


def test_junit_can_be_read(davos, write):
    write("a&b.py", "smuggle six  # pip: '<\x07>=1'\nsmuggle b\n")
    write("c.py", "smuggle b\n")
    root = ET.fromstring(davos("check", ".", "--output-format", "junit")[1])
    assert [suite.get("name") for suite in root] == ["a&b.py", "c.py"]
    assert [suite.get("failures") for suite in root] == ["2", "1"]
    assert root[1][0][0].get("message") == "no version specified for b"


def test_statistics_count_the_findings_of_each_rule(davos, write):
    write("x.py", "smuggle a\n" * 10 + "smuggle b  # pip: b=1\n")
    status, out, _ = davos("check", "x.py", "--statistics")
    assert status == 1
    assert out == "10  DAV301  [ ] no-exact-version\n 1  DAV103  [*] invalid-requirement\n"
    write("a.py", "")
    assert davos("check", "a.py", "--statistics") == (0, "", "")


@pytest.mark.parametrize(
    ("variables", "colored"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, False),
        ({"FORCE_COLOR": "0"}, False),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb", "CLICOLOR": "0"}, True),
    ],
)
def test_colours_are_for_terminals(davos, write, monkeypatch, variables, colored):
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    write("a.py", "smuggle a as\n")
    out = davos("check", "a.py")[1]
    assert ("\x1b[" in out) is colored
    assert re.sub(r"\x1b\[\d*m", "", out).startswith("a.py:1:13: DAV001 ")
    assert "\x1b" not in davos("check", "a.py", "--output-format", "github")[1]


@pytest.mark.parametrize(("when", "variable"), [("always", "NO_COLOR"), ("never", "FORCE_COLOR")])
def test_the_option_for_colours_counts_more_than_variables(
    davos, write, monkeypatch, when, variable
):
    monkeypatch.setenv(variable, "1")
    write("a.py", BAD)
    assert ("\x1b[" in davos("check", "a.py")[1]) is (variable == "FORCE_COLOR")
    assert ("\x1b[" in davos("check", "--color", when, "a.py")[1]) is (when == "always")
    assert "did you mean always?" in davos("check", "--color=alway", "a.py")[2]


class FakeTerminal:
    def __init__(self):
        self.written = ""

    def isatty(self):
        return True

    def write(self, text):
        self.written += text

    def flush(self):
        pass


@pytest.mark.parametrize(
    ("variables", "colored"),
    [({}, True), ({"TERM": "dumb"}, False), ({"CLICOLOR": "0"}, False), ({"NO_COLOR": "1"}, False)],
)
def test_a_terminal_shows_colours_if_it_can(monkeypatch, variables, colored):
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)
    assert wants_color(FakeTerminal()) is colored


@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("TERM", "dumb")])
def test_nothing_is_counted_where_nobody_looks(davos, write, monkeypatch, name, value):
    terminal, now = FakeTerminal(), [0.0]
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("time.monotonic", lambda: now.__setitem__(0, now[0] + 0.3) or now[0])
    for number in range(10):
        write(f"{number}.py", "")
    davos("check", ".")
    assert "files" not in terminal.written


@pytest.mark.parametrize("rich", [True, False])
def test_the_files_are_counted_from_the_first_second_on(davos, write, monkeypatch, rich):
    if rich:
        pytest.importorskip("rich")
    else:
        monkeypatch.setitem(sys.modules, "rich.console", None)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    terminal, now = FakeTerminal(), [0.0]
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("time.monotonic", lambda: now.__setitem__(0, now[0] + 0.3) or now[0])
    for number in range(10):
        write(f"{number}.py", "")
    davos("check", ".")
    counts = list(map(int, re.findall(r"(\d+) files checked", terminal.written)))
    assert len(counts) > 3
    assert counts == sorted(counts)
    assert terminal.written.endswith("\x1b[2K" if rich else "\r\x1b[K")
