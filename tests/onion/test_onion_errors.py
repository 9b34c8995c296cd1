"""Onion comments that are wrong: `onion_cases.ERRORS` documents every error and its place."""

import traceback

import pytest
from onion_cases import ERRORS

from davos.exceptions import (
    OnionArgumentError,
    OnionParserError,
    ParserNotImplementedError,
)
from davos.onion.validator import validate, validate_text
from davos.source import Source
from davos.span import Span
from davos.syntax.nodes import OnionComment


@pytest.mark.parametrize(("code", "args", "word", "message", "argument"), ERRORS)
def test_argument_error(code, args, word, message, argument):
    """The error names the word, and its span covers that word and nothing else."""
    prefix = "x = 1\nsmuggle numpy  # pip: "
    text = prefix + args
    start = text.index(args, len(prefix))
    comment = OnionComment("pip", args, Span(21, len(text)), Span(23, 26), Span(start, len(text)))
    with pytest.raises(OnionArgumentError) as raised:
        validate(comment, Source(text, "nb.py"))
    error = raised.value
    assert error.code == code
    assert message in error.msg
    assert text[error.span.start : error.span.end] == word
    assert error.argument_name == argument
    assert (error.filename, error.lineno) == ("nb.py", 2)


@pytest.mark.parametrize(("code", "args", "word", "message", "argument"), ERRORS)
def test_only_the_error_itself_is_shown(code, args, word, message, argument):
    """No traceback of packaging or pip-requirements-parser stands before the sentence."""
    with pytest.raises(OnionArgumentError) as raised:
        validate_text("pip", args)
    assert "During handling" not in "".join(traceback.format_exception(None, raised.value, None))
    assert "direct cause" not in "".join(traceback.format_exception(None, raised.value, None))


@pytest.mark.parametrize(
    ("args", "column"), [("x 'a b", 3), ("don't", 4), ('x --log="a', 9), ("\"'", 1), ("'", 1)]
)
def test_unbalanced_quotes(args, column):
    with pytest.raises(OnionParserError) as raised:
        validate_text("pip", args)
    assert raised.value.code == "DAV107"
    assert raised.value.span.start - len("# pip: ") == column - 1
    assert "never closed" in raised.value.msg


@pytest.mark.parametrize("args", ["", "   ", "--"])
def test_no_arguments(args):
    with pytest.raises(OnionArgumentError, match="nothing to install") as raised:
        validate_text("pip", args)
    assert raised.value.code == "DAV104"


@pytest.mark.parametrize(
    ("installer", "message"),
    [
        ("PIP", "unknown installer 'PIP'; supported: pip, uv, conda; did you mean pip?"),
        ("Conda", "unknown installer 'Conda'; supported: pip, uv, conda; did you mean conda?"),
        ("npm", "unknown installer 'npm'; supported: pip, uv, conda"),
    ],
)
def test_installers(installer, message):
    with pytest.raises(ParserNotImplementedError) as raised:
        validate_text(installer, "numpy")
    error = raised.value
    assert error.msg == message
    assert error.code == "DAV106"
    assert error.text[error.span.start : error.span.end] == installer
    assert isinstance(error, NotImplementedError)
    assert isinstance(error, SyntaxError)


def test_the_table_has_every_code_of_an_argument():
    assert {row[0] for row in ERRORS} == {f"DAV10{digit}" for digit in range(1, 6)}


def test_the_message_of_a_library_is_not_shown_as_a_cause_of_ours():
    with pytest.raises(OnionArgumentError) as raised:
        validate_text("pip", "x --frobnicate")
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
