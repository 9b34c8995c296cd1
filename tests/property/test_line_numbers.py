"""Every line keeps its number, whichever characters of white space stand in a statement."""

import ast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from davos.source import LINE_BREAK
from davos.translate import translate

LINE_BREAKS = ("\n", "\r\n", "\r")
SPACES = (" ", "\t", "\f")
ONE_LINE = st.lists(
    st.sampled_from([*SPACES, *(f"\\{line_break}" for line_break in LINE_BREAKS)]), max_size=3
).map("".join)
COMMENTS = st.sampled_from(["# c", "# pip: p==1", "#\f", "## pip: x\x0b\x1c\x85\u2028"])
ANY = st.lists(
    st.sampled_from([*SPACES, *LINE_BREAKS])
    | st.builds("{}{}".format, COMMENTS, st.sampled_from(LINE_BREAKS)),
    max_size=4,
).map("".join)
NAMES = ["S", "S as t", "S, T as u, v", "S, T,"]


@st.composite
def statements(draw):
    """A statement with white space wherever it may stand, and a comment or none behind it."""
    names = draw(st.sampled_from(NAMES)).replace(",", " , ").split()
    start = draw(st.sampled_from(["smuggle", "from p smuggle", "from . p smuggle"])).split()
    if draw(st.booleans()) and start[0] == "from":
        inside = "".join(f"{draw(ANY)} {name}" for name in names)
        end = f"{draw(ONE_LINE)}({inside}{draw(ANY)})"
    else:
        end = "".join(f"{draw(ONE_LINE)} {name}" for name in " ".join(names).rstrip(", ").split())
    head = "".join(f"{word}{draw(ONE_LINE)} " for word in start).rstrip(" ")
    return (
        head
        + end
        + draw(ONE_LINE.filter(lambda gap: not gap.strip(" \t\f")))
        + draw(st.just("") | COMMENTS)
    )


def rows(text):
    return 1 + len(LINE_BREAK.findall(text))


@pytest.mark.parametrize("binding", ["global", "local"])
@given(
    before=st.sampled_from(["", "x = 1\r", "\f\n", "'''\r\n'''\n", "x; "]),
    statement=statements(),
    between=st.sampled_from(LINE_BREAKS),
    after=st.sampled_from(["last", "\flast", "\r\n\rlast", "'\\\r' 'x'\rlast"]),
)
@example(before="", statement="from p smuggle(\rS\n)", between="\n", after="last")
@example(before="", statement="from . p smuggle(\r\r\nS\r\n\n\r)", between="\n", after="last")
@example(before="", statement="smuggle\\\r\\\n S", between="\r", after="\r\nlast")
def test_every_line_keeps_its_number(binding, before, statement, between, after):
    text = f"{before}{statement}{between}{after}"
    translated = translate(text, binding=binding)
    assert translated != text
    assert rows(translated) == rows(text)
    assert ast.parse(translated).body[-1].lineno == rows(text)
