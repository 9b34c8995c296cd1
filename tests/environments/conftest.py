"""A project's environment."""

import pytest
from distributions_on_disk import environment


@pytest.fixture
def project(tmp_path):
    return environment(tmp_path / "projects" / "the project")
