"""The formats of `davos check`, each read by the rules of those who read it."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

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
    ],
)
def test_colours_are_for_terminals(davos, write, monkeypatch, variables, colored):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    write("a.py", "smuggle a as\n")
    out = davos("check", "a.py")[1]
    assert ("\x1b[" in out) is colored
    assert re.sub(r"\x1b\[\d*m", "", out).startswith("a.py:1:13: DAV001 ")
    assert "\x1b" not in davos("check", "a.py", "--output-format", "github")[1]


class FakeTerminal:
    def __init__(self):
        self.written = ""

    def isatty(self):
        return True

    def write(self, text):
        self.written += text

    def flush(self):
        pass


def test_a_bar_is_shown_from_the_first_second_on(davos, write, monkeypatch):
    terminal, now = FakeTerminal(), [0.0]
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("time.monotonic", lambda: now.__setitem__(0, now[0] + 0.3) or now[0])
    for number in range(10):
        write(f"{number}.py", "")
    davos("check", ".")
    shown = terminal.written.split("\r\x1b[K")
    assert shown[0] == ""
    assert re.fullmatch(r"\[ *### *\] \d files", shown[1])
    assert shown[-1] == ""
    assert len(shown) > 3
