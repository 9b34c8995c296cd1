"""`require_python` and `require_pip`: 0.2.3's arguments, messages and warnings."""

from __future__ import annotations

import platform

import pytest

import davos
from davos.exceptions import DavosError

PYTHON = platform.python_version().rstrip("+")


@pytest.mark.parametrize("spec", [">=3.0", ">=3.9,<4", f"=={PYTHON}", "3", "3.9", "!=2.7"])
def test_a_satisfied_constraint_is_silent(spec):
    davos.require_python(spec)


@pytest.mark.parametrize("spec", ["==2.7", "<2", ">=99", "2", "99.1"])
def test_another_python_is_an_error(spec):
    with pytest.raises(DavosError, match=r"does not satisfy the constraint '[=<>~]"):
        davos.require_python(spec)


def test_the_message_is_that_of_023():
    with pytest.raises(DavosError) as caught:
        davos.require_python(">=99", extra_msg="See README.")
    assert str(caught.value) == (
        f"The Python version installed in the environment (v{PYTHON}) does not satisfy "
        "the constraint '>=99'.\nSee README."
    )


@pytest.mark.parametrize("name", ["require_python", "require_pip"])
def test_a_warning_in_place_of_an_error_points_at_the_caller(name):
    with pytest.warns(RuntimeWarning, match="does not satisfy the constraint '>=99'") as caught:
        getattr(davos, name)(">=99", warn=True)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("spec", ["nonsense", "python>=3", "", "=>3"])
def test_what_is_no_specifier_is_a_value_error(spec):
    with pytest.raises(ValueError, match="Invalid"):
        davos.require_python(spec)


def test_a_number_is_no_specifier():
    with pytest.raises(TypeError, match=r"such as '>=3\.9', not 3"):
        davos.require_python(3)


def test_pip_is_held_against_the_pip_that_installs():
    davos.require_pip(">=1")
    with pytest.raises(DavosError, match=r"The version of pip installed in the environment \(v\d"):
        davos.require_pip("<1")
