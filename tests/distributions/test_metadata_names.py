"""Entries of site-packages, and files of packages, that hold the metadata of distributions."""

import pytest

from davos.distributions.metadata_names import distribution_name, metadata_among

SITE = "lib/python3.11/site-packages"


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ("six-1.16.0.dist-info", "six"),
        ("ruamel.yaml-0.17-py3.11.egg-info", "ruamel.yaml"),
        ("python_dateutil.egg-info", "python_dateutil"),
        ("scikit-learn-1.0.dist-info", "scikit-learn"),
        ("six", None),
        ("six.py", None),
        ("__editable__.x.pth", None),
    ],
)
def test_the_name_of_a_distribution_is_that_before_the_version(entry, name):
    assert distribution_name(entry) == name


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        (f"{SITE}/six-1.16.0.dist-info/METADATA", f"{SITE}/six-1.16.0.dist-info"),
        (
            "Lib/site-packages/six-1.16.0.dist-info/METADATA",
            "Lib/site-packages/six-1.16.0.dist-info",
        ),
        ("site-packages/six-1.16.0.dist-info/METADATA", "site-packages/six-1.16.0.dist-info"),
        (f"{SITE}/six-1.0-py3.11.egg-info/PKG-INFO", f"{SITE}/six-1.0-py3.11.egg-info"),
        (f"{SITE}/six-1.0-py3.11.egg-info", f"{SITE}/six-1.0-py3.11.egg-info"),
        (f"{SITE}/six-1.16.0.dist-info/RECORD", None),
        (f"{SITE}/six-1.0-py3.11.egg-info/SOURCES.txt", None),
        (f"{SITE}/six-1.16.0.dist-info/licenses/METADATA", None),
        (f"{SITE}/setuptools/_vendor/wheel-0.45.1.dist-info/METADATA", None),
        ("share/six-1.16.0.dist-info/METADATA", None),
        ("share/x.egg-info", None),
        (f"{SITE}/PKG-INFO", None),
        ("METADATA", None),
    ],
)
def test_the_metadata_of_a_distribution_lies_in_site_packages_itself(path, entry):
    assert metadata_among([path, f"{SITE}/six.py"]) == ([entry] if entry else [])
