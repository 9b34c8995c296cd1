"""All that one installation has to bring together, and in which order it is tried."""

import pytest

from davos.engine.install_requests import Collected, attempts, joined, shown_command
from davos.engine.session_requirements import Entry, SessionRequirements
from davos.onion.validator import validate_text


def onion(text):
    return validate_text("pip", text)


def earlier(*texts):
    session = SessionRequirements()
    for text in texts:
        requirement = onion(text).requirement
        session.record(Entry(requirement.name or "built", "1.5", requirement))
    return list(session.others(onion("other").requirement))


def tried(collected):
    return [(a.request.others, a.request.constraints, a.dropped) for a in attempts(collected)]


def test_what_the_session_asked_for_goes_along_as_requirements():
    collected = Collected(onion("numpy==1"), earlier("pandas[excel]>=2", "git+https://h/x.git"))
    assert tried(collected) == [
        (("pandas[excel]>=2", "built==1.5"), ("pandas>=2", "built==1.5"), ()),
    ]


@pytest.mark.parametrize(
    "option", ["-U", "--force-reinstall", "-I", "-t dir", "--hash=sha256:" + "0" * 64]
)
def test_where_an_option_means_all_that_is_named_they_are_constraints_only(option):
    collected = Collected(onion(f"numpy==1 {option}"), earlier("pandas==2"))
    assert tried(collected) == [((), ("pandas==2",), ())]


HASH = "--hash=sha256:" + "0" * 64

SHOWN = {
    "a -c limits.txt": "pip install --constraint limits.txt a",
    "a --build-constraint=b.txt -c l.txt": "pip install --build-constraint b.txt --constraint l.txt a",
    "'a >= 1' -vU": "pip install --verbose --upgrade 'a >= 1'",
    f"a==1 {HASH}": f"pip install --hash sha256:{'0' * 64} a==1",
    "-e ./x --no-deps": "pip install --no-deps -e ./x",
    "a --prox me:secret@h": "pip install --proxy 'me:****@h' a",
    "a -i https://me:secret@h/simple": "pip install --index-url 'https://me:****@h/simple' a",
    "a --find-links '../x y'": "pip install --find-links '../x y' a",
}


@pytest.mark.parametrize("args", SHOWN)
def test_the_command_is_shown_with_all_options_of_the_onion_comment(args):
    assert shown_command(Collected(onion(args))) == SHOWN[args]


def test_the_command_is_shown_with_what_the_session_asked_for():
    command = shown_command(Collected(onion("numpy==1"), earlier("pandas>=2")))
    assert command == "pip install numpy==1 'pandas>=2'"


def test_soft_constraints_are_tried_first_and_dropped():
    collected = Collected(onion("a"), soft={"b": "b==1"}, fixed=["k==3"])
    assert tried(collected) == [((), ("k==3", "b==1"), ()), ((), ("k==3",), ("b==1",))]


def test_later_onions_are_joined_first_then_left_to_their_own_statements():
    collected = Collected(onion("a"), later=[onion("b==2"), onion("c")], soft={"d": "d<1"})
    assert tried(collected) == [
        (("b==2", "c"), ("d<1",), ()),
        ((), ("d<1",), ()),
        ((), (), ("d<1",)),
    ]
    assert len(tried(Collected(onion("a"), later=[onion("b")]))) == 2


JOINED = {
    ("a==1", "b==2"): True,
    ("a==1", "b==2 -v"): True,
    ("a==1 --pre", "b==2 --pre"): True,
    ("a==1", "b==2 --pre"): False,
    ("a==1 -i https://example.org", "b==2"): False,
    ("a==1", "b @ https://example.org/b.zip"): False,
    ("a==1", "git+https://example.org/b.git"): False,
    ("a==1", "./b"): False,
    ("a==1 -U", "b==2 -U"): False,
}


@pytest.mark.parametrize(("first", "later"), JOINED)
def test_onions_join_a_run_if_their_options_are_the_same(first, later):
    assert bool(joined(onion(first), [onion(later)])) is JOINED[first, later]


def test_of_a_distribution_one_version_is_installed_in_a_run():
    later = [onion(text) for text in ("A==2", "b==1", "B==2", "c")]
    assert [one.requirement.text for one in joined(onion("a==1"), later)] == ["b==1", "c"]


def test_the_requirements_that_an_output_blames_are_found():
    collected = Collected(onion("dva==1"), earlier("dvb==1", "other==2"))
    found = collected.contradicting("The user requested dvb==1\n    dva 1 depends on dvb==2")
    assert [entry.name for entry in found] == ["dvb"]


def test_only_what_pip_names_in_its_explanation_contradicts():
    output = """
Requirement already satisfied: six<2
ERROR: Cannot install numpy==1 and pandas==2 because these package versions have conflicts.

The conflict is caused by:
    pandas 2 depends on numpy>=2
    The user requested (constraint) pandas==2
"""
    collected = Collected(onion("numpy==1"), earlier("six<2", "pandas==2"))
    assert [entry.name for entry in collected.contradicting(output)] == ["pandas"]
    without = output.replace("The conflict is caused by", "")
    assert [entry.name for entry in collected.contradicting(without)] == ["six", "pandas"]


def test_what_is_in_a_folder_of_its_own_is_not_installed_again():
    entry = Entry("toolz", "1.2.0", onion("toolz==1.2.0").requirement, "toolz", elsewhere=True)
    assert tried(Collected(onion("numpy"), [entry])) == [((), ("toolz==1.2.0",), ())]
