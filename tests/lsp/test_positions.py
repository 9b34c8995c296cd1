"""A text and positions in it, for each way to count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, Range

from davos.lsp.positions import Text
from davos.span import Location

ENCODINGS = ["utf-8", "utf-16", "utf-32"]
TEXTS = st.text(alphabet="ab é🐍\t\f\u2028\r\n\ud800", max_size=30)


def reference(text, encoding):
    """The position of each offset that is no place within a line's end, the slow way."""
    found, line, start = {}, 0, 0
    offset = 0
    while offset <= len(text):
        before = text[start:offset]
        units = {
            "utf-8": len(before.encode("utf-8", "surrogatepass")),
            "utf-16": len(before.encode("utf-16-le", "surrogatepass")) // 2,
            "utf-32": len(before),
        }[encoding]
        found[offset] = Position(line, units)
        if text[offset : offset + 2] == "\r\n":
            offset += 2
            line, start = line + 1, offset
        elif text[offset : offset + 1] in {"\r", "\n"}:
            offset += 1
            line, start = line + 1, offset
        else:
            offset += 1
    return found


@given(TEXTS, st.sampled_from(ENCODINGS))
def test_offsets_and_positions(text, encoding):
    counted = Text(text, encoding)
    for offset, position in reference(text, encoding).items():
        assert counted.offset(position) == offset
        assert counted.position(counted.source.location(offset)) == position


@given(TEXTS, TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_an_edit_replaces_what_is_between(text, content, encoding, data):
    places = reference(text, encoding)
    start, end = sorted(data.draw(st.tuples(*[st.sampled_from(sorted(places))] * 2)))
    for place in (Range(places[start], places[end]), Range(places[end], places[start])):
        after = Text(text, encoding).replaced(place, content)
        assert after.text == text[:start] + content + text[end:]


@given(TEXTS, st.sampled_from(ENCODINGS), st.integers(0, 99), st.integers(0, 99))
def test_every_position_is_somewhere(text, encoding, line, character):
    assert 0 <= Text(text, encoding).offset(Position(line, character)) <= len(text)


@pytest.mark.parametrize(("encoding", "middle"), [("utf-8", 2), ("utf-16", 1)])
def test_the_middle_of_a_character_is_its_start(encoding, middle):
    assert Text("🐍x", encoding).offset(Position(0, middle)) == 0


def test_behind_the_end():
    text = Text("ab\r\nc", "utf-16")
    assert text.offset(Position(0, 99)) == 2
    assert text.offset(Position(9, 0)) == 5
    assert text.position(Location(9, 1)) == Position(1, 0)
