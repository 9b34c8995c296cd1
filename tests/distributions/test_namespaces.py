"""Parts of namespace packages and the distributions they come from."""

import pytest

from davos.distributions.namespaces import NAMESPACES, PARTS, decisive, is_namespace, part_of

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


@pytest.mark.parametrize(
    ("module", "decides"),
    [
        ("numpy", "numpy"),
        ("numpy.linalg", "numpy"),
        ("google", "google"),
        ("google.cloud", "google.cloud"),
        ("google.cloud.storage.Client", "google.cloud.storage"),
        ("google.auth.transport", "google.auth"),
        ("google.no_such.part", "google.no_such"),
        ("google.cloud.no_such.part", "google.cloud.no_such"),
    ],
)
def test_one_module_tells_whether_a_name_is_there(module, decides):
    assert decisive(module) == decides
