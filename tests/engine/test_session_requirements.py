"""Earlier onions constrain later ones, the same package's newer onion replaces its older."""

from __future__ import annotations

import pytest

from davos.engine.install_requests import Collected
from davos.engine.session_requirements import Entry, SessionRequirements
from davos.onion.validator import validate_text


def lines(entries):
    return [entry.constraint for entry in entries if entry.constraint]


def requirement(text):
    return validate_text("pip", text).requirement


@pytest.fixture
def session():
    made = SessionRequirements()
    for text, version in (
        ("six==1.15.0", "1.15.0"),
        ("Some_Lib>=2,<3", "2.5"),
        ("loose", "1.0"),
        ("git+https://host/r.git@v1#egg=gitlib", "0.3"),
    ):
        asked = requirement(text)
        made.record(Entry(asked.name, version, asked))
    return made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("other", ["six==1.15.0", "Some_Lib<3,>=2", "gitlib==0.3"]),
        ("six==1.16.0", ["Some_Lib<3,>=2", "gitlib==0.3"]),
        ("some-lib", ["six==1.15.0", "gitlib==0.3"]),
        ("git+https://host/r.git@v2", ["six==1.15.0", "Some_Lib<3,>=2"]),
        ("git+https://host/q.git@v1", ["six==1.15.0", "Some_Lib<3,>=2", "gitlib==0.3"]),
    ],
)
def test_constraints_are_those_of_the_other_distributions(session, text, expected):
    assert lines(session.others(requirement(text))) == expected


def test_a_newer_onion_replaces_the_older_one(session):
    session.record(Entry("six", "1.16.0", requirement("six==1.16.0")))
    assert "six==1.16.0" in lines(session.others(requirement("other")))
    assert "six==1.15.0" not in lines(session.others(requirement("other")))


@pytest.mark.parametrize("text", ["git+https://host/six.git", "./six", "https://host/six.zip"])
def test_a_source_without_a_name_replaces_what_the_module_came_from(session, text):
    session.record(Entry("six", "1.15.0", requirement("six==1.15.0"), "six"))
    assert "six==1.15.0" not in lines(session.others(requirement(text), "six"))
    assert "six==1.15.0" in lines(session.others(requirement(text), "other"))
    assert "six==1.15.0" in lines(session.others(requirement("other"), "six"))


def test_the_onions_that_an_output_blames_are_found(session):
    output = "The conflict is caused by:\n  The user requested (constraint) some-lib<3,>=2\n"
    found = Collected(None, list(session.others(requirement("other")))).contradicting(output)
    assert [entry.name for entry in found] == ["Some_Lib"]


def of_conda(text):
    return validate_text("conda", text).requirement


@pytest.mark.parametrize(
    ("pip", "conda"),
    [("torch==1", "pytorch=2"), ("opencv-python==1", "opencv=2"), ("tables==1", "pytables=2")],
)
def test_what_conda_calls_otherwise_replaces_what_pip_was_asked_for(pip, conda):
    earlier, later = requirement(pip), of_conda(conda)
    session = SessionRequirements()
    session.record(Entry(earlier.name, "1", earlier))
    assert lines(session.others(later)) == []
    session.record(Entry(later.name, "2", later))
    assert [one.requirement for one in session.entries] == [later]
    session.record(Entry(earlier.name, "1", earlier))
    assert [one.requirement for one in session.entries] == [earlier]


@pytest.mark.parametrize(
    ("text", "version", "line"),
    [
        ("num=1.26", "1.26.4", "num==1.26.*"),
        ("num=1.26.4=py_0", "1.26.4", "num==1.26.4"),
        ("num=1.8|>=2", "2.1", "num==2.1"),
        ("jpeg=9e", "9e", None),
        ("openssl==1.1.1w", "1.1.1w", None),
        ("num", "1.0", None),
    ],
)
def test_a_constraint_is_one_that_pip_can_read(text, version, line):
    asked = of_conda(text)
    assert Entry(asked.name, version, asked).constraint == line
