"""What pip installed, as records for conda's solver."""

import pytest
from packaging.requirements import Requirement

from davos.distributions import index
from davos.distributions.conda_names import package_name
from davos.installers.conda_provided import match_spec, provided_by


@pytest.fixture
def provided(tmp_path):
    """A function that gives the records of distributions: name, version, requirements."""

    def records(*distributions, without=frozenset()):
        for name, version, *requires in distributions:
            info = tmp_path / f"{name.replace('-', '_')}-{version}.dist-info"
            info.mkdir()
            lines = [f"Name: {name}", f"Version: {version}"]
            lines += [f"Requires-Dist: {text}" for text in requires]
            (info / "METADATA").write_text("\n".join(lines) + "\n")
        found = provided_by(index.distributions([str(tmp_path)]), without)
        return {one.name: (one.version, one.depends) for one in found}

    return records


def test_what_is_needed_and_there_becomes_a_dependency(provided):
    found = provided(("core", "1.5"), ("user", "2.0", "core>=1,<2", "missing>=1"))
    assert found == {"core": ("1.5", ()), "user": ("2.0", ("core <2,>=1",))}


@pytest.mark.parametrize(
    "requirement",
    [
        "core>=9",
        "core; extra == 'x'",
        "core; (extra == 'x') and python_version > '3'",
        "core; python_version < '3'",
        "core @ https://h/core.zip",
        "=core",
    ],
)
def test_what_is_not_fulfilled_or_does_not_apply_is_no_dependency(provided, requirement):
    assert provided(("core", "1.5"), ("user", "2.0", requirement))["user"] == ("2.0", ())


def test_each_name_that_a_channel_may_use_has_a_record(provided):
    assert set(provided(("ruamel.yaml", "0.1"), ("typing_extensions", "4.0"))) == {
        "ruamel-yaml",
        "ruamel_yaml",
        "ruamel.yaml",
        "typing-extensions",
        "typing_extensions",
    }


def test_a_name_that_means_something_else_on_channels_is_not_taken(provided):
    """conda's `zstd` is a library in C that the distribution does not bring."""
    assert set(provided(("zstd", "1.5"), ("torch", "2.0"))) == {"python-zstd", "pytorch"}


def test_packages_of_conda_have_no_second_record(provided):
    assert set(provided(("core", "1.0"), ("user", "1.0"), without={"core"})) == {"user"}


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("numpy==1.26.4", "numpy ==1.26.4"),
        ("Torch[x]>=2,!=2.1", "pytorch !=2.1,>=2"),
        ("numpy===1.0", "numpy ==1.0"),
        ("numpy==1.26.*", "numpy 1.26.*"),
        ("numpy!=1.26.*,==1.*", "numpy !=1.26.*,1.*"),
        ("numpy; python_version > '3'", "numpy"),
    ],
)
def test_a_requirement_becomes_a_match_specification(text, spec):
    assert match_spec(Requirement(text)) == spec


def test_names_are_normalised():
    assert package_name("OpenCV_Python") == "py-opencv"
