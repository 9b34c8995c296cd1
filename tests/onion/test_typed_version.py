"""Where in an onion comment a version is being typed. A `|` is the cursor."""

import pytest

from davos.onion.typed_version import typed_version
from davos.onion.validator import TABLES


def typed(text, installer="pip"):
    before, _, after = text.partition("|")
    return typed_version(before + after, len(before), TABLES[installer])


TYPED = {
    "numpy==|": ("numpy", ""),
    "numpy==1.2|": ("numpy", "1.2"),
    "numpy==1.|26.4": ("numpy", "1."),
    "numpy>=1.2,<|": ("numpy", ""),
    "numpy >= 1.2 , != 1.|": ("numpy", "1."),
    "numpy ~= 1.|": ("numpy", "1."),
    "numpy===1|": ("numpy", "1"),
    "numpy<=1.0rc|": ("numpy", "1.0rc"),
    "numpy==1!2.0+local|": ("numpy", "1!2.0+local"),
    "Foo_Bar[a, b]>|": ("Foo_Bar", ""),
    "numpy (>=1.|": ("numpy", "1."),
    "'numpy >= 1, < |": ("numpy", ""),
    '"numpy>|" --pre': ("numpy", ""),
    "--no-deps numpy==|": ("numpy", ""),
    "numpy==1.|; python_version > '3'": ("numpy", "1."),
}
NOT_TYPED = [
    "numpy|",
    "|numpy==1",
    "num|py==1",
    "numpy=|",
    "numpy==1.0 |",
    "numpy==1; python_version>=|",
    "numpy; python_version>=|",
    "-i x==|",
    "--index-url=x==|",
    "numpy @ https://h/x==|",
    "git+https://h/x==|",
    "./x==|",
    "--pre==|",
    "==|",
]


@pytest.mark.parametrize(("text", "expected"), TYPED.items())
def test_a_version_is_typed(text, expected):
    found = typed(text)
    assert (found.name, found.text) == expected


@pytest.mark.parametrize("text", NOT_TYPED)
def test_no_version_is_typed(text):
    assert typed(text) is None


def test_what_is_behind_the_cursor_belongs_to_the_version():
    found = typed("numpy>=1.|26.4,<2 --pre")
    assert (found.start, found.end) == (7, 13)


def test_the_options_of_the_comment_are_given():
    found = typed(
        "numpy==| -i https://a/ --extra-index-url b --extra-index-url c --pre -i https://d/"
    )
    assert found.options == {
        "index_url": ("https://d/",),
        "extra_index_url": ("b", "c"),
        "pre": True,
    }
    assert typed("numpy==| --index https://a/", "uv").options == {"index": ("https://a/",)}


@pytest.mark.parametrize("part", ["a ", "a<1,", "1 , ", "<", "a[", "a.", "=="])
def test_long_comments_are_read_in_linear_time(part):
    assert typed(part * 20_000 + "|") is None or part in {"a<1,", "=="}
