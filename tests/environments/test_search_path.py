"""The project on sys.path: where, with which .pth files, and without a trace afterwards."""

import importlib.util
import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from davos.distributions import index
from davos.environments import extra_site_folders, search_path
from davos.environments.project import Project

FINDER = """
import sys
from importlib.util import spec_from_file_location

class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name == "editable_thing":
            return spec_from_file_location(name, {file!r})

def install():
    if not any(finder == Finder for finder in sys.meta_path):
        sys.meta_path.append(Finder)
"""


@pytest.fixture(autouse=True)
def _restored(monkeypatch):
    for name in ("path", "meta_path", "path_hooks"):
        monkeypatch.setattr(sys, name, list(getattr(sys, name)))
    search_path.deactivate()
    before = list(sys.path), list(sys.meta_path), list(sys.path_hooks)
    yield
    search_path.deactivate()
    assert (sys.path, sys.meta_path, sys.path_hooks) == before
    for name in [name for name in sys.modules if name.startswith(("editable_", "__editable__"))]:
        del sys.modules[name]


@pytest.fixture
def project():
    project = Project("p")
    project.ensure()
    return project


def site_packages_index():
    return next(i for i, entry in enumerate(sys.path) if entry.endswith("-packages"))


def test_pitfall_8_the_project_is_before_site_packages_and_behind_the_standard_library(project):
    at = site_packages_index()
    search_path.activate(project)
    assert sys.path[at] == str(project.site_packages_dir)
    (project.site_packages_dir / "enum.py").write_text("")
    spec = PathFinder.find_spec("enum")
    assert not spec.origin.startswith(str(project.prefix))


def test_activation_is_idempotent_and_exclusive(project):
    search_path.activate(project)
    search_path.activate(Project("p"))
    assert sys.path.count(str(project.site_packages_dir)) == 1
    search_path.activate(Project("q"))
    assert str(project.site_packages_dir) not in sys.path
    assert search_path.active_project() == Project("q")
    search_path.deactivate(project)
    assert search_path.active_project() == Project("q")


def test_activation_touches_no_file(davos_home):
    search_path.activate(Project("empty"))
    search_path.refresh()
    assert not list(davos_home.iterdir())


def test_a_project_is_shared_with_processes_before_anything_is_installed(davos_home):
    search_path.share_with_processes()
    assert not list(davos_home.iterdir())  # there is no project
    search_path.activate(Project("empty"))
    search_path.share_with_processes()
    assert sys.executable.startswith(str(Project("empty").prefix))
    assert str(Project("empty").site_packages_dir) in sys.path


def test_a_folder_that_cannot_be_written_is_not_shared(davos_home):
    (davos_home / "projects").write_text("")
    before = sys.executable
    search_path.activate(Project("empty"))
    search_path.share_with_processes()
    assert sys.executable == before


def test_path_lines_go_right_behind_the_project(project, tmp_path):
    sources = [tmp_path / name for name in ("b", "a")]
    for folder in sources:
        folder.mkdir()
    search_path.activate(project)
    lines = ["# comment", *map(str, sources), str(tmp_path / "missing"), ""]
    (project.site_packages_dir / "x.pth").write_text("\n".join(lines))
    search_path.refresh(project)
    search_path.refresh(project)
    at = sys.path.index(str(project.site_packages_dir))
    assert sys.path[at + 1 : at + 3] == [str(folder) for folder in sources]
    (project.site_packages_dir / "x.pth").unlink()
    search_path.refresh()
    assert str(sources[0]) not in sys.path


def test_the_base_pth_is_not_run_in_the_kernel(project):
    path = list(sys.path)
    search_path.activate(project)
    assert [entry for entry in sys.path if entry not in path] == [str(project.site_packages_dir)]
    assert (project.site_packages_dir / index.BASE_PTH).exists()


def write_editable(project, version, file):
    site = project.site_packages_dir
    (site / f"__editable___thing_{version}_finder.py").write_text(FINDER.format(file=str(file)))
    line = f"import __editable___thing_{version}_finder as f; f.install()"
    (site / f"__editable__.thing-{version}.pth").write_text(line)


def test_pitfall_3_an_editable_finder_goes_before_the_base_copy(project, tmp_path, monkeypatch):
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "editable_thing.py").write_text("where = 'base'")
    (tmp_path / "mine.py").write_text("where = 'editable'")
    sys.path.append(str(tmp_path / "base"))
    search_path.activate(project)
    write_editable(project, 1, tmp_path / "mine.py")
    search_path.refresh()
    assert importlib.import_module("editable_thing").where == "editable"
    assert sys.meta_path[-1] is not None
    search_path.deactivate()
    del sys.modules["editable_thing"]
    assert importlib.import_module("editable_thing").where == "base"
    sys.path.remove(str(tmp_path / "base"))


