"""Modules of namespace packages without an onion comment."""

import sys

import pytest

from davos.exceptions import SmugglerError


@pytest.fixture(autouse=True)
def _forgotten():
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "google"]:
        del sys.modules[name]


@pytest.fixture
def cloud(wheels, write_wheel):
    """Wheels of two parts of a namespace package."""
    for part in ("storage", "vision"):
        files = {f"google/cloud/{part}/__init__.py": f"who = Client = {part!r}\n"}
        wheel = write_wheel(wheels, f"google-cloud-{part}", "1", files)
        wheel.rename(wheels / f"google-cloud-{part}-1-py3-none-any.whl")


def test_each_part_comes_from_its_own_distribution(engine, cloud):
    engine.smuggle("google.cloud.storage", "storage")
    engine.smuggle("google.cloud.vision")
    namespace = engine.frontend.namespace
    assert namespace["storage"].who == "storage"
    assert namespace["google"].cloud.vision.who == "vision"


def test_each_part_is_among_what_was_smuggled(engine, cloud):
    engine.smuggle("google.cloud.storage.Client", "Client")
    engine.smuggle("google.cloud.vision", args_str="google-cloud-vision==1")
    assert engine.settings.smuggled == {
        "google.cloud.storage": "pip;google-cloud-storage",
        "google.cloud.vision": "pip;google-cloud-vision==1",
    }


def test_a_name_in_a_part_comes_from_the_part(engine, cloud):
    engine.smuggle("google.cloud.storage.Client", "Client")
    assert engine.frontend.namespace["Client"] == "storage"


def test_a_part_that_can_be_imported_is_used_as_it_is(engine, in_base, cloud):
    in_base("other", "1", {"google/cloud/storage/__init__.py": "who = 'base'\n"})
    engine.smuggle("google.cloud.storage", "storage")
    assert engine.frontend.namespace["storage"].who == "base"


def test_an_unknown_part_that_can_be_imported_is_used_as_it_is(engine, in_base):
    in_base("other", "1", {"google/no_such/__init__.py": "who = 'base'\n"})
    engine.smuggle("google.no_such.who", "who")
    engine.smuggle("google.no_such.who", "again")
    assert engine.frontend.namespace["again"] == "base"


@pytest.mark.parametrize("name", ["google.no_such", "google.cloud", "google"])
def test_an_unknown_part_asks_for_an_onion_comment(engine, cloud, name):
    with pytest.raises(SmugglerError, match="Name the distribution in an onion comment") as caught:
        engine.smuggle(name)
    assert isinstance(caught.value, ImportError)
