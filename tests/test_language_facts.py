"""What davos 0.2.3 gets wrong about the language, row by row, and what is right.

The rows that only show while a statement runs are in tests/test_engine.py and
tests/frontends (versions, reloading, binding, configuration).
"""

from __future__ import annotations

import pytest

from davos.exceptions import DavosParserError
from davos.onion.validator import validate_text
from davos.translate import translate

PIP = ', installer="pip", args_str="""{0}""", installer_kwargs={{\'editable\': False, \'spec\': {1!r}}}'


def pip(text, spec=None):
    return PIP.format(text, spec or text)


CALLS = {
    "a quoted requirement": (
        'smuggle foo  # pip: "foo>=1"',
        (
            'smuggle(name="foo", as_=None, installer="pip", args_str=\'"foo>=1"\', '
            "installer_kwargs={'editable': False, 'spec': 'foo>=1'})"
        ),
    ),
    "a marker with quotes": (
        "smuggle six  # pip: six>=1;python_version>'3'",
        f'smuggle(name="six", as_=None{pip("six>=1;python_version>" + chr(39) + "3" + chr(39))})',
    ),
    "white space around a specifier": (
        "smuggle foo  # pip: foo >= 1",
        f'smuggle(name="foo", as_=None{pip("foo >= 1")})',
    ),
    "a direct URL": (
        "smuggle foo  # pip: foo @ https://host/foo-1.tar.gz",
        f'smuggle(name="foo", as_=None{pip("foo @ https://host/foo-1.tar.gz")})',
    ),
    "a second name behind a backslash": (
        "smuggle os, \\\njson",
        'smuggle(name="os", as_=None); smuggle(name="json", as_=None\n)',
    ),
    "a dotted module": ("smuggle os.path", 'smuggle(name="os.path", as_=None)'),
    "the statement again in a comment": (
        "smuggle os  # smuggle os",
        'smuggle(name="os", as_=None)  # smuggle os',
    ),
    "the same statement twice": (
        "smuggle a; smuggle a",
        'smuggle(name="a", as_=None); smuggle(name="a", as_=None)',
    ),
    "a closing parenthesis in a comment": (
        "from os smuggle (\n    path,  # paths :)\n    sep,\n)",
        'smuggle(name="os.path", as_="path"); smuggle(name="os.sep", as_="sep"\n\n\n)',
    ),
    "CRLF behind an onion": (
        "smuggle six  # pip: six==1\r\nx = 1\r\n",
        f'smuggle(name="six", as_=None{pip("six==1")})\r\nx = 1\r\n',
    ),
    "a tab before an onion": (
        "smuggle six\t# pip: six==1",
        f'smuggle(name="six", as_=None{pip("six==1")})',
    ),
    "a name of one letter": ("smuggle q  # pip: q", f'smuggle(name="q", as_=None{pip("q")})'),
    "tabs between words": ("smuggle\tos\tas\to", 'smuggle(name="os", as_="o")'),
    "a Unicode name": ("smuggle élan", 'smuggle(name="élan", as_=None)'),
    "a star": ("from os smuggle *", 'smuggle(name="os", as_=None, star=True)'),
    "a relative module": (
        "from ..a smuggle b",
        'smuggle(name="a.b", as_="b", level=2)',
    ),
    "behind a semicolon": ("x=1; smuggle y", 'x=1; smuggle(name="y", as_=None)'),
    "a one-line clause": ("if x: smuggle y", 'if x: smuggle(name="y", as_=None)'),
    "a variable, is": ("smuggle is None", "smuggle is None"),
    "a variable, in": ("smuggle in y", "smuggle in y"),
    "a module called smuggle": (
        "from smuggle smuggle x",
        'smuggle(name="smuggle.x", as_="x")',
    ),
    "a module that ends in smuggle": (
        "from mysmuggle smuggle x",
        'smuggle(name="mysmuggle.x", as_="x")',
    ),
    "a missing space": ("fromos smuggle path", "fromos smuggle path"),
    "five lines of parentheses": (
        "from a smuggle (\n    b,\n    c,\n    d,\n)\n1 / 0",
        (
            'smuggle(name="a.b", as_="b"); smuggle(name="a.c", as_="c"); '
            'smuggle(name="a.d", as_="d"\n\n\n\n)\n1 / 0'
        ),
    ),
    "an onion and another comment": (
        "smuggle quail  # pip: quail # replace later: git+...",
        f'smuggle(name="quail", as_=None{pip("quail")}) # replace later: git+...',
    ),
    "an onion without a space": ("smuggle a #pip:a", f'smuggle(name="a", as_=None{pip("a")})'),
}

ERRORS = {
    "one equals sign": ("smuggle six  # pip: six=1.16.0", "DAV103", "six=1.16.0"),
    "a command behind a semicolon": (
        "smuggle six  # pip: six;touch$IFS/tmp/x",
        "DAV103",
        "six;touch$IFS/tmp/x",
    ),
    "a command substitution": ("smuggle six  # pip: six$(ls)", "DAV103", "six$(ls)"),
    "two commands": ("smuggle a  # pip: --upgrade a && rm -rf /", "DAV104", "&&"),
    "a backslash behind a name": ("smuggle six  # pip: six\\", "DAV103", "six\\"),
    "nothing in parentheses": ("from os smuggle ()", "DAV001", ")"),
    "a dry run": ("smuggle a  # pip: a --dry-run", "DAV102", "--dry-run"),
    "no name": ("from x smuggle", "DAV001", ""),
    "no alias": ("smuggle a as", "DAV001", ""),
    "a dotted alias": ("smuggle a.b as c.d", "DAV001", "."),
    "a glued alias": ("from os.path smuggle dirname, join asopj", "DAV001", "asopj"),
}


@pytest.mark.parametrize("row", CALLS)
def test_a_statement_becomes_the_documented_call(row):
    source, expected = CALLS[row]
    assert translate(source) == expected


@pytest.mark.parametrize("row", ERRORS)
def test_a_mistake_is_an_error_at_the_word(row):
    source, code, word = ERRORS[row]
    with pytest.raises(DavosParserError) as caught:
        translate(f"# before\n{source}\n", filename="nb.py")
    error = caught.value
    assert error.code == code
    assert (error.filename, error.lineno, error.text) == ("nb.py", 2, f"{source}\n")
    column = source.rindex(word) if word else len(source)
    assert error.offset == column + 1
    assert error.end_offset == column + 1 + len(word)


def test_what_a_shell_would_run_is_one_word_of_a_value():
    words = validate_text("pip", "six --log=/dev/null&&touch${IFS}x").option_words
    assert words == ["--log", "/dev/null&&touch${IFS}x"]
