"""Which statements a text holds: every rule and example of the description, and 0.2.3's mistakes."""

from __future__ import annotations

import pytest

from davos.exceptions import DavosParserError
from davos.source import Source
from davos.span import Span
from davos.syntax.nodes import Smuggle
from davos.syntax.parser import parse, parse_all


def facts(node):
    names = [
        alias.name if alias.asname is None else f"{alias.name} as {alias.asname}"
        for alias in node.names
    ]
    text = ", ".join(names)
    if isinstance(node, Smuggle):
        return text
    return f"{'.' * node.level}{node.module or ''}: {text}"


def read(text):
    return [facts(node) for node in parse(Source(text))]


STATEMENTS = {
    # The documented grammar, alternative by alternative.
    "smuggle numpy": ["numpy"],
    "smuggle numpy as np": ["numpy as np"],
    "smuggle a.b.c": ["a.b.c"],
    "smuggle a.b as c, d": ["a.b as c, d"],
    "smuggle nilearn, nibabel, nltools": ["nilearn, nibabel, nltools"],
    "from a smuggle b": ["a: b"],
    "from a.b smuggle c as d, e": ["a.b: c as d, e"],
    "from a smuggle (b)": ["a: b"],
    "from a smuggle (b, c as d,)": ["a: b, c as d"],
    "from a smuggle *": ["a: *"],
    "from .a smuggle *": [".a: *"],
    "from . smuggle a": [".: a"],
    "from ... smuggle a": ["...: a"],
    "from ..a.b smuggle (c)": ["..a.b: c"],
    "from .. . a smuggle b": ["...a: b"],
    # White space.
    "from os.path smuggle dirname, join as opj": ["os.path: dirname, join as opj"],
    "from   os   . path   smuggle  dirname    ,join      as   opj": [
        "os.path: dirname, join as opj"
    ],
    "smuggle\tnumpy\tas\tnp": ["numpy as np"],
    "\tsmuggle a": ["a"],
    "\fsmuggle\fa": ["a"],
    "smuggle a, \\\n    b": ["a, b"],
    "smuggle os, \\\r\n json": ["os, json"],
    "from a \\\n smuggle \\\n b": ["a: b"],
    "from a smuggle(b)": ["a: b"],
    "from a smuggle*": ["a: *"],
    "from.a smuggle b": [".a: b"],
    "smuggle a\r\nsmuggle b\r\n": ["a", "b"],
    "smuggle a\rsmuggle b\r": ["a", "b"],
    "\ufeffsmuggle a": ["a"],
    # Comments inside parentheses.
    "from a smuggle (b,  # paths :)\n c)": ["a: b, c"],
    "from a smuggle (\n    b,\n\n    # c,\n    d,\n)\n": ["a: b, d"],
    "from a smuggle (  # (\n b)": ["a: b"],
    "from scipy.interpolate smuggle (aaaaaaaaaaaaaaaaaa\n    , b\n    , c)": [
        "scipy.interpolate: aaaaaaaaaaaaaaaaaa, b, c"
    ],
    # Identifiers.
    "smuggle élan": ["élan"],
    "smuggle ﬁle as \uff58": ["file as x"],
    "from a smuggle ª": ["a: a"],
    "smuggle match, case, type, _": ["match, case, type, _"],
    # Where a statement can start.
    "smuggle gensim; smuggle spacy; smuggle nltk": ["gensim", "spacy", "nltk"],
    "x = 1; smuggle y": ["y"],
    "smuggle y; x = 1": ["y"],
    "smuggle a;": ["a"],
    "if True: smuggle random": ["random"],
    "while True: smuggle math; break": ["math"],
    "for _ in range(1): smuggle json": ["json"],
    "if x: smuggle y": ["y"],
    "if x: smuggle a\nelif y: smuggle b\nelse: smuggle c": ["a", "b", "c"],
    "try: smuggle a\nexcept E: smuggle b\nfinally: smuggle c": ["a", "b", "c"],
    "with a as b, c: from d smuggle e": ["d: e"],
    "class A: smuggle b": ["b"],
    "class A(B, metaclass=C): smuggle b": ["b"],
    "def f(x: int = 3) -> int: smuggle b": ["b"],
    "async def f(): smuggle b": ["b"],
    "match x:\n    case 1: smuggle a\n    case {'b': 2}: smuggle c": ["a", "c"],
    "case [a]: smuggle b": ["b"],
    "if (lambda: 1)(): smuggle a": ["a"],
    "if lambda x: x: smuggle a": ["a"],
    "if lambda: lambda y: 0: smuggle a": ["a"],
    "if x[1:2]: smuggle a": ["a"],
    "if (y := {1: 2}): smuggle a": ["a"],
    "if y := x: smuggle a": ["a"],
    "if 1if x else 2: smuggle a": ["a"],
    "if f'{x:>{w}}': smuggle a": ["a"],
    "def f():\n    if x:\n        smuggle a\n": ["a"],
    "@smuggle.x\ndef f(): smuggle y": ["y"],
    "x = [\n  smuggle,\n]\nsmuggle a": ["a"],
    "x = 1 + \\\n  2\nsmuggle a": ["a"],
    '"""\nsmuggle a\n"""\nsmuggle b': ["b"],
    "x = 'it''s'; smuggle b": ["b"],
    "x = r'\\'; y'; smuggle b": ["b"],
    "x = 'a\\\nsmuggle b'\nsmuggle c": ["c"],
    "x = 'a\\\r\nsmuggle b'\r\nsmuggle c": ["c"],
    "x = ''''a'''; smuggle c": ["c"],
    "x = rb'''\\''''''; smuggle c": ["c"],
    "# it's\nsmuggle a": ["a"],
    "x = f'{{'; smuggle c": ["c"],
    # `smuggle` as a name of a module.
    "from smuggle smuggle x": ["smuggle: x"],
    "from smuggle.smuggle smuggle smuggle as smuggle": ["smuggle.smuggle: smuggle as smuggle"],
    "smuggle smuggle": ["smuggle"],
    "smuggle smuggle as x": ["smuggle as x"],
    "smuggle smuggle.smuggle, a": ["smuggle.smuggle, a"],
    "from . smuggle smuggle": [".: smuggle"],
    "from . smuggle smuggle as x": [".: smuggle as x"],
    "from . smuggle smuggle, x": [".: smuggle, x"],
    "from .smuggle smuggle x": [".smuggle: x"],
    "from .smuggle smuggle (x)": [".smuggle: x"],
    "from .smuggle smuggle *": [".smuggle: *"],
    "from . smuggle smuggle; x": [".: smuggle"],
    "from mysmuggle smuggle x": ["mysmuggle: x"],
    "from json.decodr smuggle X": ["json.decodr: X"],
    # `__future__` speaks to the compiler in `from __future__` only.
    "smuggle __future__": ["__future__"],
    "smuggle __future__ as f, a": ["__future__ as f, a"],
    "from .__future__ smuggle a": [".__future__: a"],
    "from a.__future__ smuggle b": ["a.__future__: b"],
    "from __future__.a smuggle b": ["__future__.a: b"],
    "from a smuggle __future__": ["a: __future__"],
}


