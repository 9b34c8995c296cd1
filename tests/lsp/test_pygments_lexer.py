"""The Pygments lexer: smuggle statements and onion comments have their colours."""

import pytest
from pygments import highlight, lex
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, String, Token

from davos.lsp.pygments_lexer import DavosLexer


def kinds(text):
    """The token type of each word."""
    found = [(value.strip(), kind) for kind, value in lex(text, DavosLexer())]
    return [(value, kind) for value, kind in found if value]


@pytest.mark.parametrize("name", ["davos", "smuggle"])
def test_pygments_finds_it_by_name(name):
    assert isinstance(get_lexer_by_name(name), DavosLexer)


@pytest.mark.parametrize(
    "text",
    [
        "smuggle a.b as c, d",
        "from a smuggle b",
        "from a smuggle(b)",
        "from . smuggle*",
        "if x: smuggle a",
        "  smuggle\ta",
        "x = 1; smuggle \\\n  a",
    ],
)
def test_the_word_is_coloured_as_import_is(text):
    assert ("smuggle", Keyword.Namespace) in kinds(text)
    plain = [(v.strip(), k) for k, v in lex(text.replace("smuggle", "import "), PythonLexer())]
    assert [k for v, k in plain if v] == [k for _, k in kinds(text)]


@pytest.mark.parametrize(
    "text",
    ["smuggle = 1", "smuggle(x)", "x.smuggle", "def smuggle(): pass", "smuggle is None"],
)
def test_elsewhere_it_is_a_name(text):
    kind = dict(kinds(text)).get("smuggle")
    assert kind is not None
    assert kind in Name


def test_strings_and_comments_are_no_statements():
    assert "smuggle" not in dict(kinds("'smuggle a'\n# smuggle b\n"))


def test_an_onion_comment_shows_its_parts():
    assert kinds("smuggle a  # pip: a==1 --pre # later")[2:] == [
        ("#", Comment.Single),
        ("pip", Keyword.Pseudo),
        (":", Comment.Single),
        ("a==1", String.Other),
        ("--pre", Name.Attribute),
        ("# later", Comment.Single),
    ]


def test_an_onion_comment_of_conda_shows_its_parts():
    assert kinds("smuggle a  # conda: forge::a=1=py_0 -c forge --no-deps # later")[2:] == [
        ("#", Comment.Single),
        ("conda", Keyword.Pseudo),
        (":", Comment.Single),
        ("forge::a=1=py_0", String.Other),
        ("-c", Name.Attribute),
        ("forge", String.Other),
        ("--no-deps", Name.Attribute),
        ("# later", Comment.Single),
    ]


@pytest.mark.parametrize(
    "text", ["smuggle a  ## pip: a", "import a  # pip: a", "smuggle a  # note"]
)
def test_other_comments_stay_comments(text):
    assert kinds(text)[-1][1] is Comment.Single


@pytest.mark.parametrize(
    "text",
    [
        "smuggle a  # pip: a==1 -q # c\n%time smuggle b\n!echo it's\nsmuggle c\n",
        "from a smuggle (  # pip: a\n  b,\n)  # pip: c\n",
        "'''open\nsmuggle a",
        "smuggle\n",
        "from a smuggle\n",
        "é = 1; smuggle é  # pip: é\n",
    ],
)
def test_no_character_is_lost(text):
    tokens = list(DavosLexer().get_tokens_unprocessed(text))
    assert "".join(value for _, _, value in tokens) == text
    assert [start for start, _, _ in tokens] == sorted({start for start, _, _ in tokens})
    assert all(kind in Token for _, kind, _ in tokens)


def test_a_formatter_takes_it():
    html = highlight("smuggle six  # pip: six", DavosLexer(), HtmlFormatter())
    assert '<span class="kn">smuggle</span>' in html
