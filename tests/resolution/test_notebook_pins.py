"""The pins of a notebook, as soft constraints of an install."""

import pytest

from davos.documents.reader import read_document
from davos.resolution.notebook_pins import constraints_of, requirements_in

PINS = {
    "one pin": (["a==1"], {"a": "a==1"}),
    "no version": (["a"], {}),
    "names are compared in one spelling": (["A_b==1", "a-B<2"], {"a-b": "a-b<2,==1"}),
    "two exact versions are left out": (["a==1", "a==2", "b==1"], {"b": "b==1"}),
    "one exact version twice": (["a==1", "a==1"], {"a": "a==1"}),
    "a range of equal versions is no exact one": (["a==1.*", "a==1.2"], {"a": "a==1.*,==1.2"}),
    "an extra does not belong in a constraint": (["a[x]>=1"], {"a": "a>=1"}),
    "a URL has no constraint": (["a @ https://example.org/a-1.tar.gz", "b==1"], {"b": "b==1"}),
    "a false marker": (["a==1; python_version < '3'", "a==2"], {"a": "a==2"}),
    "a true marker": (["a==1; python_version > '3'"], {"a": "a==1"}),
    "arbitrary equality": (["a===dog", "b==1"], {"a": "a===dog", "b": "b==1"}),
}


def pins(requirements, **how):
    rows = [f"smuggle m{n}  # pip: {text!r}" for n, text in enumerate(requirements)]
    document = read_document("\n".join(["import davos", *rows]).encode(), "s.py")
    return constraints_of(requirements_in(document), **how)


@pytest.mark.parametrize("name", PINS)
def test_pins_become_constraints(name):
    requirements, expected = PINS[name]
    assert {k: sorted(v[len(k) :].split(",")) for k, v in pins(requirements).items()} == {
        k: sorted(v[len(k) :].split(",")) for k, v in expected.items()
    }


def test_what_the_session_asked_for_is_left_out():
    assert pins(["a==1", "B.c==2"], besides=["b-c"]) == {"a": "a==1"}


def test_cells_that_are_no_python_and_bad_onions_are_passed_over():
    text = (
        "smuggle a  # pip: a==1\nsmuggle b  # pip: b=2\nthis is no Python (\nsmuggle c # pip: c==3"
    )
    found = requirements_in(read_document(text.encode(), "s.py"))
    assert {one.name for one in found} >= {"a"}
    assert all(one.name != "b" for one in found)
