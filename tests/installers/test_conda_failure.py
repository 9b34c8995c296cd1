"""Why py-rattler could not install, in one sentence."""

import platform

import pytest

from davos.installers.conda_failure import contradiction, explain
from davos.onion.comment import Requirement

BOTH = """
├─ right * can be installed with any of the following options:
│  └─ right 1.0 would require
│     └─ core >=2, which can be installed with any of the following options:
│        └─ core 2.0
└─ left * cannot be installed because there are no viable options:
   └─ left 1.0 would require
      └─ core <2, which cannot be installed because there are no viable options:
         └─ core 1.0, which conflicts with the versions reported above.
"""
ONE = """left * cannot be installed because there are no viable options:
└─ left 1.0 would require
   └─ core <2, for which no candidates were found.
"""
CONSTRAINT = """The following packages are incompatible
└─ left * can be installed with any of the following options:
   └─ left 1.0 would require
      └─ core <2, which can be installed with any of the following options:
         └─ core 1.0
└─ the constraint core ==2.0 cannot be fulfilled
"""
ASKED = """The following packages are incompatible
├─ core 2.* can be installed with any of the following options:
│  └─ core 2.0
└─ core 1.* cannot be installed because there are no viable options:
   └─ core 1.0, which conflicts with the versions reported above.
"""
PYTHON = """The following packages are incompatible
├─ left 1.* can be installed with any of the following options:
│  └─ left 1.0 would require
│     └─ python >=3.99, which can be installed with any of the following options:
│        └─ python 3.99.0
└─ python 3.11.7 is locked, but another version is required as reported above
"""


@pytest.mark.parametrize(
    ("message", "asked", "sentence"),
    [
        (BOTH, [], "right 1.0 needs core >=2, but left 1.0 needs core <2"),
        (ONE, ["left", "core[version='2.*']"], "left 1.0 needs core <2, but core 2.* is asked for"),
        (CONSTRAINT, [], "left 1.0 needs core <2, but core ==2.0 is asked for"),
        (ASKED, [], "core 2.* is asked for, but core 1.* is asked for"),
        (ONE, ["left"], ""),
        ("anything else", ["core"], ""),
    ],
)
def test_both_sides_of_a_contradiction_are_named(message, asked, sentence):
    assert contradiction(message, asked) == sentence


def test_what_needs_another_python_is_named():
    event = {"event": "failed", "kind": "unsolvable", "message": PYTHON, "known": True, "near": []}
    event |= {"asked": ["left[version='1.*']"], "versions": ["1.0"]}
    running = f"but Python {platform.python_version()} is running"
    said = explain(Requirement("left=1", "left"), 1, event, [])
    assert said == f"cannot install left=1: left 1.0 needs python >=3.99, {running}"


def test_what_this_machine_does_not_have_is_named():
    tree = """Cannot solve the request because of: gpu * cannot be installed because there are no viable options:
└─ gpu 1.0 would require
   └─ __cuda >=12, for which no candidates were found.
"""
    event = {"event": "failed", "kind": "unsolvable", "message": tree, "known": True, "asked": []}
    text = explain(Requirement("gpu", "gpu"), 1, event, [])
    assert text == (
        "cannot install gpu: gpu 1.0 needs __cuda >=12, which this machine does not have"
    )


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"path": "../x"}, "a.conda has a file that leads out of the environment: '../x'"),
        ({"path": None}, "a.conda cannot be read (torn)"),
    ],
)
def test_a_package_with_bad_contents_is_named(details, said):
    event = {"event": "failed", "kind": "contents", "message": "torn", "package": "a.conda"}
    assert explain(Requirement("a=1", "a"), 1, {**event, **details}, []).endswith(f"a=1: {said}")


def test_a_process_that_was_killed_is_named_with_its_signal():
    text = explain(Requirement("thing=1", "thing"), -9, {"event": "linking"}, [])
    assert "thing=1" in text
    assert "signal 9; the system does that when memory runs out" in text


def test_credentials_of_a_channel_are_masked():
    event = {"event": "failed", "kind": "channel", "message": "http://u:secret@h/c broke"}
    text = explain(Requirement("thing", "thing"), 1, event, ["http://u:secret@h/c"])
    assert "secret" not in text
    assert "http://u:****@h/c" in text


def test_other_errors_are_shown_on_one_line():
    event = {"event": "failed", "kind": "other", "message": "a\n\x1b[31m└─ b\n" + "c" * 900}
    text = explain(Requirement("thing", "thing"), 1, event, [])
    assert text.startswith("cannot install thing: a; b; ccc")
    assert len(text) < 400
