"""`davos check`: findings, formats, and which files it reads."""

import json
import os
import re
import sys
from pathlib import Path

import pytest

import davos as package
from davos.lint.registry import RULES

BAD = "smuggle six  # pip: six=1\n"
FIXABLE = "1 can be fixed with `--fix`.\n"
LINE = "1:21: DAV103 'six=1' is not a requirement; did you mean 'six==1'?"


def test_nothing_found(davos, write):
    write("a.py", "smuggle six  # pip: six==1.15.0\n")
    assert davos("check", "a.py") == (0, "All checks passed!\n", "")


def test_a_finding_is_a_line_with_its_place(davos, write):
    write("a.py", BAD)
    write("b.ipynb", [None, "import davos", None, "x = 1\n" + BAD])
    status, out, err = davos("check", "a.py", "b.ipynb")
    line = LINE.replace("1:21", "cell 4:2:21")
    hint = FIXABLE.replace("1", "2")
    assert out == f"a.py:{LINE}\nb.ipynb:{line}\nFound 2 errors.\n{hint}"
    assert (status, err) == (1, "")


@pytest.mark.parametrize(
    ("text", "place_and_code"),
    [
        ("smuggle a as\n", "1:13: DAV001"),
        ("from a smuggle\n", "1:15: DAV001"),
        ("smuggle a  # pip: a --nosuch\n", "1:21: DAV101"),
        ("smuggle a  # pip: a -r x\n", "1:21: DAV102"),
        ("smuggle a  # pip: a==\n", "1:19: DAV103"),
        ("smuggle a  # pip: a b\n", "1:21: DAV104"),
        ("smuggle a  # pip: a --retries x\n", "1:31: DAV105"),
        ("smuggle b  # poetry: b==1  # noqa: DAV301\n", "1:14: DAV106"),
        ('smuggle a  # pip: "a\n', "1:19: DAV107"),
    ],
)
def test_every_kind_of_error_has_its_code_and_place(davos, write, text, place_and_code):
    write("a.py", text)
    assert davos("check", "a.py")[1].startswith(f"a.py:{place_and_code} ")


@pytest.mark.parametrize(
    ("arguments", "status", "codes"),
    [
        ([], 1, ["DAV001", "DAV103"]),
        (["--exit-zero"], 0, ["DAV001", "DAV103"]),
        (["--select", "DAV1"], 1, ["DAV103"]),
        (["--select", "dav001,DAV104"], 1, ["DAV001"]),
        (["--ignore", "DAV1"], 1, ["DAV001"]),
        (["--ignore", "ALL"], 0, []),
        (["--select", "DAV103", "--ignore", "DAV"], 1, ["DAV103"]),
        (["--select", "DAV104"], 0, []),
    ],
)
def test_the_longer_of_select_and_ignore_wins(davos, write, arguments, status, codes):
    write("a.py", "smuggle a as\n" + BAD)
    got, out, _ = davos("check", "a.py", *arguments)
    assert got == status
    assert re.findall("DAV[0-9]+", out) == codes


def test_a_folder_is_walked_without_the_folders_of_tools(davos, write):
    for name in (
        "b.py",
        "a.ipynb",
        "sub/c.PY",
        ".venv/x.py",
        ".ipynb_checkpoints/a.ipynb",
        "node_modules/x.py",
        "__pycache__/x.py",
        "build/x.py",
        "notes.txt",
    ):
        write(name, ["import davos", BAD] if name.endswith("ipynb") else BAD)
    _, out, _ = davos("check")
    assert [line.split(":")[0] for line in out.splitlines()][:-1] == [
        "a.ipynb",
        "b.py",
        "sub/c.PY",
        "Found 3 errors.",
    ]


def test_a_file_is_checked_once(davos, write, tmp_path):
    write("sub/a.py", BAD)
    paths = ["sub/a.py", "./sub/a.py", "sub/../sub/a.py", "sub", str(tmp_path / "sub" / "a.py")]
    assert "\nFound 1 error.\n" in davos("check", *paths)[1]


def test_a_file_that_is_named_is_read_whatever_its_name(davos, write):
    write("build/script", BAD)
    assert davos("check", "build/script")[0] == 1


def test_a_folder_without_files_is_told(davos):
    status, out, err = davos("check", ".")
    assert (status, out) == (0, "All checks passed!\n")
    assert err == "davos: no notebooks or Python files found under the given paths\n"


def test_the_others_are_checked_when_one_cannot_be_read(davos, write):
    write("b.py", BAD)
    write("c.py", b"\xff\xfe\x00")
    status, out, err = davos("check", "a.py", "b.py", "c.py")
    assert (status, out) == (2, f"b.py:{LINE}\nFound 1 error.\n{FIXABLE}")
    assert err.startswith(
        "davos: a.py: No such file or directory\ndavos: c.py: not a Python script"
    )


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["-"], "-"),
        (["--stdin-filename", "x.py"], "x.py"),
        (["-", "--stdin-filename", "x.py"], "x.py"),
    ],
)
def test_standard_input_is_read(davos, stdin, arguments, name):
    stdin(BAD)
    assert davos("check", *arguments)[1] == f"{name}:{LINE}\nFound 1 error.\n{FIXABLE}"


