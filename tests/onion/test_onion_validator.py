"""Onion comments that are valid, and what they say."""

from pathlib import Path

import pytest
from onion_cases import DIGEST, EDITABLES, OPTIONS, REQUIREMENTS

from davos.onion.comment import Requirement
from davos.onion.validator import validate, validate_text
from davos.source import Source
from davos.span import Span
from davos.syntax.nodes import OnionComment


@pytest.mark.parametrize(("args", "options"), OPTIONS.items())
def test_options(args, options):
    onion = validate_text("pip", args)
    assert dict(onion.options) == options
    kwargs = {"editable": False, "spec": onion.requirement.text, **options}
    assert onion.installer_kwargs == kwargs


@pytest.mark.parametrize(("text", "fields"), REQUIREMENTS.items())
def test_requirements(text, fields):
    """White space inside a requirement is fine; options may stand before and behind it."""
    expected = Requirement(text, **{"name": None, **fields})
    for args in (text, f"-U {text}", f"{text} -v", f"  {text}  --pre"):
        onion = validate_text("pip", args)
        assert onion.requirement == expected
        assert text in onion.args


@pytest.mark.parametrize(("args", "expected"), EDITABLES.items())
def test_editables(args, expected):
    text, fields = expected
    onion = validate_text("pip", args)
    assert onion.requirement == Requirement(text, **{"name": None, "editable": True, **fields})
    assert onion.installer_kwargs["editable"] is True
    assert onion.installer_kwargs["spec"] == text
    assert onion.requirement_words == ["-e", text]


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("text", ["foo>=1", "foo >= 1", "./my folder", "foo @ https://h/x.zip"])
def test_a_requirement_may_be_quoted(quote, text):
    assert validate_text("pip", f"{quote}{text}{quote} -v").requirement.text == text


def test_words():
    onion = validate_text("pip", "-Ivv foo >= 1 --log='a b'")
    assert onion.args == ("-Ivv", "foo >= 1", "--log=a b")
    assert onion.passed == ("--ignore-installed", "--verbose", "--verbose", "--log", "a b")
    assert onion.text == "-Ivv foo >= 1 --log='a b'"


def test_words_for_the_installer_expand_the_home_folder_as_a_shell_would():
    onion = validate_text("pip", "--log ~/l.txt ~/project")
    home = str(Path.home())
    assert onion.option_words == ["--log", f"{home}/l.txt"]
    assert onion.requirement_words == [f"{home}/project"]
    assert onion.requirement_line is None


def test_constraints_files_are_not_for_the_installer():
    onion = validate_text("pip", "-c ~/c.txt x --build-constraint=b.txt -v")
    assert onion.option_words == ["--verbose"]
    assert onion.options["constraint"] == ["~/c.txt"]
    assert onion.options["build_constraint"] == ["b.txt"]


def test_hashes_go_into_a_requirements_file():
    onion = validate_text("pip", f"-v six==1.16.0 --hash={DIGEST}")
    assert onion.requirement_line == f"six==1.16.0 --hash={DIGEST}"
    assert onion.option_words == ["--verbose"]


def test_an_onion_of_a_source_text():
    text = "smuggle six  # pip: six==1.16.0 -v"
    comment = OnionComment("pip", "six==1.16.0 -v", Span(13, 34), Span(15, 18), Span(20, 34))
    onion = validate(comment, Source(text))
    assert onion.requirement.specifier == "==1.16.0"
    assert onion.installer_kwargs == {"editable": False, "spec": "six==1.16.0", "verbosity": 1}
