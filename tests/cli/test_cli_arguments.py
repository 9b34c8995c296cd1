"""What a wrong word of a command line is answered with: the near one, and nothing else."""

import pytest


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "--selekt", "a.py"], "davos check: error: unrecognized arguments: --selekt; did you mean --select?"),
        (["lock", "a.py", "--upgrad"], "unrecognized arguments: --upgrad; did you mean --upgrade?"),
        (["projects", "prune", "--dryrun"], "; did you mean --dry-run?"),
        (["projects", "lst"], "invalid choice: 'lst'; did you mean list?"),
        (["check", "--output-format", "ful"], "invalid choice: 'ful'; did you mean full?"),
        (["chek"], "did you mean check?"),
        (["guide", "projcts"], "did you mean projects?"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_answered_with_the_near_one(davos, arguments, message):
    status, out, err = davos(*arguments)
    assert (status, out) == (2, "")
    assert err.endswith(f"{message}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--selekt"],
        ["projects", "lst"],
        ["check", "--output-format", "ful"],
        ["check", "--select", "DAV3001"],
        ["check", "--explain", "DA301"],
        ["chek"],
        ["guide", "projcts"],
        ["projects", "--jsno"],
    ],
)
def test_nothing_is_listed_where_a_word_is_near(davos, arguments):
    (line,) = davos(*arguments)[2].splitlines()
    assert line.count("did you mean") == 1


@pytest.mark.parametrize("code", ["DAV999", "DAV30x"])
def test_where_no_code_is_near_none_is_suggested_but_the_list(davos, code):
    for option in ("--select", "--explain"):
        status, _, err = davos("check", option, code)
        assert status == 2
        assert err.endswith("; `davos rules` lists them\n")
        assert len(err.splitlines()) == 1
        assert "did you mean" not in err


def test_where_nothing_is_near_the_usage_is_shown(davos):
    status, _, err = davos("check", "--zzzzzz")
    assert status == 2
    assert err.startswith("usage: davos check")
    assert err.endswith("unrecognized arguments: --zzzzzz\n")
