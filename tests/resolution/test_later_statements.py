"""What a cell still asks for behind the statement that runs."""

import pytest

from davos.resolution.later_statements import onions_after, onions_in

CELL = """\
smuggle a  # pip: a==1
x = 1; smuggle b  # pip: b==2
if x:
    smuggle c  # pip: c==3
def f():
    smuggle d  # pip: d==4
smuggle e  # pip: e=5
smuggle f
from g.h smuggle (
    i,
)  # pip: g==7
if x: smuggle j  # pip: j==8
from multiprocessing smuggle Pool  # pip: multiprocess==0.70.14
smuggle davos  # pip: k==9
from .own smuggle m  # pip: m==10
"""


@pytest.mark.parametrize(
    ("row", "names"), [(0, ["a", "b", "g"]), (1, ["b", "g"]), (2, ["g"]), (9, []), (99, [])]
)
def test_top_level_statements_behind_a_row(row, names):
    assert [onion.requirement.name for onion in onions_after(CELL, row)] == names


def test_all_valid_onions_of_a_text():
    others = ["multiprocess", "k", "m"]
    assert [onion.requirement.name for onion in onions_in(CELL)] == [
        "a",
        "b",
        "c",
        "d",
        "g",
        "j",
        *others,
    ]


def test_a_cell_that_is_no_python_asks_for_nothing_more():
    assert onions_after("smuggle a  # pip: a==1\n(", 0) == []