@pytest.mark.parametrize(("text", "expected"), STATEMENTS.items(), ids=repr)
def test_a_statement_is_read_as_import_would_be(text, expected):
    assert read(text) == expected


NO_STATEMENTS = [
    "",
    "smuggle",
    "smuggle = 1",
    "smuggle(x)",
    "smuggle (x)",
    "smuggle.x",
    "smuggle in y",
    "smuggle is None",
    "smuggle not in y",
    "smuggle if x else y",
    "smuggle and x",
    "smuggle or x",
    "smuggle * x",
    "smuggle: int",
    "smuggle, x = y",
    "smuggle; x",
    "smuggle\nx",
    "smuggle # x",
    "match smuggle:\n    case x: pass",
    "def smuggle(): pass",
    "class smuggle: pass",
    "import smuggle",
    "import a, smuggle as x",
    "from smuggle import x",
    "from .smuggle import x",
    "from . smuggle import x",
    "from .smuggle.a import x",
    "from smuggle.a import x",
    "from x import smuggle",
    "from __future__ import smuggle",
    "from x import (\n    smuggle,\n    y)",
    "x = smuggle",
    "x: smuggle",
    "x: smuggle = 1",
    "d = {smuggle: smuggle}",
    "x[a:smuggle]",
    "lambda: smuggle",
    "x = lambda smuggle: smuggle",
    "smuggled x",
    "x_smuggle y",
    "Smuggle x",
    "async_smuggle(x)",
    "x = (1,\nsmuggle, a)",
    "x = 1 + \\\nsmuggle",
    "# smuggle matplotlib.pyplot as plt",
    "print('smuggle matplotlib.pyplot as plt')",
    'foo = """\nsmuggle matplotlib.pyplot as plt"""',
    "foo = r'''\\'''\nsmuggle a'''",
    "foo = bR'\\'smuggle a'",
    "foo = 'x\\\nsmuggle a'",
    "foo = f'''{x}\nsmuggle a\n'''",
    "foo = f'''{x:\nsmuggle a\n}'''",
    "exec('from pathlib smuggle Path')",
    "yield from smuggle",
    "raise x from smuggle",
    "if smuggle: pass",
    "for smuggle in x: smuggle = 1",
    "print(smuggle)\nsmuggle()",
]


