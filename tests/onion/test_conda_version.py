"""The order of conda's versions, and the conditions on them, as py-rattler has them."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from davos.onion.conda_version import VersionError, read_version
from davos.onion.version_constraint import read_constraint

NUMBERS = st.text("0123456789", min_size=1, max_size=3)
WORDS = ["dev", "post", "rc1", "a", "b2", "1a1", "post1", "dev0", "alpha", "g9", "1post1"]
PARTS = st.tuples(st.sampled_from("._"), NUMBERS | st.sampled_from(WORDS))
MAIN = st.builds(
    lambda first, parts: first + "".join(mark + part for mark, part in parts),
    st.text("0123456789", min_size=1, max_size=2),
    st.lists(PARTS, max_size=4),
)
VERSIONS = st.builds(
    lambda epoch, main, local: epoch + main + local,
    st.sampled_from(["", "", "", "1!"]),
    MAIN,
    st.sampled_from(["", "", "+1", "+a.1"]),
)
RELATIONS = st.sampled_from(["==", "!=", ">", "<", ">=", "<=", ""])
CLAUSES = st.one_of(
    st.builds(lambda operator, version: operator + version, RELATIONS, VERSIONS),
    st.builds(lambda mark, main: mark.format(main), st.sampled_from(["={}", "{}.*", "!={}.*", "={}*"]), MAIN),
    st.builds(lambda main: f"~={main}.1", MAIN),
    st.just("*"),
)  # fmt: skip
CONDITIONS = st.lists(
    st.lists(CLAUSES, min_size=1, max_size=2).map(",".join), min_size=1, max_size=2
).map("|".join)


@pytest.fixture(scope="module")
def rattler():
    if sys.version_info < (3, 10):
        pytest.skip("py-rattler needs Python 3.10")
    import rattler

    return rattler


@given(one=VERSIONS, other=VERSIONS)
@settings(max_examples=300)
def test_the_order_is_that_of_py_rattler(rattler, one, other):
    theirs, ours = (
        [rattler.Version(one), rattler.Version(other)],
        [*map(read_version, (one, other))],
    )
    assert (ours[0] == ours[1]) == (theirs[0] == theirs[1])
    assert (ours[0] < ours[1]) == (theirs[0] < theirs[1])
    assert ours[0] != ours[1] or hash(ours[0]) == hash(ours[1])


@given(version=VERSIONS, text=CONDITIONS)
@settings(max_examples=300)
def test_conditions_hold_for_the_versions_for_which_they_do_in_py_rattler(rattler, version, text):
    ours = read_constraint(text)
    found = rattler.Version(version)
    assert rattler.VersionSpec(text).matches(found) == ours.admits(version)
    assert rattler.VersionSpec(ours.text).matches(found) == ours.admits(version)


@pytest.mark.parametrize(
    "ascending",
    [
        # words before numbers, `dev` first, `post` last, as the documentation says
        ["0.4", "0.4.1.rc", "0.4.1", "0.5a1", "0.5b3", "0.5", "0.9.6", "0.960923", "1.0"],
        ["1.0.1dev", "1.0.1a", "1.0.1", "1.0.1post1", "1!0.4"],
        ["2.0", "2.0+1", "2.0+2", "2.0.1"],
    ],
)
def test_versions_sort_as_documented(ascending):
    read = [*map(read_version, ascending)]
    assert sorted(read) == read
    assert all(one < other for one, other in zip(read, read[1:]))


@pytest.mark.parametrize(("one", "other"), [("1.1", "1.1.0"), ("1", "1.0.0"), ("1.A", "1.a")])
def test_missing_parts_count_as_zero_and_letters_have_no_case(one, other):
    assert read_version(one) == read_version(other)
    assert hash(read_version(one)) == hash(read_version(other))


@pytest.mark.parametrize(
    ("text", "admitted", "refused"),
    [
        ("=1.26", ["1.26", "1.26.4", "1.26.0rc1"], ["1.2", "1.27", "1.260"]),
        ("==1.26", ["1.26", "1.26.0"], ["1.26.4"]),
        ("1.26", ["1.26", "1.26.0"], ["1.26.4"]),
        ("1.26*", ["1.26.4"], ["1.260"]),
        (">=1.20,<2", ["1.20", "1.26.4", "2.0rc1"], ["1.19", "2.0"]),
        ("1.8|>=2,<3", ["1.8", "2.5"], ["1.9", "3"]),
        ("!=1.2.*", ["1.3"], ["1.2.3"]),
        ("~=1.4.2", ["1.4.2", "1.4.9"], ["1.4.1", "1.5"]),
        ("*", ["0", "5"], []),
        ("*,<2", ["1"], ["2"]),
    ],
)
def test_conditions(text, admitted, refused):
    constraint = read_constraint(text)
    assert [version for version in [*admitted, *refused] if constraint.admits(version)] == admitted


def test_what_is_no_version_fulfils_no_condition():
    assert not read_constraint("*").admits("not a version")


@pytest.mark.parametrize(
    ("text", "exact", "specifier"),
    [
        ("==1.26.4", "1.26.4", "==1.26.4"),
        ("1.26.4", "1.26.4", "==1.26.4"),
        ("=1.26", "", "==1.26.*"),
        (">=1,<2", "", "<2,>=1"),
        ("!=1.2.*", "", "!=1.2.*"),
        ("~=1.2", "", "~=1.2"),
        ("1.8|1.9", "", ""),
        ("==1.0.1g_1", "1.0.1g_1", ""),
        ("*", "", ""),
    ],
)
def test_what_pep_440_can_say_of_a_condition(text, exact, specifier):
    constraint = read_constraint(text)
    assert constraint.exact == exact
    assert constraint.specifier == specifier


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a version is missing"),
        (">=", "a version is missing"),
        ("1,,2", "a version is missing"),
        ("1|", "a version is missing"),
        ("===1", "did you mean '==1'?"),
        ("=>1", "did you mean '>=1'?"),
        ("=<1", "did you mean '<=1'?"),
        ("^1.*$", "no regular expression"),
        ("(>=1,<2)|3", "no parentheses"),
        ("==1.2.*", ".* has no meaning with =="),
        (">1.2.*", ".* has no meaning with >"),
        ("~=1", "~= needs a version with a dot"),
        ("=1+2", "has no series; write ==1+2"),
        (">=1 <2", "not a condition"),
        ("1..2", "has an empty part"),
        ("1.2é", "is not a version"),
        ("=\uff11", "is not a version"),
        ("9" * 19, "over 18 digits"),
        ("1" * 200, "at most 128 characters"),
        (",".join(["1"] * 65), "at most 64 conditions"),
    ],
)
def test_what_is_no_condition_says_why(text, message):
    with pytest.raises(VersionError) as caught:
        read_constraint(text)
    assert message in str(caught.value)
