"""Parts of namespace packages and the distributions they come from."""

import pytest

from davos.distributions.namespaces import NAMESPACES, PARTS, is_namespace, part_of

KNOWN = {
    "google.cloud.storage": "google-cloud-storage",
    "google.cloud.storage.blob": "google-cloud-storage",
    "google.cloud.bigquery": "google-cloud-bigquery",
    "google.auth.transport.requests": "google-auth",
    "google.oauth2": "google-auth",
    "azure.storage.blob": "azure-storage-blob",
    "azure.identity": "azure-identity",
    "ruamel.yaml": "ruamel.yaml",
    "zope.interface": "zope.interface",
    "snowflake.connector": "snowflake-connector-python",
}


@pytest.mark.parametrize("module", KNOWN)
def test_the_part_tells_the_distribution(module):
    found = part_of(module)
    assert found is not None
    assert found[1] == KNOWN[module]
    assert module == found[0] or module.startswith(f"{found[0]}.")


@pytest.mark.parametrize("module", ["google", "google.cloud", "google.cloud.no_such", "numpy"])
def test_of_a_namespace_alone_and_an_unknown_part_nothing_is_known(module):
    assert part_of(module) is None


@pytest.mark.parametrize("module", ["google", "google.cloud", "azure", "azure.storage", "zope"])
def test_namespaces_are_known(module):
    assert is_namespace(module)


def test_no_part_is_a_namespace():
    assert not NAMESPACES & PARTS.keys()
    assert not is_namespace("numpy")