@pytest.mark.parametrize("text", NO_STATEMENTS, ids=repr)
def test_smuggle_is_a_soft_keyword(text):
    assert read(text) == []


PYTHONS_TO_REFUSE = [
    "fromos smuggle path",
    "from 5 smuggle x",
    "x: smuggle y",
    "lambda: smuggle y",
    "x smuggle y",
    "d = {a: smuggle y}",
    "x = (\nsmuggle y",
    "x = 'abc\nsmuggle y",
    "x = '''abc\nsmuggle y",
    "x = '''abc\"\nsmuggle y",
    "x)\nsmuggle y",
    "x \\ y\nsmuggle y",
    "smuggle \\ y",
    "smuggle €",
    "smuggle 5",
    "smuggle 'x'",
    "from a. smuggle b",
    "else if x: smuggle y)",
]


@pytest.mark.parametrize("text", PYTHONS_TO_REFUSE, ids=repr)
def test_what_is_not_a_smuggle_statement_is_left_for_python_to_refuse(text):
    try:
        found = read(text)
    except DavosParserError:
        return
    if not found:
        with pytest.raises(SyntaxError):
            compile(text, "<text>", "exec")


def test_spans_cover_the_statement_and_each_name():
    text = "x; from .é.b smuggle (c as d,\n e)  # pip: f"
    (node,) = parse(Source(text))
    assert text[slice(*node.span)] == "from .é.b smuggle (c as d,\n e)"
    assert [text[slice(*alias.span)] for alias in node.names] == ["c as d", "e"]


ONIONS = {
    "smuggle a  # pip: a": ("pip", "a"),
    "smuggle a #pip:a": ("pip", "a"),
    "smuggle a#pip:a": ("pip", "a"),
    "smuggle a\t# pip: a": ("pip", "a"),
    "smuggle a # pip : a": ("pip", "a"),
    "smuggle a # pip:\ta \t": ("pip", "a"),
    "smuggle a # pip: a\r\n": ("pip", "a"),
    "smuggle a # conda: x": ("conda", "x"),
    "smuggle numpy    # pip: -I --no-cache-dir numpy==1.23.1 -vvv --timeout 30": (
        "pip",
        "-I --no-cache-dir numpy==1.23.1 -vvv --timeout 30",
    ),
    "smuggle tqdm    # pip: tqdm>=4.46,<4.60 # this comment is ignored": (
        "pip",
        "tqdm>=4.46,<4.60",
    ),
    "smuggle tqdm    # pip: tqdm>=4.46,<4.60            # so is this one": (
        "pip",
        "tqdm>=4.46,<4.60",
    ),
    "smuggle tqdm    # pip: tqdm# but this is an argument": (
        "pip",
        "tqdm# but this is an argument",
    ),
    "smuggle numpy    # pip: a  # pip: b": ("pip", "a"),
    "from umap smuggle UMAP#pip:umap-learn --user     -v    --no-clean": (
        "pip",
        "umap-learn --user     -v    --no-clean",
    ),
    "x; smuggle a  # pip: a": ("pip", "a"),
    "smuggle a;  # pip: a": ("pip", "a"),
    "if x: smuggle a  # pip: a": ("pip", "a"),
    "smuggle a, \\\n  b  # pip: a": ("pip", "a"),
    # On the first line, else on the last; others have no effect.
    "from s smuggle (    # pip: s==1\n    i as j,\n)": ("pip", "s==1"),
    "from s smuggle (i,    # no effect\n    k,\n    j)     # pip: s==1": ("pip", "s==1"),
    "from s smuggle (  # pip: s==1    # <-- this\n    i\n)    # pip: s==2": ("pip", "s==1"),
    "from s smuggle (\n i,   # pip: s==1\n j\n)  # pip: s==2  # <-- parsed": ("pip", "s==2"),
    "from s smuggle (  ## pip: s==1\n i\n)  # pip: s==2": ("pip", "s==2"),
    "from s smuggle (\n i,   # pip: s==1\n j)": None,
    "from s \\\n smuggle (  # pip: s\n j)": None,
    # No onion comments.
    "# pip: a\nsmuggle a": None,
    "smuggle a\n# pip: a": None,
    "smuggle a  ## pip: a": None,
    "smuggle a  # no effect # pip: a": None,
    "smuggle a  # see pip: the docs": None,
    "smuggle a  # foo: numpy": None,
    "smuggle a  # PIP: a": None,
    "smuggle a  # pipx: a": None,
    "smuggle a  # pip a": None,
    "smuggle a  # pip:": None,
    "smuggle a  # pip: # a": None,
    "smuggle a; x = 1  # pip: a": None,
}


