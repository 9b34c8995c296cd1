"""What holds for every text."""

from __future__ import annotations

import ast
import contextlib
import keyword
import random
import sysconfig
import textwrap
import tokenize
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_oracle import differences

from davos.source import Source
from davos.syntax.parser import parse, parse_all
from davos.translate import translate

PIECES = [
    "smuggle", "from", "import", "as", "a", "b.c", ".", "..", ",", "(", ")", "[", "]", "{", "}",
    "*", ";", ":", "=", ":=", "lambda", "if", "else", "class", "def", "case", "match", "is",
    "# pip: a==1", "#", "## pip: a", "# pip:", "# conda: b", "-e", "'", '"', "'''", '"""', "f'",
    "{x!r:>{w}}", "rb'", "\\", "\\\n", "\n", "\r\n", "\r", "\f", "\t", " ", "    ", "é", "\ufeff",
    "\x00", "€", "\uff53muggle", "1", "0x1", "smuggle a", "from a smuggle b\n", "from a smuggle (\n",
]  # fmt: skip
texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join),
)


@given(texts)
def test_translate_raises_nothing_but_syntax_errors(text):
    with contextlib.suppress(SyntaxError):
        translate(text)


@given(texts)
def test_a_text_without_statements_is_the_same_object(text):
    statements, errors = parse_all(Source(text))
    if not statements and not errors:
        assert translate(text) is text


@given(texts)
def test_the_number_of_lines_stays_the_same(text):
    with contextlib.suppress(SyntaxError):
        translated = translate(text)
        assert len(Source(translated).line_starts) == len(Source(text).line_starts)


@given(texts)
def test_parse_all_finds_the_first_error_that_parse_raises(text):
    statements, errors = parse_all(Source(text))
    if errors:
        with pytest.raises(SyntaxError) as caught:
            parse(Source(text))
        assert (errors[0].msg, errors[0].span) == (caught.value.msg, caught.value.span)
    else:
        assert parse(Source(text)) == statements


@given(texts)
def test_an_error_points_into_its_line(text):
    for error in parse_all(Source(text))[1]:
        assert 1 <= error.offset <= len(error.text) + 1
        assert error.span.start <= error.span.end <= len(text)


names = st.sampled_from(["a", "é", "match", "case", "_x1", "ﬁ"])
modules = st.lists(names, min_size=1, max_size=3).map(".".join)
spaces = st.sampled_from([" ", "  ", "\t", "\f ", " \\\n", " \\\r\n  "])
gaps = st.one_of(st.just(""), spaces)
# Before 3.12 these are something else, or refused.
newer_strings = ["f'{f'{x}'}'", "f'{'a'}'", "f'{x # }\n}'", "f'{x:{'y'}}'", "f'{\"\\n\"}'"]
newer_strings += [
    "f\"{x:{f'{y:{z}}'}}\"",
    "f'''{''''}'''",
    "f'{x:{{y}}}'",
    "f'{x!r:^{w}.{p}}'",
    "f'{x:\n}'",
]
strings = st.sampled_from(newer_strings) | st.sampled_from(
    [
        "'x'", '"it\'s"', "r'\\'", "b'\\''", "'''a\n import b\n'''", '"""#"""', "'a\\\nimport b'",
        "f'{x}'", "f'{{'", "f\"{x['a']}\"", "f'{x:>{w}}'", "rf'\\{x}'", "f'\\N{DASH}'", "''", '""',
        "f'''{\nx\n}'''", "f'{x!r}'", "f'{(lambda: 1)()}'", "f'''{x:\n}'''", "Rb'''\\''''",
        "f'{x}' 'import' f\"\"\"'{x}\"\"\"", "f'{x=}'", "f'{ {1: 2}[1] }'",
    ]
)  # fmt: skip
expressions = st.one_of(
    strings,
    st.sampled_from(
        [
            "x", "(1,\n 2)", "[a, # import b)\n c]", "{'k': x}", "x[1:2]", "lambda: 1", "(x := 1)",
            "lambda y=lambda: 1: y", "1if x else 2", "x if y else z", "{**a}", "...", "x.y", "(\n)",
            "1_0.5e-3j", "not x", "x @ y", "x != y",
        ]
    ),
)  # fmt: skip


