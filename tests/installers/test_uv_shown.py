"""What uv is shown of what is installed, and when it has to see all."""

import pytest

from davos.distributions import index as distributions
from davos.installers.base import Request
from davos.installers.uv_arguments import UvArguments
from davos.installers.uv_shown import goes_together, shown_of
from davos.onion.validator import validate_text


@pytest.fixture
def installed(tmp_path):
    """A function that writes metadata into a folder (default: the base's); the distributions."""

    def add(name, version="1.0", requires=(), folder="base"):
        info = tmp_path / folder / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
        lines += [f"Requires-Dist: {text}" for text in requires]
        (info / "METADATA").write_text("\n".join(lines) + "\n")
        return list(distributions.distributions([str(tmp_path / folder)]))

    return add


@pytest.fixture
def below(installed):
    for name in ("davosa", "davosb", "davosc"):
        found = installed(name)
    return found


def excluded(below, args="davosa==2", others=(), constraints=(), words=(), env=None):
    request = Request(validate_text("pip", args), tuple(others), tuple(constraints))
    shown = shown_of(below, request, UvArguments(tuple(words), (), env or {}), constraints)
    assert {one.normalized_name for one in shown.visible}.isdisjoint(shown.excluded)
    assert len(shown.visible) + len(shown.excluded) == len(below)
    return sorted(shown.excluded)


@pytest.mark.parametrize(
    ("about", "names"),
    [
        ({}, ["davosb", "davosc"]),
        ({"args": "Davos_X"}, ["davosa", "davosb", "davosc"]),
        ({"others": ["davosb[x]>=2"]}, ["davosc"]),
        ({"others": ["davosb @ https://h/b.whl"]}, ["davosc"]),
        ({"constraints": ["davosb==1.0", "other==3"]}, ["davosb", "davosc"]),
        ({"constraints": ["davosb==2.0"]}, ["davosc"]),
        ({"words": ["--upgrade-package", "davosb"]}, ["davosc"]),
        ({"words": ["--refresh-package=davosb,davosc"]}, []),
        ({"words": ["--prerelease", "allow"]}, ["davosb", "davosc"]),
    ],
)
def test_what_the_request_does_not_name_is_left_out(below, about, names):
    assert excluded(below, **about) == names


@pytest.mark.parametrize(
    "about",
    [
        {"args": "./folder"},
        {"args": "git+https://h/r"},
        {"others": ["./folder"]},
        {"constraints": ["not a requirement"]},
        {"words": ["--upgrade"]},
        {"words": ["-U"]},
        {"words": ["--reinstall"]},
        {"words": ["--resolution=lowest"]},
        {"words": ["--no-deps"]},
        {"words": ["--constraints=/there/is/none.txt"]},
        {"env": {"UV_CONSTRAINT": "c.txt"}},
    ],
)
def test_all_is_shown_where_anything_may_be_meant(below, about):
    assert excluded(below, **about) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("# about davosb\nother>2\n", ["davosc"]),
        ("-c more.txt\n", []),
        ("davosx @ https://h/x.whl\n", []),
    ],
)
def test_the_names_in_a_constraints_file_of_the_configuration_are_shown(
    below, tmp_path, text, names
):
    (tmp_path / "c.txt").write_text(text)
    assert excluded(below, words=[f"--constraints={tmp_path / 'c.txt'}"]) == names


@pytest.mark.parametrize(
    ("requires", "together"),
    [
        ((), True),
        (["davosb>=1"], True),
        (["davosb>=2"], False),
        (["davosx"], False),
        (["davosx; python_version < '3'"], True),
        (["davose[more]"], False),
        (["davosd"], False),
        (["davosb @ https://h/b.whl"], False),
    ],
)
def test_what_was_installed_is_held_against_all_that_is_there(
    installed, below, tmp_path, requires, together
):
    installed("davosd", requires=["davosb>=3"])
    installed("davose", requires=["davosx; extra == 'more'"])
    staged = installed("davosa", "2.0", requires, folder="staged")
    request = Request(validate_text("pip", "davosa==2"))
    path = [str(tmp_path / "staged"), str(tmp_path / "base")]
    assert goes_together(request, staged, path) is together


def test_extras_of_what_is_named_count_too(installed, tmp_path):
    installed("davosa", requires=["davosx; extra == 'more'"])
    path = [str(tmp_path / "base")]
    for args, others, together in (
        ("davosa", (), True),
        ("davosa[more]", (), False),
        ("davosy; python_version < '3'", ("davosa[more]",), False),
    ):
        request = Request(validate_text("pip", args), others)
        assert goes_together(request, [], path) is together
