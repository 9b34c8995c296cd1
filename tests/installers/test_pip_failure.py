"""An installer's error says what failed, how, and what usually helps."""

from __future__ import annotations

import pytest

from davos.installers.pip_failure import explain
from davos.onion.validator import validate_text

NONE = "ERROR: No matching distribution found for {0}"
VERSIONS = (
    "ERROR: Could not find a version that satisfies the requirement {0} "
    "(from versions: 1.0, 1.1, 1.2, 2.0, 2.1, 3.0)\n" + NONE
)
CASES = [
    ("six==1.15", "ERROR: the last\nERROR: words", "(exit status 1): words"),
    ("sklearn", NONE, "The module sklearn comes from scikit-learn: `# pip: scikit-learn`"),
    ("sklearn.cluster", NONE, "The module sklearn.cluster comes from scikit-learn"),
    ("google.oauth2", NONE, "The module google.oauth2 comes from google-auth"),
    ("psycopg2==9", VERSIONS, "The nearest versions are 2.1, 3.0"),
    ("google-cloud-storge", NONE, "Did you mean google-cloud-storage?"),
    ("numpi-none", NONE, "check the spelling"),
    ("scikit-lern", NONE, "Did you mean scikit-learn?"),
    ("foo==1.15", VERSIONS, "The nearest versions are 1.1, 1.2, 2.0"),
    ("foo>=9", VERSIONS, "The nearest versions are 2.1, 3.0"),
    ("foo==0.1", VERSIONS, "The nearest versions are 1.0, 1.1, 1.2"),
    (
        "foo==1.15",
        "ERROR: Ignored the following versions that require a different python version: 1.15 "
        "Requires-Python >=3.99\n" + VERSIONS,
        "Not every version runs on Python",
    ),
    (
        "foo",
        "WARNING: Retrying (Retry(total=0)) ...\n" + NONE,
        "The package index cannot be reached",
    ),
    ("foo", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "do not trust it"),
    ("foo", "ERROR: [Errno 28] No space left on device", "The disk is full"),
    ("foo", "error: metadata-generation-failed", "There is no wheel for Python"),
    ("foo", "", "pip could not install foo (exit status 1)"),
    (
        "git+https://h/x@v9",
        (
            "  error: subprocess-exited-with-error\n  × git clone --quiet did not run successfully.\n"
            "  note: This error originates from a subprocess."
        ),
        (
            "(exit status 1): git clone --quiet did not run successfully. The repository cannot be "
            "reached or requires a login, or has no v9"
        ),
    ),
    ("tensorflow==1.15", VERSIONS, "The nearest versions are 1.1, 1.2, 2.0"),
    ("pakaging", NONE, "Did you mean packaging?"),
    (
        "foo==1.0",
        "ERROR: No (from versions: 0.9, 2.0rc1, 2.0)\n" + NONE,
        "The nearest versions are 0.9, 2.0",
    ),
    (
        "foo",
        (
            "error: metadata-generation-failed\n× Encountered error while generating metadata.\n"
            "hint: See above for details."
        ),
        "(exit status 1): Encountered error while generating metadata. There is no wheel",
    ),
]


@pytest.mark.parametrize(("text", "output", "expected"), CASES)
def test_an_error_names_the_requirement_the_words_and_a_remedy(text, output, expected):
    requirement = validate_text("pip", text).requirement
    sentence = explain(requirement, 1, output.format(text))
    assert sentence.startswith(f"pip could not install {text} (exit status 1)")
    assert expected in sentence


def test_a_signal_is_named():
    requirement = validate_text("pip", "six").requirement
    assert "ended by signal 9" in explain(requirement, -9, "")


LOG = "2026-01-01T00:00:00,000 Could not fetch URL https://i/simple/foo/: {0} - skipping\n"


def test_an_index_that_did_not_answer_is_only_in_pips_log():
    requirement = validate_text("pip", "foo==1").requirement
    output = NONE.format("foo==1")
    sentence = explain(requirement, 1, output, LOG.format("500 Server Error: x for url: y"))
    assert "https://i/simple/foo/: 500 Server Error: x for url: y (while fetching" in sentence
    assert "The package index cannot be reached" in sentence
    missing = explain(requirement, 1, output, LOG.format("404 Client Error: Not Found for url: y"))
    assert missing == explain(requirement, 1, output)


def test_a_kill_suggests_that_memory_ran_out():
    requirement = validate_text("pip", "six").requirement
    assert "memory" in explain(requirement, -9, "Installing collected packages: six")


def test_without_a_network_the_sentence_comes_first_and_the_libraries_text_last():
    output = "WARNING: Retrying (Retry(total=0)): NewConnectionError: x\nERROR: libraries' text\n"
    sentence = explain(validate_text("pip", "six").requirement, 1, output)
    assert sentence == (
        "pip could not install six (exit status 1). The package index cannot be reached: check "
        "the network and `pip config list`. pip said: libraries' text"
    )
