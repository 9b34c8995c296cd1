"""conda's names of distributions, and PyPI's."""

import pytest

from davos.distributions.conda_names import conda_name, pypi_name


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


def test_a_name_of_pypi_may_be_written_in_any_way():
    assert conda_name("PyQt5") == "pyqt"
    assert conda_name("Opencv_Python") == "opencv"
