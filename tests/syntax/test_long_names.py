"""Names of many combining characters are normalised as Python does, in linear time."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from davos.translate import parse, translate

MARKS = "".join(
    character
    for character in map(chr, range(0x300, 0x370))
    if unicodedata.combining(character) and f"a{character}".isidentifier()
)


@given(st.text(f"aé\ufb01\u1e69{MARKS}", min_size=200, max_size=300))
def test_a_long_name_is_normalised_as_pythons_parser_does(rest):
    (node,) = parse(f"smuggle a{rest}")
    assert node.names[0].name == unicodedata.normalize("NFKC", f"a{rest}")


@pytest.mark.parametrize("count", [150_000])
def test_a_very_long_name_comes_to_an_end(count):
    assert translate("smuggle a" + "\u0301\u0316" * count).startswith('smuggle(name="')
