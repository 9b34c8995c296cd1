"""What py-rattler makes of any text that davos takes for a match specification."""

import re
import sys

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from davos.onion.match_spec import MatchSpecError, accepts, read_match_spec

PIECES = [
    *(
        "numpy",
        "NumPy",
        "conda-forge::",
        "c/linux-64::",
        "=",
        "==",
        ">=",
        "<",
        "!=",
        "~=",
        "|",
        ",",
    ),
    *("1.26", "1.26.4", "2", ".*", "*", " ", " ", "py311_0", "py*", "[", "]", "version=", "build="),
    *("subdir=noarch", "channel=c", "'", '"', "main", "1.2g", "1!2", "+cpu", "(", ")", "^"),
]
NAMED = st.lists(st.sampled_from(PIECES), max_size=7).map(lambda parts: "numpy" + "".join(parts))
TEXTS = st.one_of(NAMED, NAMED.map("conda-forge::{}".format), st.text(max_size=30))
VERSIONS = ["1.26", "1.26.4", "1.260", "1.27", "2", "1.2g", "1!2", "2+cpu", "main"]
BUILDS = ["py311_0", "py", "h_0"]


@pytest.fixture(scope="module")
def rattler():
    if sys.version_info < (3, 10):
        pytest.skip("py-rattler needs Python 3.10")
    import rattler.exceptions

    return rattler


def answers(rattler, ours, theirs):
    """Which records each of both takes for a package that fits, channels and platforms aside."""
    ours = ours._replace(channel="", subdir="")
    pairs = [(version, build) for version in VERSIONS for build in BUILDS]
    records = [
        rattler.PackageRecord(ours.name, version, rattler.BuildString(build), 0, "noarch")
        for version, build in pairs
    ]
    return [accepts(ours, *pair) for pair in pairs], list(map(theirs.matches, records))


@given(TEXTS)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_what_is_accepted_has_one_spelling_that_means_the_same_to_py_rattler(rattler, text):
    try:
        ours = read_match_spec(text)
    except MatchSpecError as error:
        assert str(error).isprintable()
        return
    assert read_match_spec(ours.canonical) == ours
    alone = ours._replace(channel="", subdir="").canonical
    mine, others = answers(rattler, ours, rattler.MatchSpec(alone))
    assert mine == others


@given(NAMED)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_what_py_rattler_reads_too_is_read_alike(rattler, text):
    assume(not re.search(r"\s=|=\s", text))  # py-rattler's builds may begin with `=`
    try:
        ours = read_match_spec(text)
        theirs = rattler.MatchSpec(text)
    except (MatchSpecError, rattler.exceptions.InvalidMatchSpecError):
        return
    mine, others = answers(rattler, ours, theirs)
    assert mine == others
