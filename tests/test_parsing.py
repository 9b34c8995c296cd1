"""The parser driver, on a grammar of its own."""

import lark
import pytest

from davos.parsing import Driver, UnexpectedTokenError, grammar_text

GRAMMAR = """
pairs: pair+
pair: KEY VALUE
    | KEY
%declare KEY VALUE
"""


class Rules:
    @staticmethod
    def pair(children):
        return [child.start_pos for child in children]

    @staticmethod
    def pairs(children):
        return tuple(map(tuple, children))


@pytest.fixture(scope="module")
def driver():
    return Driver(GRAMMAR, "pairs", Rules)


def test_the_rules_get_the_indices_of_the_tokens(driver):
    assert driver.parse(("KEY", "KEY", "VALUE", "KEY")) == ((0,), (1, 2), (3,))


@pytest.mark.parametrize(
    ("types", "index", "expected"),
    [
        ((), 0, {"KEY"}),
        (("VALUE",), 0, {"KEY"}),
        (("KEY", "VALUE", "VALUE"), 2, {"KEY", "$END"}),
        (("KEY", "OTHER"), 1, {"KEY", "VALUE", "$END"}),
    ],
)
def test_the_error_tells_the_first_token_that_is_not_allowed_and_what_is(
    driver, types, index, expected
):
    with pytest.raises(UnexpectedTokenError) as caught:
        driver.parse(types)
    assert (caught.value.index, caught.value.expected) == (index, expected)


def test_the_end_stands_behind_the_last_token():
    with pytest.raises(UnexpectedTokenError) as caught:
        Driver("pair: KEY VALUE\n%declare KEY VALUE", "pair", Rules).parse(("KEY",))
    assert (caught.value.index, caught.value.expected) == (1, {"VALUE"})


def test_the_same_types_are_parsed_once(driver):
    assert driver.parse(("KEY", "KEY")) is driver.parse(("KEY", "KEY"))


@pytest.mark.parametrize("name", ["smuggle", "onion"])
def test_both_grammars_are_found(name):
    assert "%declare" in grammar_text(name)


def test_a_grammar_that_lark_refuses_is_its_error():
    with pytest.raises(lark.exceptions.GrammarError):
        Driver("pair: unknown", "pair", Rules)
