"""From a distribution's name to what is imported of it."""

import pytest

from davos.distributions import modules_of
from davos.distributions.known_names import DISTRIBUTIONS
from davos.distributions.modules_of import likely_module, module_of


@pytest.fixture
def nothing_installed(monkeypatch):
    monkeypatch.setattr(modules_of, "distributions", lambda: iter(()))


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("scikit-learn", "sklearn"),
        ("Scikit_Learn", "sklearn"),
        ("PyYAML", "yaml"),
        ("Pillow", "PIL"),
        ("beautifulsoup4", "bs4"),
        ("opencv-contrib-python", "cv2"),
        ("python-dateutil", "dateutil"),
        ("google-cloud-storage", "google.cloud.storage"),
        ("matplotlib", "matplotlib"),
        ("pymongo", "pymongo"),
        ("tensorflow-cpu", "tensorflow"),
        ("levenshtein", "Levenshtein"),
        ("no-such-thing", None),
    ],
)
def test_the_tables_know_the_usual_module(name, module):
    assert module_of(name) == module


@pytest.mark.usefixtures("nothing_installed")
def test_the_module_of_every_row_leads_back_to_its_distribution():
    """To the row's module, or to one that the same distribution has besides."""
    for name in DISTRIBUTIONS.values():
        module = module_of(name)
        assert DISTRIBUTIONS.get(module, name) == name


@pytest.mark.parametrize(
    ("name", "modules", "module"),
    [
        ("my-tool", ["_my_tool", "my_tool", "other"], "my_tool"),
        ("My.Tool", ["tests", "My_Tool"], "My_Tool"),
        ("scikit-learn", ["sklearn"], "sklearn"),
        ("python-thing", ["docs", "thing"], "thing"),
        ("google-new-part", ["google"], "google.new.part"),
        ("empty", ["_private", "tests"], None),
    ],
)
def test_of_several_modules_the_likely_one_is_chosen(name, modules, module):
    assert likely_module(name, modules) == module


def test_what_is_installed_says_what_it_holds():
    assert module_of("pytest") == "pytest"
    assert module_of("packaging") == "packaging"
