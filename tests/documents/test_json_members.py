"""Members put into a notebook's JSON and taken out again, byte for byte."""

import json

import pytest

from davos.documents.json_members import put_member, remove_member

PLACE = ("metadata", "davos", "lock")
VALUE = {"b": ["x"], "a": 1}

INDENTED = """{
 "cells": [],
 "metadata": {
  "colab": {},
  "kernelspec": {"name": "python3"}
 },
 "nbformat": 4
}
"""
INDENTED_AFTER = """{
 "cells": [],
 "metadata": {
  "colab": {},
  "davos": {
   "lock": {
    "a": 1,
    "b": [
     "x"
    ]
   }
  },
  "kernelspec": {"name": "python3"}
 },
 "nbformat": 4
}
"""
CASES = {
    "indented": (INDENTED, INDENTED_AFTER),
    "line ends of Windows": (INDENTED.replace("\n", "\r\n"), INDENTED_AFTER.replace("\n", "\r\n")),
    "four spaces, last": (
        '{\n    "metadata": {\n        "a": 1\n    }\n}',
        (
            '{\n    "metadata": {\n        "a": 1,\n        "davos": {\n            "lock": {\n'
            '                "a": 1,\n                "b": [\n                    "x"\n'
            "                ]\n            }\n        }\n    }\n}"
        ),
    ),
    "tabs, empty metadata": (
        '{\n\t"metadata": {}\n}',
        (
            '{\n\t"metadata": {\n\t\t"davos": {\n\t\t\t"lock": {\n\t\t\t\t"a": 1,\n\t\t\t\t"b": [\n'
            '\t\t\t\t\t"x"\n\t\t\t\t]\n\t\t\t}\n\t\t}\n\t}\n}'
        ),
    ),
    "one line": (
        '{"metadata": {"z": "é"}, "cells": []}',
        '{"metadata": {"davos": {"lock": {"a": 1, "b": ["x"]}}, "z": "é"}, "cells": []}',
    ),
    "dense": (
        '{"cells":[],"metadata":{"a":0}}',
        '{"cells":[],"metadata":{"a":0,"davos":{"lock":{"a":1,"b":["x"]}}}}',
    ),
    "other members of davos": (
        '{"cells":[],"metadata":{"davos":{"z":[]}}}',
        '{"cells":[],"metadata":{"davos":{"lock":{"a":1,"b":["x"]},"z":[]}}}',
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_member_is_put_in_as_the_notebook_is_written_and_taken_out_without_a_trace(case):
    before, after = (text.encode() for text in CASES[case])
    assert put_member(before, PLACE, VALUE) == after
    assert remove_member(after, PLACE) == before


@pytest.mark.parametrize("case", CASES)
def test_a_member_that_is_there_is_replaced(case):
    before, after = (text.encode() for text in CASES[case])
    other = put_member(before, PLACE, {"c": {"d": [1, 2]}})
    assert json.loads(other)["metadata"]["davos"]["lock"] == {"c": {"d": [1, 2]}}
    assert put_member(other, PLACE, VALUE) == after


def test_metadata_are_made_where_there_are_none_and_stay():
    data = put_member(b'{"cells": [], "nbformat": 4}', PLACE, 1)
    assert data == b'{"cells": [], "metadata": {"davos": {"lock": 1}}, "nbformat": 4}'
    assert remove_member(data, PLACE) == b'{"cells": [], "metadata": {}, "nbformat": 4}'


def test_of_two_members_with_one_key_the_last_counts_as_for_json():
    data = b'{"metadata": {"davos": {"lock": 1, "lock": 2}}}'
    assert put_member(data, PLACE, 3) == b'{"metadata": {"davos": {"lock": 1, "lock": 3}}}'


@pytest.mark.parametrize("ascii_only", [True, False])
def test_other_letters_are_escaped_in_a_notebook_that_has_none(ascii_only):
    letter = "e" if ascii_only else "é"
    data = put_member(f'{{"metadata": {{"a": "{letter}"}}}}'.encode(), PLACE, "ü")
    assert ("ü".encode() in data) is not ascii_only
    assert json.loads(data)["metadata"]["davos"]["lock"] == "ü"


@pytest.mark.parametrize("text", ['{"metadata": []}', '{"metadata": {"davos": "x"}}'])
def test_what_is_no_object_is_not_replaced_by_one(text):
    with pytest.raises(ValueError, match="is not a JSON object"):
        put_member(text.encode(), PLACE, 1)
    assert remove_member(text.encode(), PLACE) == text.encode()


def test_nothing_changes_where_there_is_nothing_to_take_out():
    assert remove_member(INDENTED.encode(), PLACE) == INDENTED.encode()