@pytest.mark.parametrize(("text", "expected"), ONIONS.items(), ids=repr)
def test_an_onion_comment_is_the_first_comment_of_the_first_line_or_the_last(text, expected):
    (node,) = parse(Source(text))
    assert (node.onion and (node.onion.installer, node.onion.args)) == expected
    if node.onion:
        assert text[slice(*node.onion.args_span)] == node.onion.args
        assert text[slice(*node.onion.installer_span)] == node.onion.installer
        assert text[slice(*node.onion.span)].startswith("#")
        assert node.onion.span.end == node.onion.args_span.end


def test_an_onion_comment_belongs_to_the_last_statement_of_a_line():
    nodes = parse(Source("smuggle a; smuggle b; smuggle c  # pip: c"))
    assert [node.onion is not None for node in nodes] == [False, False, True]
    nodes = parse(Source("from a smuggle (b,  # pip: a\n c); smuggle d  # pip: d"))
    assert [node.onion.args for node in nodes] == ["a", "d"]


# Text, the words under the caret (`|` stands before an empty place), message.
MISTAKES = [
    ("from x smuggle", "", "expected one or more names after 'smuggle'"),
    ("from x smuggle  # pip: x", "", "expected one or more names after 'smuggle'"),
    ("smuggle a as", "", "expected a name after 'as'"),
    ("smuggle a as 5", "5", "expected a name after 'as', not '5'"),
    ("smuggle a as b as c", "as", "expected ',' or the end of the statement, not 'as'"),
    ("from x smuggle ()", ")", "expected one or more names between the parentheses"),
    ("from x smuggle (,)", ",", "expected a name, not ','"),
    ("smuggle a.b as c.d", ".", "a name after 'as' cannot be dotted: 'c.'"),
    (
        "from os.path smuggle dirname, join asopj",
        "asopj",
        "expected 'as', ',' or the end of the statement, not 'asopj'",
    ),
    ("from a smuggle (b c)", "c", "expected 'as', ',' or ')', not 'c'"),
    (
        "smuggle a b",
        "b",
        "expected 'as', ',', '.' or the end of the statement, not 'b'",
    ),
    ("smuggle class", "class", "expected a name, not the keyword 'class'"),
    ("smuggle a, None", "None", "expected a name, not the keyword 'None'"),
    ("from a smuggle b as if", "if", "expected a name, not the keyword 'if'"),
    ("from class smuggle x", "class", "expected a name, not the keyword 'class'"),
    *(
        (text, word, "a future statement cannot smuggle: use 'from __future__ import'")
        for text, word in [
            ("from __future__ smuggle annotations", "__future__"),
            ("from __future__ smuggle (annotations as a, division)", "__future__"),
            ("from __future__ smuggle *", "__future__"),
            ("from \\\n __future__ smuggle annotations  # pip: a", "__future__"),
            ("from __\uff46uture__ smuggle annotations", "__\uff46uture__"),
        ]
    ),
    ("smuggle as x", "as", "expected a name, not 'as'"),
    ("from a smuggle b,", ",", "trailing comma not allowed without surrounding parentheses"),
    ("smuggle a,", ",", "trailing comma not allowed"),
    ("smuggle a.", "", "expected a name"),
    ("smuggle *", "*", "'smuggle *' needs a module: 'from module smuggle *'"),
    ("from a smuggle b, *", "*", "expected a name, not '*'"),
    ("from a smuggle (*)", "*", "expected a name, not '*'"),
    ("from a smuggle *, b", ",", "expected the end of the statement, not ','"),
    (
        "from a.b smuggle c.d",
        ".",
        "a name after 'smuggle' cannot be dotted in a 'from' statement",
    ),
    ("from a smuggle (b", "(", "'(' was never closed"),
    ("from a smuggle (b\nx = 1", "x", "expected 'as', ',' or ')', not 'x'"),
    (
        "from a smuggle (b]",
        "]",
        "closing parenthesis ']' does not match opening parenthesis '('",
    ),
    ("smuggle a)", ")", "unmatched ')'"),
    (
        "smuggle a = 1",
        "=",
        (
            "expected 'as', ',', '.' or the end of the statement, not '='; "
            "a version goes into an onion comment: # pip: a==VERSION"
        ),
    ),
    (
        "smuggle b, scikit-learn",
        "-",
        (
            "expected 'as', ',', '.' or the end of the statement, not '-'; "
            "the name of a distribution goes into an onion comment: # pip: NAME"
        ),
    ),
    (
        "smuggle a pip: a",
        "pip",
        (
            "expected 'as', ',', '.' or the end of the statement, not 'pip'; "
            "an onion comment begins with a #: # pip: a"
        ),
    ),
    ("smuggle a as b == 1", "=", "expected ',' or the end of the statement, not '='"),
    ("smuggle a, €", "€", "expected a name, not '€'"),
    ("smuggle a 'b", "'", "expected 'as', ',', '.' or the end of the statement, not \"'\""),
    ("smuggle a \\ b", "\\", None),
    (
        "from a smuggle b if x else c",
        "if",
        "expected 'as', ',' or the end of the statement, not 'if'",
    ),
]