def test_standard_input_can_be_a_notebook(davos, stdin, write):
    stdin(write("x.ipynb", ["import davos", BAD]).read_bytes())
    out = davos("check", "--stdin-filename", "y.ipynb")[1]
    assert out.startswith(f"y.ipynb:cell 2:{LINE}")


@pytest.mark.parametrize("command", ["check", "parse", "compile", "convert"])
def test_a_notebook_on_standard_input_needs_its_name(davos, stdin, write, command):
    stdin(write("x.ipynb", [BAD]).read_bytes())
    message = "this is a notebook: name it with --stdin-filename, as in `nb.ipynb`"
    assert davos(command, "-") == (2, "", f"davos: -: {message}\n")


def test_json_is_ruffs_list(davos, write, tmp_path):
    write("a.ipynb", [BAD])
    status, out, _ = davos("check", "a.ipynb", "--output-format", "json", "--select", "DAV1")
    (found,) = json.loads(out)
    assert status == 1
    assert found == {
        "cell": 1,
        "code": "DAV103",
        "end_location": {"row": 1, "column": 26},
        "filename": str(tmp_path / "a.ipynb"),
        "fix": {
            "applicability": "safe",
            "message": "Replace with `six==1`",
            "edits": [
                {
                    "cell": 1,
                    "content": "six==1",
                    "location": {"row": 1, "column": 21},
                    "end_location": {"row": 1, "column": 26},
                }
            ],
        },
        "location": {"row": 1, "column": 21},
        "message": "'six=1' is not a requirement; did you mean 'six==1'?",
        "noqa_row": 1,
        "severity": "error",
        "url": None,
    }


def test_formats_for_programs_are_whole_documents_without_findings(davos, write):
    write("a.py", "")
    assert json.loads(davos("check", "a.py", "--output-format", "json")[1]) == []
    assert (
        json.loads(davos("check", "a.py", "--output-format", "sarif")[1])["runs"][0]["results"]
        == []
    )
    assert davos("check", "a.py", "--output-format", "github")[1] == ""


def test_github_commands_escape_what_would_end_them(davos, write, tmp_path):
    name = "a,b:100%.py"
    write(name, BAD)
    out = davos("check", name, "--output-format", "github")[1]
    file = f"{tmp_path}/a%2Cb%3A100%25.py"
    place = "line=1,col=21,endLine=1,endColumn=26"
    message = f"a,b:100%25.py:{LINE}"
    assert out == f"::error title=davos (DAV103),file={file},{place}::{message}\n"


def test_github_points_at_the_first_row_of_a_notebook(davos, write):
    write("a.ipynb", [None, BAD])
    out = davos("check", "a.ipynb", "--output-format", "github")[1]
    assert ",line=1,col=1,endLine=1,endColumn=1::a.ipynb:cell 2:1:21: " in out


def test_sarif_names_rule_file_region_and_cell(davos, write):
    write("a b.ipynb", [BAD])
    arguments = ["a b.ipynb", "--output-format", "sarif", "--select", "DAV1"]
    log = json.loads(davos("check", *arguments)[1])
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    (result,) = run["results"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(RULES)
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "DAV103"
    (place,) = result["locations"]
    assert result["ruleId"] == "DAV103"
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.ipynb"
    assert place["physicalLocation"]["region"] == {
        "startLine": 1,
        "startColumn": 21,
        "endLine": 1,
        "endColumn": 26,
    }
    assert place["logicalLocations"] == [{"name": "cell 1"}]


def test_explain_prints_a_rules_page(davos):
    status, out, _ = davos("check", "--explain", "dav103")
    assert status == 0
    assert out.startswith("# invalid-requirement (DAV103)\n")
    assert "six==1.16.0" in out


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xef\xbb\xbf" + BAD.encode(), "a.py:1:21"),
        (b"# coding: latin-1\n'\xe9'; " + BAD.encode(), "a.py:2:26"),
        (b"x = 1\r\n" + BAD.encode(), "a.py:2:21"),
        (b"'" + b"x" * 1_000_000 + b"'; " + BAD.encode(), "a.py:1:1000025"),
        ("'日本'; ".encode() + BAD.encode(), "a.py:1:27"),
    ],
    ids=["bom", "latin-1", "crlf", "huge line", "wide"],
)
def test_positions_are_those_of_the_file(davos, write, content, place):
    write("a.py", content)
    assert davos("check", "a.py")[1].startswith(f"{place}: DAV103 ")


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("%time " + BAD, "1:27"),
        ("%%time\n" + BAD, "2:21"),
        ("!ls\n" + BAD, "2:21"),
        (">>> x\n... " + BAD, "2:25"),
        ("  x\n  " + BAD, "2:23"),
        ("x\r\n" + BAD, "2:21"),
        ("%%bash\n" + BAD, None),
        ("x = '''\n" + BAD + "'''", None),
    ],
)
def test_positions_in_cells_are_those_of_the_cell(davos, write, cell, place):
    write("a.ipynb", [cell])
    out = davos("check", "a.ipynb", "--select", "DAV1")[1]
    assert out.startswith(f"a.ipynb:cell 1:{place}: DAV103 " if place else "All checks passed!")