@st.composite
def imports(draw):
    """An import statement."""
    gap, space = (lambda: draw(gaps)), (lambda: draw(spaces))

    def alias(name):
        return draw(name) + (space() + "as" + space() + draw(names) if draw(st.booleans()) else "")

    if draw(st.booleans()):
        many = [alias(modules) for _ in range(draw(st.integers(1, 3)))]
        return "import" + space() + (gap() + "," + gap()).join(many)
    dots = draw(st.sampled_from(["", ".", "...", ". ."]))
    module = draw(modules) if not dots or draw(st.booleans()) else ""
    many = [alias(names) for _ in range(draw(st.integers(1, 3)))]
    head = "from" + space() + dots + module + space() + "import"
    if draw(st.booleans()):
        inner = draw(st.sampled_from(["", "\n", "# )\n ", "\r\n\t", "\n\n"]))
        comma = draw(st.sampled_from(["", ","]))
        return head + gap() + "(" + inner + ("," + inner).join(many) + comma + inner + ")"
    return head + space() + (gap() + "," + gap()).join(many)


simple_statements = st.one_of(
    imports(), expressions, expressions.map("x = {}".format), expressions.map("x: {}".format)
)
headers = st.one_of(
    st.just(""),
    expressions.map("if {}: ".format),
    expressions.map("while {}:".format),
    expressions.map("for x in {}: ".format),
    expressions.map("with {}: ".format),
    st.sampled_from(["class A: ", "def f(a: int = 1, *, b) -> x: ", "async def f(): ", "try: "]),
)


@st.composite
def programs(draw):
    """A few lines of Python: clauses, statements between semicolons, comments."""
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        header = draw(headers)
        body = draw(st.sampled_from([";", " ; "])).join(
            draw(st.lists(simple_statements, min_size=1, max_size=3))
        )
        comment = draw(st.sampled_from(["", "  # import x", ";", " # it's (", "\t"]))
        end = draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n\f\n"]))
        closing = "\nfinally: pass" if header == "try: " else ""
        lines.append(header + body + comment + closing + end)
    return "".join(lines)


def compare(text):
    """Whether Python reads the text; if it does, it must be read as with `import`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    _, problems = differences(text, tree, "<program>")
    assert not problems, text
    return True


@given(programs())
def test_generated_programs_read_as_with_import(text):
    compare(text)


@pytest.mark.parametrize("string", newer_strings)
def test_strings_end_where_this_python_ends_them(string):
    for text in (f"{string}; import a\nimport b\n", f"{string}\nimport c"):
        compare(text)


def mutated(chooser, text):
    """A text with a few pieces removed, doubled or put in."""
    noise = ["'", '"', "'''", "\\", "\n", "(", ")", ";", ":", "f'", "{", "}", "#", "import a", " "]
    for _ in range(chooser.randint(1, 3)):
        place = chooser.randrange(len(text) + 1)
        end = place + chooser.choice([0, 0, 1, 3])
        text = text[:place] + chooser.choice([*noise, ""]) + text[end:]
    return text


def test_mutated_files_read_as_with_import_if_python_reads_them_at_all():
    chooser = random.Random(20260101)
    paths = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
    read = 0
    for path in chooser.sample(paths, 40):
        with tokenize.open(path) as file:
            lines = file.read().splitlines(keepends=True)
        for _ in range(10):
            start = chooser.randrange(len(lines))
            part = textwrap.dedent("".join(lines[start : start + 4]))
            read += compare(mutated(chooser, part))
    assert read


def test_every_keyword_of_this_python_is_refused_as_a_name():
    for word in keyword.kwlist:
        if word not in {"as", "if", "in", "is", "and", "or", "not"}:
            with pytest.raises(SyntaxError):
                translate(f"smuggle {word}")
        with pytest.raises(SyntaxError):
            translate(f"smuggle a, {word}")
