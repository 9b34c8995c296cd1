"""`davos shim`: what other tools say about notebooks and scripts that smuggle."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from davos.shim.masked import restored, shimmed

ANSI = re.compile(r"\x1b(?:\[[0-9;]*m|\(B)")
CELLS = [
    "import davos",
    "smuggle numpy as np  # pip: numpy==1.23.1\nfrom json smuggle loads\nx = missing\n",
    "y = np.zeros(3)\ndef f(a: int) -> str:\n    return a\nprint(loads, x, y, davos)",
]


@pytest.fixture
def shim(tmp_path):
    """Run `davos shim` in a folder: `shim("ruff", "check") -> (status, stdout, stderr)`."""

    def run(*command, folder="."):
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            [sys.executable, "-m", "davos", "shim", "--", *command],
            cwd=tmp_path / folder,
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": path, "NO_COLOR": "1"},
            check=False,
        )
        return done.returncode, ANSI.sub("", done.stdout), done.stderr

    return run


def notebook(*cells):
    made = [
        {"cell_type": "code", "execution_count": None, "id": f"c{number}", "metadata": {},
         "outputs": [], "source": cell.splitlines(keepends=True)}
        for number, cell in enumerate(cells)
    ]  # fmt: skip
    content = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, indent=1)


def python(*code):
    return sys.executable, "-c", "\n".join(code)


# ---- the copy ----


def test_a_smuggle_reads_import_at_the_same_columns():
    text = "smuggle a; from b smuggle(c) # smuggle\nsmuggle = 'smuggle x'\nfrom . smuggle y\n"
    assert shimmed("a.py", text.encode()).decode() == (
        "import  a; from b import (c) # smuggle\nsmuggle = 'smuggle x'\nfrom . import  y\n"
    )


def test_what_is_not_ours_stays_as_it_is():
    for name, data in (
        ("a.ipynb", b"smuggle {"),
        ("a.py", b"# -*- coding: latin-1 -*-\n'\xe9 smuggle'"),
        ("a.py", b"# smuggle \xff"),
        ("a.py", b"smuggle = 1\r\n"),
    ):
        assert shimmed(name, data) == data


def test_names_may_hold_marks_and_digits_of_any_script():
    text = "from he\u0301llo.हिन्दी smuggle x·1 as y\n"
    assert shimmed("a.py", text.encode()).decode() == text.replace("smuggle", "import ")


def test_encoding_and_line_ends_stay():
    data = b"# -*- coding: latin-1 -*-\r\n'\xe9'; smuggle a\r\n"
    assert shimmed("a.py", data) == data.replace(b"smuggle", b"import ")


def test_a_notebook_keeps_its_bytes_but_for_the_words():
    data = notebook(*CELLS).encode()
    assert shimmed("a.ipynb", data) == data.replace(b"smuggle", b"import ")


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("import davos\nsmuggle a\n", "import davos  # noqa: F401\nimport  a\n"),
        ("import davos  # why\n", "import davos  # noqa: F401  # why\n"),
        ("import davos  # noqa\n", "import davos  # noqa\n"),
        ("import davos\ndavos.config.active\n", "import davos\ndavos.config.active\n"),
        ("import davos, os\n", "import davos, os\n"),
        ("from davos import config\n", "from davos import config\n"),
    ],
)
def test_an_import_of_davos_is_said_to_be_used_where_it_is_not(text, marked):
    assert shimmed("a.py", text.encode()).decode() == marked


@pytest.mark.parametrize(
    ("before", "made", "after"),
    [
        ("import davos\nsmuggle  a as b # pip: a\n", "import davos  # noqa: F401\nimport a as b  # pip: a\n",
         "import davos\nsmuggle a as b  # pip: a\n"),
        ("smuggle a\nimport b\n", "import b\nimport a\n", "import b\nsmuggle a\n"),
        ("from a smuggle (b)\n", "from a import b\n", "from a smuggle b\n"),
        ("smuggle a\n", "import b\n", None),
        ("smuggle a\n", "stdin.py:1:1: F401 unused\n", None),
        ("smuggle a\n", "", None),
    ],
)  # fmt: skip
def test_what_a_formatter_prints_smuggles_again(before, made, after):
    found = restored("a.py", before.encode(), made.encode())
    assert found == (None if after is None else after.encode())


# ---- running a tool ----


def test_output_apart_status_kept_and_paths_mapped_back(shim, write):
    path = write("sub/a.py", "smuggle six\n")
    code = "import sys, os; print(open(sys.argv[1]).read(), os.path.abspath(sys.argv[1]))"
    tool = python(code, "print(os.getcwd(), file=sys.stderr)", "sys.exit(7)")
    assert shim(*tool, "sub/a.py") == (7, f"import  six\n {path}\n", f"{path.parent.parent}\n")
    assert shim(*tool, str(path))[1] == f"import  six\n {path}\n"
    assert shim(*tool, "../sub/a.py", folder="sub")[1] == f"import  six\n {path}\n"


def test_configuration_and_neighbours_are_where_they_were(shim, write):
    write("pyproject.toml", "x = 1\n")
    write("project/sub/a.py", "smuggle six\n")
    write("project/sub/helper.py", "smuggle six\n")
    write("project/data/table.csv", "1\n")
    code = "import os; print([os.path.exists(p) for p in ('a.py', 'helper.py', '../data/table.csv', '../../pyproject.toml')])"
    assert (
        shim(*python(code), "../sub/a.py", folder="project/sub")[1] == "[True, True, True, True]\n"
    )


def test_without_a_path_the_current_folder_is_copied(shim, write):
    write("a/b/c.py", "smuggle six\n")
    code = "print(open('a/b/c.py').read(), end='')"
    assert shim(*python(code)) == (0, "import  six\n", "")


def test_nothing_is_written_back(shim, write):
    path = write("a.py", "smuggle six\n")
    code = "open('a.py', 'w').write('x'); open('new.py', 'w').write('y')"
    status, _, err = shim(*python(code), "a.py")
    assert status == 0
    assert err == "davos: the tool changed its copies of a.py; nothing was written back\n"
    assert (path.read_text(), [one.name for one in path.parent.iterdir()]) == (
        "smuggle six\n", ["a.py"],
    )  # fmt: skip


def test_standard_input_goes_through(tmp_path):
    command = [sys.executable, "-m", "davos", "shim", "cat"]
    done = subprocess.run(command, input=b"x\xff", capture_output=True, cwd=tmp_path, check=False)
    assert done.stdout == b"x\xff"


@pytest.mark.parametrize("way", ["relative", "absolute", "above", "module"])
def test_a_tool_is_found_by_any_path(shim, write, way):
    folder = write("venv/bin/tool", '#!/bin/sh\nprintf \'%s \' "$0"; cat "$1"\n').parent
    (folder / "tool").chmod(0o755)
    write("tool.py", "import sys\nprint(sys.argv[0], open(sys.argv[1]).read(), end='')\n")
    write("project/pyproject.toml", "")
    write("project/a.py", "smuggle six\n")
    command, start = {
        "relative": (["./venv/bin/tool", "project/a.py"], "."),
        "absolute": ([str(folder / "tool"), "project/a.py"], "."),
        "above": (["../venv/bin/tool", "a.py"], "project"),
        "module": ([sys.executable, "-m", "tool", "project/a.py"], "."),
    }[way]
    status, out, err = shim(*command, folder=start)
    assert (status, err) == (0, "")
    assert out.endswith(" import  six\n")


def test_a_tool_that_reads_standard_input_gets_the_copy(write, tmp_path):
    write("other.py", "")
    code = "import sys; text = sys.stdin.read(); print(sys.argv[1:], 'import  six' in text); sys.stdout.write(text)"

    def run(*arguments, given="smuggle six\n"):
        command = [sys.executable, "-m", "davos", "shim", sys.executable, "-c", code, *arguments]
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, cwd=tmp_path, check=False
        )
        return done.stdout.splitlines()

    assert run("-") == ["['-'] True", "import  six"]
    assert run("--stdin-filename=a.ipynb", given=notebook("smuggle six"))[0].endswith("True")
    assert run("--stdin-display-name", "a.py")[0] == "['--stdin-display-name', 'a.py'] True"
    assert run("x")[0] == "['x'] False"


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 2, "the following arguments are required: TOOL"),
        (["--"], 2, "the following arguments are required: TOOL"),
        (["--selekt"], 2, "unrecognized arguments: --selekt"),
        (["--", "no-such-tool", "a.py"], 127, "no command 'no-such-tool'"),
    ],
)
def test_wrong_use(davos, arguments, status, message):
    found, out, err = davos("shim", *arguments)
    assert (found, out) == (status, "")
    assert message in err


# ---- real tools on real files ----


def test_ruff(shim, write):
    write("ruff.toml", 'lint.select = ["F"]\nlint.ignore = ["F401"]\n')
    path = write("sub/nb.ipynb", notebook(*CELLS))
    status, out, _ = shim("ruff", "check", "--output-format", "concise", "sub/nb.ipynb")
    assert status == 1
    assert out.splitlines()[0] == "sub/nb.ipynb:cell 2:3:5: F821 Undefined name `missing`"
    status, out, _ = shim("ruff", "check", "--output-format", "json")
    (found,) = json.loads(out)
    assert (found["filename"], found["cell"]) == (str(path), 2)
    assert sorted(one.name for one in path.parent.iterdir()) == ["nb.ipynb"]


def test_ruff_does_not_call_davos_unused(shim, write):
    write("nb.ipynb", notebook("import davos", "smuggle six  # pip: six\nprint(six)"))
    found = shim("ruff", "check", "--isolated", "--select", "F,RUF100", "nb.ipynb")
    assert found[:2] == (0, "All checks passed!\n")


def test_ruff_on_standard_input(tmp_path):
    tool = [sys.executable, "-m", "davos", "shim", sys.executable, "-m", "ruff"]

    def run(*arguments, given):
        done = subprocess.run(
            [*tool, *arguments],
            input=given,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
        return done.returncode, done.stdout

    check = ["check", "--isolated", "--no-cache", "--select", "F", "--output-format", "concise"]
    status, out = run(*check, "--stdin-filename", "x.ipynb", "-", given=notebook(*CELLS))
    assert status == 1
    assert out.splitlines()[0].startswith("x.ipynb:cell 2:3:5: F821 ")
    text = "import davos\nsmuggle  six # pip: six\nx = { 1 }\n"
    assert run("format", "--isolated", "-", given=text) == (
        0, "import davos\nsmuggle six  # pip: six\n\nx = {1}\n",
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["black", "isort"])
def test_formatters_on_standard_input(tmp_path, tool):
    pytest.importorskip(tool)
    command = [sys.executable, "-m", "davos", "shim", sys.executable, "-m", tool, "-q", "-"]
    text = "import davos\nsmuggle  six # pip: six\nimport os\n"
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0
    assert "smuggle six  # pip: six\n" in done.stdout
    assert "noqa" not in done.stdout


def test_ruff_is_silent_about_a_clean_notebook(shim, write):
    write("nb.ipynb", notebook("import davos", "smuggle six  # pip: six\nprint(six, davos)"))
    assert shim("ruff", "check", "--select", "E4,E7,E9,F", "nb.ipynb")[0] == 0


@pytest.mark.slow
def test_mypy(shim, write):
    write("helper.py", "def f() -> int:\n    return 1\n")
    path = write("a.py", "smuggle helper\nx: str = helper.f()\n")
    status, out, _ = shim("mypy", "a.py")
    assert status == 1
    assert out.startswith("a.py:2: error: Incompatible types in assignment")
    assert not path.with_name(".mypy_cache").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tool", "expected"),
    [
        ("pyflakes", "nb.ipynb:cell_2:3:5: undefined name 'missing'"),
        ("mypy", 'nb.ipynb:cell_2:3: error: Name "missing" is not defined'),
    ],
)
def test_through_nbqa(shim, write, tool, expected):
    """As for a notebook with imports; nbqa counts some of mypy's rows in a way of its own."""
    pytest.importorskip("nbqa")
    write("nb.ipynb", notebook(*CELLS))
    status, out, err = shim("nbqa", tool, "nb.ipynb")
    assert status == 1, err
    assert any(line.startswith(expected) for line in out.splitlines()), out
    write("nb.ipynb", notebook(*CELLS).replace("smuggle", "import "))
    assert shim("nbqa", tool, "nb.ipynb")[1] == out