@pytest.mark.parametrize(("text", "word", "message"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_a_malformed_statement_is_an_error_at_the_offending_word(text, word, message):
    source = Source(f"é = 1\n{text}\ny = 2\n", "a.py")
    if "(b" in text and "\n" not in text and ")" not in text and "]" not in text:
        source = Source(f"é = 1\n{text}", "a.py")
    with pytest.raises(SyntaxError) as caught:
        parse(source)
    error = caught.value
    assert isinstance(error, DavosParserError)
    assert source.text[slice(*error.span)] == word
    if message:
        assert error.msg == message
    assert error.filename == "a.py"
    assert error.lineno == source.location(error.span.start).row >= 2
    assert error.text == source.line(error.lineno) + "\n"
    assert error.text[error.offset - 1 :].startswith(word)


RECOVERIES = {
    "from x smuggle\nsmuggle a as\nsmuggle b": (["b"], [1, 2]),
    "smuggle a b; smuggle c; smuggle d e\nsmuggle f": (["c", "f"], [1, 1]),
    "from x smuggle (a b\n)\nsmuggle c\nfrom y smuggle ()\n": (["c"], [1, 4]),
    "from x smuggle (a\nsmuggle b\nsmuggle c d": (["b"], [2, 3]),
    "from x smuggle (a,\n  1,\n  b)\nsmuggle c": (["c"], [2]),
    "from x smuggle (\nfrom y smuggle (\nsmuggle a": (["a"], [2, 3]),
    "smuggle a]\nsmuggle b": (["b"], [1]),
    "from __future__ smuggle a; smuggle b\nsmuggle c": (["b", "c"], [1]),
    "from __future__ smuggle (\n  a,\n)\nsmuggle b": (["b"], [1]),
    "if x: smuggle a as; smuggle b": (["b"], [1]),
}


@pytest.mark.parametrize(("text", "expected"), RECOVERIES.items(), ids=repr)
def test_one_malformed_statement_does_not_hide_the_others(text, expected):
    statements, errors = parse_all(Source(text))
    assert ([facts(node) for node in statements], [error.lineno for error in errors]) == expected


def test_parse_all_finds_what_parse_finds():
    text = "smuggle a\nif x: from b smuggle c"
    assert parse_all(Source(text)) == (parse(Source(text)), ())


def test_spans_are_tuples_of_offsets():
    (node,) = parse(Source("smuggle a"))
    assert node.span == Span(0, 9)
