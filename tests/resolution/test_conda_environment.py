"""A match specification as a dependency in an environment of conda."""

import pytest

from davos.onion.match_spec import read_match_spec
from davos.resolution.conda_environment import dependency

DIGEST = "a" * 64


@pytest.mark.parametrize(
    ("written", "dependency_of_conda"),
    [
        ("numpy", "numpy"),
        ("numpy=1.26", "numpy=1.26.*"),
        ("numpy==1.26.4", "numpy==1.26.4"),
        ("numpy=1.26.4=py311_0", "numpy=1.26.4=py311_0"),
        ("numpy 1.26.4 py*", "numpy=1.26.4=py*"),
        ("numpy>=1, <2", "numpy>=1,<2"),
        ("numpy~=1.2", "numpy~=1.2"),
        ("conda-forge/linux-64::numpy=1", "conda-forge/linux-64::numpy=1.*"),
        ("numpy=1.8|>=2", "numpy[version='1.8.*|>=2']"),
        ("numpy[build=py*]", "numpy[build='py*']"),
        ("numpy[subdir=noarch]", "numpy[subdir='noarch']"),
        (f"numpy[version='==1',sha256={DIGEST}]", f"numpy[version='==1',sha256='{DIGEST}']"),
    ],
)
def test_a_dependency_says_what_the_onion_comment_says(written, dependency_of_conda):
    spec = read_match_spec(written)
    assert dependency(spec) == dependency_of_conda
    again = read_match_spec(dependency_of_conda)
    assert again.canonical == spec.canonical
