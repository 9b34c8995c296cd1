"""What a freeze lists: all that is used, also from the environment below."""

import zipfile

import pytest

from davos.environments.project import Project
from davos.environments.used_distributions import frozen_lines, used_distributions


@pytest.fixture
def site(tmp_path, write_wheel):
    """A site-packages folder, and a function that puts distributions into it."""
    folder = tmp_path / "below" / "site-packages"
    folder.mkdir(parents=True)

    def put(name, version, requires=()):
        wheel = write_wheel(tmp_path, name, version, requires=requires)
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
        return folder

    return put


def test_all_that_is_needed_is_listed_once_and_sorted(site):
    site("dvta", "1.0", ["dvtc", "dvtb>=1", "dvtd; extra == 'more'", "missing"])
    site("dvtb", "2.0", ["dvta", "dvtc"])
    site("dvtd", "4.0")
    site("dvte", "5.0")
    path = [str(site("dvtc", "3.0"))]
    found = used_distributions(["Dvta", "dvtb", "unknown"], path)
    assert frozen_lines(found) == "dvta==1.0\ndvtb==2.0\ndvtc==3.0"


def test_a_project_lists_what_it_needs_of_the_environment_below(site, fill, monkeypatch):
    monkeypatch.syspath_prepend(site("dvtbelow", "1.0"))
    project = fill(Project("mine"), "dvtown")
    metadata = project.site_packages_dir / "dvtown-1.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text() + "Requires-Dist: dvtbelow\n")
    assert Project("mine").freeze() == "dvtbelow==1.0\ndvtown==1.0"
