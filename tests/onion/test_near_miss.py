"""Comments that look like onion comments, and ordinary words: `NEAR` and `ORDINARY` document it."""

import pytest

from davos.onion.near_miss import near_miss
from davos.onion.validator import validate_text
from davos.span import Span
from davos.syntax.onion_comment import read_onion_comment

# comment -> the onion comment that is suggested, empty if none can be
NEAR = {
    "# pip numpy==1": "# pip: numpy==1",
    "# pip numpy": "# pip: numpy",
    "#pip numpy>=1,<2": "# pip: numpy>=1,<2",
    "# Pip: numpy==1": "# pip: numpy==1",
    "# PIP: x": "# pip: x",
    "# pip3: x": "# pip: x",
    "# pip3.11 : x -U": "# pip: x -U",
    "# ppi: x": "# pip: x",
    "# pip install numpy": "# pip: numpy",
    "#pip install x": "# pip: x",
    "# pip install: x": "# pip: x",
    "# pip install -U x": "# pip: -U x",
    "# pip install numpy==1 scipy": "",
    "# !pip install x": "# pip: x",
    "# %pip install x": "# pip: x",
    "# $ pip install x": "# pip: x",
    "# python -m pip install x": "# pip: x",
    "# uv pip install x": "# pip: x",
    "# pip; x": "# pip: x",
    "# pip - x": "# pip: x",
    "# pip -> x": "# pip: x",
    "# pip = x": "# pip: x",
    "# pip, x": "# pip: x",
    "# pip\uff1a x": "# pip: x",
    "# pip -U x": "# pip: -U x",
    "# pip git+https://h/r": "# pip: git+https://h/r",
    "# pip ./x": "# pip: ./x",
    "# pip x==1  # why": "# pip: x==1",
    "# pip x^1.0": "",
    "# pip:": "",
    "# uv x==1": "# uv: x==1",
    "# UV: x": "# uv: x",
    "# uv add x": "# uv: x",
    "# uv install x --prerelease allow": "# uv: x --prerelease allow",
    "# uv:": "",
    "# poetry: x==1": "# pip: x==1",
    "# conda numpy": "# conda: numpy",
    "# conda numpy=1.26": "# conda: numpy=1.26",
    "# conda install numpy": "# conda: numpy",
    "# conda install -c conda-forge numpy=1.26": "# conda: -c conda-forge numpy=1.26",
    "# Conda: numpy": "# conda: numpy",
    "# mamba: numpy": "# conda: numpy",
    "# mamba install numpy": "# conda: numpy",
    "# micromamba install -y numpy=1": "# conda: -y numpy=1",
    "# conda install numpy=1 scipy": "",
}
ORDINARY = [
    "# pip is slow here",
    "# pipeline: x",
    "# paths :)",
    "# pip",
    "# uv",
    "# pip works",
    "# pip fails",
    "# pip install fails",
    "# pip install is slow",
    "# pip install needed",
    "# pip's resolver",
    "# pip. Then x",
    "# pip>=21",
    "# pip==21.0",
    "# pip 23.1",
    "# pip version 23.1",
    "# pip/conda",
    "# pip, conda",
    "# pip (numpy)",
    "# pipx: x",
    "# uv is faster",
    "# uvloop: x",
    "# conda only",
    "# conda install fails",
    "# mamba is faster",
    "# conda-forge has it",
    "# poetry in motion",
    "# needs pip: x",
    "# note: x",
    "# noqa: E402",
    "# type: ignore",
    "# why  # pip x==1",
    "## pip: x",
    "## pip x==1",
    "#",
    "#!pip",
]


@pytest.mark.parametrize(("comment", "suggestion"), NEAR.items())
def test_near_misses_name_the_spelling_that_works(comment, suggestion):
    miss = near_miss(comment)
    assert miss.suggestion == suggestion
    assert comment[miss.start : miss.end] == miss.name
    assert suggestion in miss.message
    lower = miss.name.lower()
    installer = (
        "uv" if lower == "uv" else "conda" if "conda" in lower or "mamba" in lower else "pip"
    )
    assert suggestion or f"# {installer}: NAME==VERSION" in miss.message


@pytest.mark.parametrize("suggestion", sorted({*NEAR.values()} - {""}))
def test_what_is_suggested_is_a_valid_onion_comment(suggestion):
    comment = read_onion_comment(suggestion, Span(0, len(suggestion)))
    assert validate_text(comment.installer, comment.args).requirement


@pytest.mark.parametrize("comment", ORDINARY)
def test_ordinary_words_stay_ordinary(comment):
    assert near_miss(comment) is None


def test_the_name_of_the_module_among_several_words_is_a_sign():
    assert near_miss("# pip install numpy please") is None
    assert near_miss("# pip install numpy please", "numpy") is not None


def test_a_long_comment_takes_linear_time():
    assert near_miss("# pip " + "x " * 100_000) is None
    assert near_miss("# " + "pip " * 100_000) is None
