"""What an unknown word may stand for, and that nothing far from it is suggested."""

from __future__ import annotations

import pytest

from davos.cli.commands import COMMANDS
from davos.lint.registry import RULES
from davos.near_words import did_you_mean, near_words

OPTIONS = [
    "-e",
    "-v",
    "--exit-zero",
    "--fix",
    "--diff",
    "--select",
    "--statistics",
    "--unsafe-fixes",
]
CASES = [
    ("DAV999", RULES, []),
    ("DAV3001", RULES, ["DAV001", "DAV301"]),
    ("DA201", RULES, ["DAV201"]),
    ("dav3O4", RULES, ["DAV304"]),
    ("DAV319", RULES, ["DAV309", "DAV310", "DAV311"]),
    ("DAV300", RULES, []),
    ("--foo", OPTIONS, []),
    ("-x", OPTIONS, []),
    ("--fxi", OPTIONS, ["--fix"]),
    ("--stat", OPTIONS, ["--statistics"]),
    ("--unsave-fixs", OPTIONS, ["--unsafe-fixes"]),
    ("chek", COMMANDS, ["check"]),
    ("insatll", COMMANDS, []),
    ("projct", ["project", "Project"], ["project"]),
    ("Projct", ["project", "Project"], ["Project"]),
    ("x", ["y", "z"], []),
    ("", COMMANDS, []),
    ("a", [], []),
    ("same", ["same", "same", "sand"], ["same"]),
]


@pytest.mark.parametrize(("word", "known", "near"), CASES)
def test_near_is_what_a_slip_makes_of_a_word(word, known, near):
    assert near_words(word, known) == near


def test_several_near_words_are_all_named():
    assert did_you_mean("ab", ["abc", "abd", "abe"]) == "; did you mean abc, abd or abe?"
    assert did_you_mean("six", ["sixx"], repr) == "; did you mean 'sixx'?"
    assert did_you_mean("six", ["numpy"], otherwise="; there is numpy") == "; there is numpy"
