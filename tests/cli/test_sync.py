"""`davos sync`: what locks name is installed, and nothing is run."""

import json

import pytest
from lock_world import package

from davos.environments.project import Project
from davos.environments.search_path import active_project

BOTH = pytest.mark.usefixtures("pip_backend")


@pytest.fixture
def wheels(index):
    """The wheels that locks name are pip's index, too."""
    return index


@BOTH
@pytest.mark.slow
def test_the_lock_goes_into_the_notebooks_project_once(davos, wheels, locked_notebook):
    path = locked_notebook(wheels("dvta", "1.0", requires=["dvtb"]), wheels("dvtb", "2.0"))
    status, out, err = davos("sync", path.name)
    assert (status, out, err) == (0, "installed dvta 1.0, dvtb 2.0 (project locked)\n", "")
    project = Project.for_notebook(path)
    assert project.installed_packages == [("dvta", "1.0"), ("dvtb", "2.0")]
    assert davos("sync", path.name) == (0, "locked.ipynb: nothing had to be installed\n", "")
    assert active_project() is None


@BOTH
@pytest.mark.slow
def test_several_documents_share_a_project_by_name(davos, wheels, locked_notebook):
    locked_notebook(wheels("dvta", "1.0"), name="a.ipynb")
    locked_notebook(wheels("dvtb", "2.0"), name="b.ipynb")
    assert davos("sync", "--project", "course", "a.ipynb", "b.ipynb")[0] == 0
    assert Project.named("course").installed_packages == [("dvta", "1.0"), ("dvtb", "2.0")]


@BOTH
@pytest.mark.slow
def test_the_lock_goes_into_the_project_that_the_notebook_sets(davos, wheels, locked_notebook):
    locked_notebook(wheels("dvta", "1.0"), cells=["import davos", 'davos.project = "course"'])
    assert davos("sync", "locked.ipynb")[:2] == (0, "installed dvta 1.0 (project course)\n")
    assert Project.named("course").installed_packages == [("dvta", "1.0")]


@BOTH
@pytest.mark.slow
def test_a_lock_that_fails_does_not_keep_the_others_from_being_installed(
    davos, wheels, locked_notebook
):
    entry = package(wheels("dvta", "1.0"))
    entry["wheels"][0]["hashes"]["sha256"] = "0" * 64
    locked_notebook(entry, name="a.ipynb")
    locked_notebook(wheels("dvtb", "2.0"), name="b.ipynb")
    status, out, err = davos("sync", "a.ipynb", "b.ipynb")
    assert (status, out) == (1, "installed dvtb 2.0 (project b)\n")
    assert err.startswith(
        "davos: a.ipynb: dvta==1.0 is not the file that the lock of a.ipynb names"
    )


def test_a_document_without_a_lock_is_an_error(davos, write):
    write("a.ipynb", ["1"])
    write("b.py", "1")
    status, out, err = davos("sync", "a.ipynb", "b.py")
    assert (status, out) == (1, "")
    assert err.splitlines() == [
        "davos: a.ipynb: it has no lock; `davos lock a.ipynb` makes one",
        "davos: b.py: it has no lock; `davos lock b.py` makes one",
    ]


def test_a_lock_for_another_python_is_an_error(davos, wheels, locked_notebook):
    locked_notebook(wheels("dvta", "1.0"), python="==2.7.*")
    status, _, err = davos("sync", "locked.ipynb")
    assert (status, "is for Python ==2.7.*, and this is Python 3" in err) == (1, True)


@pytest.mark.parametrize("content", [None, "no JSON"])
def test_a_file_that_cannot_be_read_is_wrong_use(davos, write, content):
    if content:
        write("a.ipynb", content)
    assert davos("sync", "a.ipynb")[0] == 2


def test_a_project_of_a_notebook_that_is_missing_is_refused(davos, wheels, locked_notebook):
    locked_notebook(wheels("dvta", "1.0"))
    status, _, err = davos("sync", "locked.ipynb", "--project", "gone/x.ipynb")
    assert (status, "there is no notebook 'gone/x.ipynb'" in err) == (1, True)


@BOTH
@pytest.mark.slow
def test_a_script_has_its_lock_beside_it(davos, wheels, tmp_path, write):
    entry = package(wheels("dvta", "1.0"))
    (wheel,) = entry["wheels"]
    source = (
        f'{{ url = {json.dumps(wheel["url"])}, hashes.sha256 = "{wheel["hashes"]["sha256"]}" }}'
    )
    write("s.py", "raise SystemExit('it ran')")
    write(
        "pylock.s.toml",
        'lock-version = "1.0"\ncreated-by = "test"\n[[packages]]\n'
        f'name = "dvta"\nversion = "1.0"\nwheels = [{source}]\n',
    )
    assert davos("sync", "s.py")[:2] == (0, "installed dvta 1.0 (project s)\n")
