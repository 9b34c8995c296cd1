"""conda's names of distributions, and PyPI's."""

import pytest

from davos.distributions.conda_names import (
    conda_name,
    held_names,
    is_called_alike,
    is_other_package,
    package_name,
    pypi_name,
)

OPENCV = (
    "opencv-python",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
    "opencv-python-headless",
)


@pytest.mark.parametrize(
    ("conda", "pypi"),
    [("pytorch", "torch"), ("opencv", "opencv-python"), ("pytables", "tables"), ("numpy", "numpy")],
)
def test_names_are_known_both_ways(conda, pypi):
    assert pypi_name(conda) == pypi
    assert conda_name(pypi) == conda


def test_several_packages_of_conda_may_be_one_distribution():
    assert pypi_name("pytorch-gpu") == pypi_name("pytorch-cpu") == "torch"


def test_a_package_of_one_name_in_both_is_itself():
    """conda's `snappy` is a library in C, and PyPI's another package still."""
    assert pypi_name("python-snappy") == "python-snappy"
    assert pypi_name("snappy") == "snappy"


@pytest.mark.parametrize(
    ("name", "alike", "other"),
    [
        ("numpy", True, False),
        ("pytorch", False, False),
        ("torch", False, True),
        ("zstd", False, True),
        ("faiss-cpu", False, False),
        ("matplotlib-base", False, False),
    ],
)
def test_what_is_of_one_name_in_both_is_told_from_what_is_not(name, alike, other):
    assert is_called_alike(name) is alike
    assert is_other_package(name) is other


def test_a_name_of_pypi_may_be_written_in_any_way():
    assert conda_name("PyQt5") == "pyqt"
    assert conda_name("Opencv_Python") == "opencv"


@pytest.mark.parametrize(
    ("conda", "held"),
    [
        ("numpy", ("numpy",)),
        ("ruamel.yaml", ("ruamel-yaml",)),
        ("pytorch", ("torch", "pytorch")),
        ("tzdata", ()),
        ("python-tzdata", ("tzdata", "python-tzdata")),
        ("py-opencv", (*OPENCV, "py-opencv")),
    ],
)
def test_a_package_holds_the_distributions_that_conda_calls_so(conda, held):
    assert held_names(conda) == held
    assert all(package_name(name) == conda for name in held if name in (*OPENCV, "torch"))
