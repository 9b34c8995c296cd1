"""What call stands in a statement's place."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

import pytest

from davos.source import Source
from davos.syntax.compiler import compile_statements
from davos.syntax.parser import parse


@dataclass
class FakeOnion:
    installer: str = "pip"
    text: str = "a"
    installer_kwargs: dict = field(default_factory=lambda: {"spec": "a", "editable": False})


def compiled(text, onion=None):
    return compile_statements(
        text, [(node, onion if node.onion else None) for node in parse(Source(text))]
    )


CALLS = {
    "smuggle os": 'smuggle(name="os", as_=None)',
    "smuggle numpy as np": 'smuggle(name="numpy", as_="np")',
    "smuggle a.b": 'smuggle(name="a.b", as_=None)',
    "smuggle a.b as c": 'smuggle(name="a.b", as_="c", submodule=True)',
    "smuggle a, b as c": 'smuggle(name="a", as_=None); smuggle(name="b", as_="c")',
    "from a.b smuggle c, d as e": (
        'smuggle(name="a.b.c", as_="c"); smuggle(name="a.b.d", as_="e")'
    ),
    "from a.b smuggle *": 'smuggle(name="a.b", as_=None, star=True)',
    "from .a smuggle b as c": 'smuggle(name="a.b", as_="c", level=1)',
    "from . smuggle x": 'smuggle(name="x", as_="x", level=1)',
    "from .a smuggle *": 'smuggle(name="a", as_=None, level=1, star=True)',
    "from .. smuggle *": 'smuggle(name="", as_=None, level=2, star=True)',
    "if x: smuggle y; z": 'if x: smuggle(name="y", as_=None); z',
    "smuggle a; smuggle b": 'smuggle(name="a", as_=None); smuggle(name="b", as_=None)',
    "smuggle élan": 'smuggle(name="élan", as_=None)',
    "smuggle a  # why": 'smuggle(name="a", as_=None)  # why',
    # Line breaks move into the parentheses of the last call.
    "smuggle a, \\\r\n b; x": 'smuggle(name="a", as_=None); smuggle(name="b", as_=None\r\n); x',
    "from a smuggle (  # x :)\n b,\n c\n)  # d": (
        'smuggle(name="a.b", as_="b"); smuggle(name="a.c", as_="c"\n\n\n)  # d'
    ),
    "from a smuggle (b,\r c)": 'smuggle(name="a.b", as_="b"); smuggle(name="a.c", as_="c"\r)',
}


@pytest.mark.parametrize(("text", "expected"), CALLS.items(), ids=repr)
def test_a_statement_becomes_calls(text, expected):
    assert compiled(text) == expected


ONION_CALL = (
    'smuggle(name="a", as_=None, installer="pip", args_str="""a""", '
    "installer_kwargs={'editable': False, 'spec': 'a'})"
)
COMMENTS = {
    "smuggle a  # pip: a": ONION_CALL,
    "smuggle a\t#pip:a  # other": ONION_CALL + "  # other",
    "smuggle a;  # pip: a\nx": ONION_CALL + ";\nx",
    "smuggle a \\\n # pip: a": ONION_CALL + " \\\n # pip: a",
    "smuggle a  ## pip: a": 'smuggle(name="a", as_=None)  ## pip: a',
}


@pytest.mark.parametrize(("text", "expected"), COMMENTS.items(), ids=repr)
def test_the_onion_comment_that_took_effect_is_dropped_and_others_stay(text, expected):
    assert compiled(text, FakeOnion()) == expected


def test_the_onion_comment_goes_with_the_first_call_only():
    code = compiled("smuggle a, b as c  # pip: a", FakeOnion())
    assert code == ONION_CALL + '; smuggle(name="b", as_="c")'


def test_an_onion_comment_on_the_first_line_wins_and_the_other_stays():
    code = compiled("from a smuggle (  # pip: a\n b\n)  # pip: c", FakeOnion())
    assert code.endswith("'spec': 'a'}\n\n)  # pip: c")


@pytest.mark.parametrize(
    "args",
    [
        '"foo>=1"',
        "'''",
        '"""',
        '""" + x + """',
        ".\\new\\table",
        "six\\",
        "a\x00b",
        "a\u2028b",
        "\ud800",
        "{x}",
        "é",
        "a\tb",
    ],
)
def test_no_argument_can_break_out_of_its_literal(args):
    onion = FakeOnion(text=args, installer_kwargs={"spec": args, "editable": False, "it's": [args]})
    code = compiled("smuggle a  # pip: x", onion)
    (call,) = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    arguments = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    assert arguments["args_str"] == args
    assert arguments["installer_kwargs"] == onion.installer_kwargs
    assert len(code.splitlines()) == 1
