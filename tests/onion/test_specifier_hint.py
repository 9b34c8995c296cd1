"""Specifiers as other tools write them, and what they may mean."""

import pytest

from davos.exceptions import OnionArgumentError
from davos.onion.specifier_hint import nearest
from davos.onion.validator import validate_text

MEANT = {
    "x=1.0": ["x==1.0"],
    "x = 1.0": ["x==1.0"],
    "x[a,b]=1.0": ["x[a,b]==1.0"],
    "x=1.0,<2": ["x==1.0,<2"],
    "x=1.0; python_version > '3'": ["x==1.0; python_version > '3'"],
    "x==1,0": ["x==1.0"],
    "x>=1.0.": ["x>=1.0"],
    "x<>1": ["x!=1"],
    "x=>1": ["x>=1"],
    "x=<1": ["x<=1"],
    "x=~1.0": ["x~=1.0"],
    "x:1.0": ["x==1.0"],
    "x@1.0": ["x==1.0"],
    "x~1.0": ["x~=1.0", "x>=1.0,<1.1"],
    "x~1.2.3": ["x~=1.2.3", "x>=1.2.3,<1.3.0"],
    "x~1": ["x>=1,<2"],
    "x^1.0": ["x>=1.0,<2.0"],
    "x^1.2.3": ["x>=1.2.3,<2.0.0"],
    "x^0.2.3": ["x>=0.2.3,<0.3.0"],
    "x^0.0.3": ["x>=0.0.3,<0.0.4"],
    "x^0": ["x>=0,<1"],
}


@pytest.mark.parametrize(("text", "meant"), MEANT.items())
def test_what_was_meant_is_in_the_error(text, meant):
    assert nearest(text) == meant
    with pytest.raises(OnionArgumentError) as raised:
        validate_text("pip", text)
    assert f"did you mean {' or '.join(map(repr, meant))}?" in raised.value.msg
    for args in meant:
        assert validate_text("pip", args).requirement.name == "x"


@pytest.mark.parametrize("text", ["x===", "x==", "x^", "x~", "x=", "x!!1", "x^1.0rc1", "=1", "x"])
def test_nothing_is_suggested_where_nothing_is_near(text):
    assert nearest(text) == []