def test_a_reinstalled_editable_takes_its_new_place(project, tmp_path):
    (tmp_path / "one.py").write_text("where = 'first place'")
    (tmp_path / "two.py").write_text("where = 'the second'")
    search_path.activate(project)
    write_editable(project, 1, tmp_path / "one.py")
    search_path.refresh()
    assert importlib.import_module("editable_thing").where == "first place"
    (project.site_packages_dir / "__editable__.thing-1.pth").unlink()
    write_editable(project, 2, tmp_path / "two.py")
    search_path.refresh()
    del sys.modules["editable_thing"]
    assert importlib.import_module("editable_thing").where == "the second"


def test_a_broken_pth_line_is_reported_and_the_others_count(project, tmp_path):
    search_path.activate(project)
    (tmp_path / "src").mkdir()
    (project.site_packages_dir / "x.pth").write_text(f"import nothing_like_it\n{tmp_path}/src\n")
    with pytest.warns(RuntimeWarning, match=r"x\.pth"):
        search_path.refresh()
    assert str(tmp_path / "src") in sys.path


NSPKG = (
    "import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('{0}',));"
    "importlib = __import__('importlib.util');__import__('importlib.machinery');"
    "m = sys.modules.setdefault('{0}', importlib.util.module_from_spec("
    "importlib.machinery.PathFinder.find_spec('{0}', [os.path.dirname(p)])));"
    "mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)\n"
)


def write_namespace(project, name="editable_space"):
    """What setuptools writes for a part of a namespace package, without an `__init__.py`."""
    folder = project.site_packages_dir / name / "part"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("where = 'project'")
    pth = project.site_packages_dir / f"{name}.part-1-py3-nspkg.pth"
    pth.write_text(NSPKG.format(name))
    return pth


@pytest.mark.filterwarnings("error")
def test_a_pth_line_sees_the_variables_of_site_addpackage(project):
    search_path.activate(project)
    pth = write_namespace(project)
    names = ["sitedir", "name", "fullname", "known_paths"]
    caller = "import sys, operator; caller = sys._getframe(1).f_locals; "
    line = f"{caller}sys.editable_seen = operator.itemgetter(*{names})(caller)"
    (project.site_packages_dir / "y.pth").write_text(line)
    search_path.refresh()
    assert importlib.import_module("editable_space.part").where == "project"
    site = str(project.site_packages_dir)
    assert sys.editable_seen[:3] == (site, "y.pth", str(Path(site, "y.pth")))
    assert os.path.normcase(site) in sys.editable_seen[3]
    del sys.editable_seen
    pth.unlink()
    search_path.refresh()
    assert "editable_space" in sys.modules  # a part of it is in use


def test_a_namespace_package_of_the_project_goes_with_it(project):
    search_path.activate(project)
    write_namespace(project)
    search_path.refresh()
    assert "editable_space" in sys.modules
    search_path.deactivate()
    assert "editable_space" not in sys.modules
    assert importlib.util.find_spec("editable_space") is None


def test_a_pth_file_that_cannot_be_decoded_is_passed_over_with_a_warning(project, tmp_path):
    search_path.activate(project)
    (project.site_packages_dir / "bad.pth").write_bytes(b"import sys; sys.x = 1 # \xff\xfe\n")
    (project.site_packages_dir / "good.pth").write_bytes(f"\ufeff{tmp_path}\n".encode())
    with pytest.warns(RuntimeWarning, match=r"bad\.pth is passed over"):
        search_path.refresh()
    assert not hasattr(sys, "x")
    assert str(tmp_path) in sys.path


@pytest.fixture
def odd_entries(tmp_path):
    """What Python passes over, in front of the real entries of `sys.path`."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    odd = [Path(folder), os.fsencode(folder), None, 3, [str(folder)]]
    sys.path[:0] = odd
    return odd


def test_a_project_is_used_whatever_python_passes_over_on_the_path(project, odd_entries, tmp_path):
    (project.site_packages_dir / "a.pth").write_text(f"{tmp_path}\n")
    at = index.first_site_index()
    assert sys.path[at] in map(str, index.site_folders())
    project.ensure()
    search_path.activate(project)
    assert sys.path[at : at + 2] == [str(project.site_packages_dir), str(tmp_path)]
    search_path.deactivate()
    assert sys.path[: len(odd_entries)] == odd_entries
    del sys.path[: len(odd_entries)]


def test_side_folders_go_on_a_path_with_entries_that_python_passes_over(odd_entries, tmp_path):
    before, at = list(sys.path), index.first_site_index()
    side = str(tmp_path / "side")
    assert extra_site_folders.put_first([side]) == [side]
    assert sys.path == [*before[:at], side, *before[at:]]
    extra_site_folders.take_away([side])
    assert sys.path == before
    del sys.path[: len(odd_entries)]
