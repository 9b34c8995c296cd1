"""Names of wheels that would take long to read are refused first."""

import pytest

from davos.onion.requirement import parse
from davos.onion.requirement_syntax import RequirementError
from davos.onion.wheel_name import fault

TAGS = ".".join(["t"] * 150)


@pytest.mark.parametrize(
    ("text", "name", "specifier"),
    [
        (
            "./numpy-1.26.4-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "numpy",
            "==1.26.4",
        ),
        ("https://h/ninja-1.11.1-1-py2.py3-none-any.whl#sha256=aa", "ninja", "==1.11.1"),
        ("./a-1-py3-none-any.whl[x] ; os_name == 'a.b.c'", "a", "==1"),
        (
            f"./a-1-{'.'.join(['t'] * 10)}-{'.'.join(['t'] * 10)}-{'.'.join(['t'] * 10)}.whl",
            "a",
            "==1",
        ),
    ],
)
def test_the_name_of_a_wheel_says_name_and_version(text, name, specifier):
    found = parse(text)
    assert (found.name, found.specifier) == (name, specifier)


@pytest.mark.parametrize(
    "text",
    [
        f"./a-1-{TAGS}-{TAGS}-{TAGS}.whl",
        f"https://h/a-1-1-{TAGS}-{TAGS}-any.whl#egg=a",
        f"https://h/a-1-{TAGS.replace('.', '%2E')}-{TAGS.replace('.', '%252E')}-any%2Ewhl",
        f"a-1-{TAGS}-{TAGS}-{TAGS}.whl",
    ],
)
def test_too_many_combinations_of_tags_are_refused(text):
    with pytest.raises(RequirementError, match="combinations"):
        parse(text)


def test_a_name_of_too_many_parts_is_refused():
    with pytest.raises(RequirementError, match="at most 6 parts"):
        parse(f"https://h/a{'-1' * 400}%0A.whl")


def test_dots_elsewhere_do_not_count():
    assert (
        fault(f"https://h/{TAGS}-{TAGS}-{TAGS}-{TAGS}/a-1-py3-none-any.whl?{TAGS}-{TAGS}") is None
    )
    assert fault(f"https://h/{TAGS}-{TAGS}-{TAGS}-{TAGS}.zip") is None
