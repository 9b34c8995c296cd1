"""Credentials of a notebook are in nothing that the commands write, but in the file's own text."""

import json

import pytest

from davos.cli.main import main

SECRET = "hunter2"
URL = f"https://me:{SECRET}@x.example/simple"
CELLS = [
    "import davos",
    f"smuggle six  # pip: six --index-url {URL}",
    f"smuggle rich  # pip: rich -i {URL} --no-such-option",
    f"smuggle tqdm  # pip: git+https://{SECRET}@x.example/tqdm",
    f"smuggle a  # pip: a @ git+https://me:{SECRET}@x.example/a  b",
    f"smuggle six  # pip: six=1 --proxy me:{SECRET}@x.example:80",
    f"# pip: six -i {URL}\nsmuggle six",
    f"smuggle json  # pip: json -i {URL}",
    f"%pip install six -i {URL}",
    f"smuggle b  # pip: b --trusted-host x -i http://me:{SECRET}@x.example/",
    f"smuggle b  # pip: -e git+https://me:{SECRET}@x.example/b#egg=b --user",
]
FORMATS = ["text", "full", "json", "github", "gitlab", "sarif", "junit"]


@pytest.mark.parametrize("output_format", FORMATS)
def test_no_report_shows_them(davos, write, output_format):
    write("a.ipynb", CELLS)
    for index, cell in enumerate(CELLS):
        write(f"{index}.py", f"# %%\n{cell}\n")
    status, out, err = davos("check", ".", "--output-format", output_format)
    assert status == 1
    assert "DAV403" in out
    assert SECRET not in out + err


@pytest.mark.parametrize("arguments", [("parse", "a.ipynb"), ("compile", "a.ipynb")])
def test_no_error_shows_them(davos, write, arguments):
    write("a.ipynb", CELLS)
    out, err = davos(*arguments)[1:]
    assert SECRET not in err
    assert arguments[0] == "compile" or SECRET not in out


def test_the_json_of_parse_is_the_text_of_the_file_but_its_errors_are_masked(davos, write):
    write("a.ipynb", CELLS)
    [found] = json.loads(davos("parse", "--json", "a.ipynb")[1])["files"]
    assert SECRET in json.dumps(found["statements"])
    assert SECRET not in json.dumps(found["diagnostics"])


def test_a_terminal_gets_compiled_code_escaped_and_a_pipe_gets_it_as_it_is(
    davos, write, monkeypatch, capsys
):
    write("a.py", f"x = '\x1b[2J'\nsmuggle six  # pip: six -i {URL}\n")
    out = davos("compile", "a.py")[1]
    assert "\x1b[2J" in out
    assert SECRET in out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert main(["compile", "a.py"]) == 0
    out = capsys.readouterr().out
    assert "\\x1b[2J" in out
    assert "\x1b" not in out
    assert SECRET not in out
