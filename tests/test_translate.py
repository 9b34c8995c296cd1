"""Source text to Python text, onion comments validated."""

from __future__ import annotations

import subprocess
import sys
import traceback

import pytest
from work_counter import work

from davos.exceptions import DavosParserError, OnionArgumentError
from davos.translate import as_imports, keyword_offsets, parse, translate


def test_the_documented_example_becomes_the_documented_call():
    assert translate("smuggle numpy as np    # pip: numpy>1.16,<=1.24 -vv") == (
        'smuggle(name="numpy", as_="np", installer="pip", '
        'args_str="""numpy>1.16,<=1.24 -vv""", '
        "installer_kwargs={'editable': False, 'spec': 'numpy>1.16,<=1.24', 'verbosity': 2})"
    )


@pytest.mark.parametrize("text", ["", "x = 1\n", "smuggle = 1\nsmuggle(x)\n", "'smuggle a'"])
def test_text_without_smuggle_statements_comes_back_the_same_object(text):
    for _ in range(2):
        fresh = "".join(list(text + " "))
        assert translate(fresh) is fresh


def test_an_error_names_file_row_column_and_line():
    with pytest.raises(DavosParserError) as caught:
        translate("x = 1\n  smuggle a as 1\n", filename="a.py")
    error = caught.value
    assert (error.filename, error.lineno, error.offset) == ("a.py", 2, 16)
    assert (error.end_lineno, error.end_offset, error.text) == (2, 17, "  smuggle a as 1\n")


def test_python_shows_a_caret_under_the_offending_word():
    with pytest.raises(DavosParserError) as caught:
        translate("smuggle é, b c", filename="a.py")
    lines = traceback.format_exception_only(DavosParserError, caught.value)
    code = next(row for row, line in enumerate(lines) if "smuggle é" in line)
    assert lines[code + 1].rstrip("\n").index("^") == lines[code].index(" c") + 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("smuggle numpy  # pip: numpy --nonsense", "--nonsense"),
        ("from umap smuggle UMAP    # pip: umap-learn --user-v--no-clean", "--user-v--no-clean"),
        ("smuggle a  # pip: -r a.txt", "-r"),
        ("smuggle a  # pip: a --help", "--help"),
        ("smuggle a  # pip: a -V", "-V"),
    ],
)
def test_an_argument_that_pip_or_davos_refuses_is_an_error_at_the_word(text, word):
    with pytest.raises(OnionArgumentError) as caught:
        translate(text)
    assert text[slice(*caught.value.span)].startswith(word)


def test_other_code_keeps_its_line():
    text = "from a smuggle (\n    b,\n    c,\n)\nraise ValueError\n"
    code = compile(translate(text), "<text>", "exec")
    with pytest.raises(ValueError) as caught:
        exec(code, {"smuggle": lambda **_: None})
    assert caught.traceback[-1].lineno + 1 == 5


def test_parse_gives_the_statements():
    (node,) = parse("smuggle a")
    assert node.names[0].name == "a"


def test_a_text_without_statements_does_not_load_the_parser():
    code = (
        "import sys; from davos.translate import translate\n"
        "translate('smuggle = 1')\n"
        "assert not {'lark', 'pip_requirements_parser', 'IPython'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


HEADS = ["from a smuggle (b, ", "smuggle a", "smuggle a;", "from .smuggle", "smuggle a # pip:"]


@pytest.mark.parametrize(
    "unit",
    [
        "smuggle a\n",
        "smuggle a; ",
        "x = {'a': 'b'}\n",
        "(",
        "f'{x}' ",
        "f'{'a'}' ",
        "from a smuggle (\n",
        "from a smuggle (b,\n",
        "smuggle a b\n",
        "smuggle ",
        "from ",
        ".",
        "'",
        '"',
        '"""',
        "\\",
        "\\\n",
        "#",
        "smuggle, ",
        "f'{",
        "f'{x:{",
        "{'smuggle': [",
        " \t",
        ".smuggle",
        ", b",
        "f'''{x:{",
    ],
)
@pytest.mark.parametrize("head", ["", *HEADS])
def test_twice_the_text_takes_twice_the_work(unit, head):
    number = 2 * max(200 // len(unit), 10)  # even: an odd number of quotes is another text
    for tail in ("", "\nsmuggle x", "; x"):
        once, twice = (work(f"{head}{unit * n}{tail}") for n in (number, 2 * number))
        assert twice < 2.2 * once + 200


@pytest.mark.parametrize(
    ("text", "imports", "same_width"),
    [
        ("smuggle numpy as np", "import numpy as np", "import  numpy as np"),
        ("if x: from a smuggle b; smuggle c", "if x: from a import b; import c",
         "if x: from a import  b; import  c"),
        ("from a.b smuggle (  # pip: c", "from a.b import (  # pip: c",
         "from a.b import  (  # pip: c"),
        ("smuggle = 1; 'smuggle x'", "smuggle = 1; 'smuggle x'", "smuggle = 1; 'smuggle x'"),
    ],
)  # fmt: skip
def test_statements_read_as_imports(text, imports, same_width):
    assert as_imports(text) == imports
    assert as_imports(text, same_width=True) == same_width
    assert as_imports(text, keyword_offsets(text), same_width=True) == same_width


def test_near_misses_of_an_onion_comment_are_told_each_time_with_their_row():
    text = "x = 1\nsmuggle numpy  # pip numpy==1\nfrom a smuggle (  # PIP: a\n    b)\n"
    told = []
    for _ in range(2):  # the second comes from the cache
        translated = translate(text, tell=lambda row, message: told.append((row, message)))
        assert translated == translate(text)
    assert [row for row, _ in told] == [2, 3, 2, 3]
    assert "`# pip: numpy==1`" in told[0][1]


def test_ordinary_comments_and_onion_comments_are_not_told():
    told = []
    text = "smuggle a  # pip: a==1\nsmuggle b  # pip is slow here\nsmuggle c\n# pip c\n"
    translate(text, tell=lambda *found: told.append(found))
    assert told == []
