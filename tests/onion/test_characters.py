"""Characters that are a line end, a direction or invisible to somebody who reads the text."""

import sys
import unicodedata

import pytest

from davos.environments.project_names import checked_name
from davos.exceptions import DavosProjectError, OnionArgumentError
from davos.onion.characters import first_refused, refused_characters
from davos.onion.validator import validate, validate_text
from davos.source import Source
from davos.span import Span
from davos.syntax.onion_comment import read_onion_comment

LINE_ENDS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = "\u200b\u2060\ufeff\u00ad\u180e\U000e0041"
CONTROL = "\x00\x07\x08\x1b\x1f\x7f\x9b"
REFUSED = LINE_ENDS + DIRECTIONS + INVISIBLE + CONTROL
ACCEPTED = (
    "\t",
    "é",
    "中",
    "\u06a9\u200c\u06af",
    "👩\u200d💻",
    "\xa0",
    "\u202f",
    "\u3000",
    "e\u0301",
)


def test_every_line_end_of_str_splitlines_is_refused():
    for code in range(sys.maxunicode + 1):
        if len(f"a{chr(code)}b".splitlines()) > 1:
            assert first_refused(chr(code)), hex(code)


def test_every_control_and_format_character_but_tab_and_joiners_is_refused():
    accepted = {
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        and not first_refused(chr(code))
    }
    assert accepted == {"\t", "\u200c", "\u200d"}


@pytest.mark.parametrize("text", ACCEPTED)
def test_letters_and_spaces_of_every_script_are_accepted(text):
    assert first_refused(text) is None
    assert validate_text("pip", f"'./{text}x'").requirement.path == f"./{text}x"


def test_each_place_is_found():
    found = refused_characters("a\u202eb\x85")
    assert [tuple(one) for one in found] == [
        (1, "the direction control U+202E"),
        (3, "the control character U+0085"),
    ]


@pytest.mark.parametrize("character", REFUSED)
@pytest.mark.parametrize(
    "args",
    ["six{}==1.0", "six=={}1", "six =={} 1", "'./a{}b'", "git+https://h/r@v{}1", "x --log=a{}b",
     "six --hash={}sha256:00", "x ; python_version{} > '3'", "x {} --pre", "x --p{}re"],
)  # fmt: skip
def test_an_onion_refuses_it_by_its_number(character, args):
    """At the word that holds it, or at itself between words, and never as it is."""
    text = args.format(character)
    with pytest.raises(OnionArgumentError) as raised:
        validate_text("pip", text)
    error = raised.value
    start, end = (place - len("# pip: ") for place in error.span)
    assert error.code == "DAV103"
    assert start <= text.index(character) < end
    assert f"U+{ord(character):04X}" in error.msg
    assert character not in error.msg


@pytest.mark.parametrize("character", REFUSED.replace("\f", ""))
def test_it_counts_at_the_end_of_a_comment_too(character):
    """Where `str.strip` would drop it, and Python would find it in the code that is left."""
    text = f"# pip: six==1.16.0{character}"
    comment = read_onion_comment(text, Span(0, len(text)))
    with pytest.raises(OnionArgumentError, match=rf"U\+{ord(character):04X}"):
        validate(comment, Source(text))


def test_a_line_break_between_arguments_is_white_space_but_not_inside_a_requirement():
    assert validate_text("pip", "six==1.0\n--pre\r\n-v").options == {"pre": True, "verbosity": 1}
    for text in ("six\n>= 1.0", "six >=\r1", "six ;\npython_version > '3'"):
        with pytest.raises(OnionArgumentError, match="a requirement cannot hold"):
            validate_text("pip", text)


@pytest.mark.parametrize("character", REFUSED + "\n\r")
def test_no_project_has_it_in_its_name(character):
    with pytest.raises(DavosProjectError, match=rf"U\+{ord(character):04X}") as raised:
        checked_name(f"a{character}b")
    assert character not in str(raised.value)