def test_every_code_that_davos_raises_has_its_page(davos):
    sources = Path(package.__file__).parent.rglob("*.py")
    codes = {
        code for path in sources for code in re.findall(r"\bDAV\d{3}\b", path.read_text("utf-8"))
    }
    assert codes == set(RULES)
    for code, rule in RULES.items():
        page = davos("check", "--explain", code)[1]
        assert page.startswith(f"# {rule.name} ({code})\n")
        assert "## Why is this bad?" in page


# a comment without effect leaves the package without a version
FOUND_WITH = {"DAV106": {"DAV301"}}
LOCKED_EXAMPLES = {"DAV310": ("bad", "good"), "DAV311": ("good",)}


@pytest.mark.parametrize("code", RULES)
def test_the_example_of_a_page_breaks_that_rule_only_and_what_to_use_instead_breaks_none(
    davos, write, code
):
    bad, good = re.findall(r"```python\n(.*?)```", davos("check", "--explain", code)[1], re.DOTALL)
    write("helpers.py", "")
    for name in LOCKED_EXAMPLES.get(code, ()):
        write(f"pylock.{name}.toml", "[tool.davos]\nrequirements = ['tqdm==4.66.1']\n")
    if code == "DAV311":
        write("pyproject.toml", "[tool.davos.check]\nrequire-lock = true\n")
    write("bad.py", bad)
    write("good.py", good)
    found = set(re.findall(r": (DAV\d+) ", davos("check", "bad.py")[1]))
    assert found == {code, *FOUND_WITH.get(code, ())}
    assert davos("check", "good.py")[:2] == (0, "All checks passed!\n")


def test_the_rules_are_those_of_the_plan(davos):
    planned = [
        "DAV001 DAV002 DAV003",
        "DAV101 DAV102 DAV103 DAV104 DAV105 DAV106 DAV107",
        "DAV201 DAV202 DAV203 DAV204 DAV205 DAV206 DAV207 DAV208 DAV209 DAV210 DAV211",
        "DAV301 DAV302 DAV303 DAV304 DAV305 DAV306 DAV307 DAV308 DAV309 DAV310 DAV311",
        "DAV401 DAV402 DAV403 DAV404",
    ]
    assert list(RULES) == " ".join(planned).split()
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    for code, rule in RULES.items():
        page = davos("check", "--explain", code)[1]
        heads = re.findall("^## (.*)$", page, re.MULTILINE)
        assert heads[:3] == ["What it does", "Why is this bad?", "Example"]
        assert re.fullmatch("[a-z]+(-[a-z]+)+", rule.name)


def test_rules_are_listed_as_a_table_and_as_json(davos):
    status, out, _ = davos("rules")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == ["code", *RULES]
    listed = json.loads(davos("rules", "--json")[1])
    assert [row["code"] for row in listed] == list(RULES)
    assert listed[0].keys() == {"code", "name", "severity", "fixable", "summary", "explanation"}


def test_only_a_percent_script_has_its_magics_in_comments(davos, write):
    cells = ["# %pip install six==1.0\n# %load_ext davos", "smuggle six  # pip: six==1.0"]
    write("a.ipynb", cells)
    write("b.py", "".join(f"# %%\n{cell}\n" for cell in cells))
    header = "---\nkernelspec:\n  name: python3\n---\n"
    write("c.md", header + "".join(f"```{{code-cell}}\n{cell}\n```\n" for cell in cells))
    out = davos("check", ".")[1].splitlines()[:3]
    assert [re.findall(r"DAV\d+", line) for line in out] == [["DAV204"], ["DAV308"], ["DAV204"]]


@pytest.mark.parametrize("mark", ["\u2028", "\x0c", "\x1c", "\x85"])
@pytest.mark.parametrize("prompt", [">>> ", "  "])
def test_only_line_ends_end_lines_behind_prompts(davos, write, mark, prompt):
    lines = [f"x = 'a{mark}b'", "%pip install six==1.0", "smuggle six  # pip: six==1.0"]
    write("a.ipynb", ["import davos", "\n".join(prompt + line for line in lines)])
    place = f"a.ipynb:cell 2:2:{len(prompt) + 1}: DAV308 "
    assert davos("check", "a.ipynb")[1].startswith(place)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links")
def test_what_is_no_file_is_passed_over_in_a_folder(davos, write, tmp_path):
    write("a.py", "smuggle json  # pip: json\n")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / ".#a.py").symlink_to("me@here.1234")
    (tmp_path / "loop.md").symlink_to("loop.md")
    (tmp_path / "link.py").symlink_to("a.py")
    status, out, err = davos("check", ".")
    assert (status, err) == (1, "")
    assert [line.partition(":")[0] for line in out.splitlines()[:2]] == ["a.py", "link.py"]
    assert davos("check", "loop.md")[0] == 2
