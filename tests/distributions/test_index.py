"""What is installed on a search path, and whether it meets a requirement."""

import json
import os
import zipfile

import pytest

from davos.distributions import index
from davos.distributions.distribution import Distribution
from davos.distributions.freeze import frozen
from davos.environments.requirement_check import conflicts, satisfies
from davos.onion.comment import Requirement

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def site(tmp_path, write_wheel):
    """A site-packages folder, and a function that installs a wheel into it by unpacking."""
    folder = tmp_path / "lib" / "site-packages"
    folder.mkdir(parents=True)

    def install(name, version, *args, direct_url=None, where=folder, **kwargs):
        where.mkdir(parents=True, exist_ok=True)
        zipfile.ZipFile(write_wheel(tmp_path, name, version, *args, **kwargs)).extractall(where)
        info = where / f"{name.replace('-', '_')}-{version}.dist-info"
        if direct_url is not None:
            (info / "direct_url.json").write_text(json.dumps(direct_url))
        return info

    install.folder = folder
    install.path = [str(folder)]
    return install


def required(name, specifier="", **kwargs):
    return Requirement(f"{name}{specifier}", name, specifier=specifier, **kwargs)


@pytest.mark.parametrize(
    ("installed", "specifier", "met"),
    [
        ("1.5", "", True),
        ("1.5", ">=1,<2", True),
        ("1.5", ">=1,<1.5", False),
        ("2.0rc1", ">=1", True),
        ("2.0rc1", "<2", False),
        ("0.5.0", "==0.5.0+cu118", False),
        ("0.5.0+cu118", "==0.5.0", True),
        ("0.5.0+cu118", "==0.5.0+cu118", True),
        ("1.0", "===1.0", True),
        ("1.0", "===1.0.0", False),
        ("1.0", "~=1.0.3", False),
        ("1.4", "==1.*", True),
        ("1.0", "!=1.0", False),
        ("1!1.0", ">=2", True),
        ("1.0.post1", "==1.0", False),
    ],
)
def test_the_whole_specifier_decides(site, installed, specifier, met):
    site("thing", installed)
    verdict = satisfies(required("thing", specifier), site.path)
    assert bool(verdict) is met
    assert met == (not verdict.reason)


def test_a_version_that_is_none_is_met_by_itself_only(site):
    info = site("old", "1.0")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: old\nVersion: 2004d-x\n")
    assert satisfies(required("old", "===2004d-x"), site.path)
    assert not satisfies(required("old", ">=1"), site.path)


@pytest.mark.parametrize("asked", ["Zope.Interface", "zope-interface", "zope_interface"])
def test_names_are_compared_normalised(site, asked):
    site("zope.interface", "5.0")
    assert index.find_distribution(asked, site.path).version == "5.0"


def test_the_first_folder_on_the_path_wins(site, tmp_path):
    site("thing", "1.0")
    project = tmp_path / "project" / "site-packages"
    site("thing", "2.0", where=project)
    assert index.find_distribution("thing", [str(project), *site.path]).version == "2.0"
    assert [one.version for one in index.distributions([*site.path, str(project)])] == ["1.0"]


def test_broken_metadata_is_passed_over(site):
    (site("ghost", "1.0") / "METADATA").unlink()
    (site.folder / "~hing-1.0.dist-info").mkdir()
    (site.folder / "nothing-1.0.dist-info").write_text("a file")
    site("thing", "1.0")
    assert index.find_distribution("ghost", site.path) is None
    assert [one.name for one in index.distributions(site.path)] == ["thing"]


def test_egg_info_counts(site):
    info = site.folder / "legacy-1.2-py3.9.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Name: legacy\nVersion: 1.2\n")
    (info / "top_level.txt").write_text("legacy\n")
    (site.folder / "single.egg-info").write_text("Name: single\nVersion: 3\n")
    (site.folder / "legacy.py").write_text("")
    found = index.find_distribution("legacy", site.path)
    assert (found.version, found.modules) == ("1.2", ["legacy"])
    assert found.files == {str(site.folder / "legacy.py")}
    assert index.find_distribution("single", site.path).version == "3"


def test_an_install_is_seen_at_once(site):
    assert index.find_distribution("thing", site.path) is None
    site("thing", "1.0")
    index.clear_caches()
    assert index.find_distribution("thing", site.path) is not None


def test_satisfied_means_down_to_the_last_dependency(site):
    site("thing", "1.0", requires=["middle"])
    site("middle", "1.0", requires=["last<2", "absent; python_version < '3'", "thing"])
    site("last", "2.0")
    reason = satisfies(required("thing"), site.path).reason
    assert reason == "middle needs last<2: last 2.0 is installed"
    site("last", "1.0", where=site.folder.parent / "first" / "site-packages")
    path = [str(site.folder.parent / "first" / "site-packages"), *site.path]
    index.clear_caches()
    assert satisfies(required("thing"), path)


def test_an_extra_needs_its_own_requirements(site):
    requires = ["dep>=2; extra == 'test'", "other", "all[x]; extra == 'All_Of'"]
    site("thing", "1.0", requires=requires)
    site("other", "1.0")
    asked = required("thing", extras=("test",))
    assert "dep is not installed" in satisfies(asked, site.path).reason
    site("dep", "1.0")
    index.clear_caches()
    assert "dep 1.0 is installed" in satisfies(asked, site.path).reason
    site("dep", "2.0", where=site.folder.parent / "first" / "site-packages")
    path = [str(site.folder.parent / "first" / "site-packages"), *site.path]
    assert satisfies(asked, path)
    assert not satisfies(required("thing", extras=("all-of",)), path)
    assert satisfies(required("thing", extras=("unknown",)), path)


def test_extras_that_name_each_other_end(site):
    site("thing", "1.0", requires=["thing[b]; extra == 'a'", "thing[a]; extra == 'b'"])
    assert satisfies(required("thing", extras=("a",)), site.path)


def test_a_false_marker_asks_for_nothing(site):
    verdict = satisfies(required("thing", marker="python_version < '3'"), site.path)
    assert verdict
    assert verdict.ignored
    assert verdict.distribution is None
    assert not satisfies(required("thing", marker="python_version > '3'"), site.path).ignored


def git(url, ref, **kwargs):
    return Requirement(
        f"git+{url}@{ref}", "thing", url=f"git+{url}@{ref}", vcs="git", ref=ref, **kwargs
    )


@pytest.mark.parametrize(
    ("requirement", "met"),
    [
        (git("https://example.org/thing.git", COMMIT), True),
        (git("https://token@example.org/thing.git", COMMIT), True),
        (git("https://example.org/thing.git", COMMIT.upper()), True),
        (git("https://example.org/thing.git", "f" * 40), False),
        (git("https://example.org/fork.git", COMMIT), False),
        (git("https://example.org/thing.git", "main"), False),
        (git("https://example.org/thing.git", COMMIT[:10]), False),
        (git("https://example.org/thing.git", COMMIT, subdirectory="sub"), False),
    ],
)
def test_a_repository_is_met_by_its_recorded_commit(site, requirement, met):
    recorded = {
        "url": "https://example.org/thing.git",
        "vcs_info": {"vcs": "git", "commit_id": COMMIT, "requested_revision": "v1"},
    }
    site("thing", "1.0", direct_url=recorded)
    assert bool(satisfies(requirement, site.path)) is met


def test_a_repository_without_a_name_is_found_by_its_url(site):
    recorded = {"url": "file:///r", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    site("thing", "1.0", direct_url=recorded)
    url = f"git+file:///r@{COMMIT}"
    assert satisfies(Requirement(url, None, url=url, vcs="git", ref=COMMIT), site.path)


@pytest.mark.parametrize(
    ("url", "met"),
    [
        ("https://example.org/t-1.0.zip", True),
        ("https://example.org/t-1.0.zip#sha256=ab", True),
        ("https://example.org/t-1.0.zip#sha256=cd", False),
        ("https://example.org/t-1.0.zip#subdirectory=x", False),
        ("https://example.org/t-1.1.zip", False),
    ],
)
def test_an_archive_is_met_by_its_recorded_url_and_hash(site, url, met):
    recorded = {"url": "https://example.org/t-1.0.zip", "archive_info": {"hash": "sha256=ab"}}
    site("thing", "1.0", direct_url=recorded)
    assert bool(satisfies(Requirement(url, "thing", url=url), site.path)) is met


def test_a_distribution_from_the_index_meets_no_url(site):
    site("thing", "1.0")
    assert not satisfies(git("https://example.org/thing.git", COMMIT), site.path)
    url = "https://example.org/t-1.0.zip"
    assert not satisfies(Requirement(url, "thing", url=url), site.path)


def test_a_local_path_is_never_met(site):
    site("thing", "1.0", direct_url={"url": "file:///x", "dir_info": {}})
    assert not satisfies(Requirement("./x", "thing", path="/x"), site.path)


def test_modules_are_found_by_their_distribution(site):
    site("attrs", "23.1", {"attr/__init__.py": "", "attrs/__init__.py": ""})
    site("google-one", "1", {"google/one/__init__.py": ""})
    site("google-two", "1", {"google/two.py": ""})
    site("fast", "1", {"fast.cpython-311-x86_64-linux-gnu.so": "", "_fast_data/x.txt": ""})
    names = {
        m: [d.name for d in index.distributions_providing(m, site.path)]
        for m in ("attr", "google.one", "google.two", "google", "fast", "att", "nothing")
    }
    assert names["attr"] == ["attrs"]
    assert names["google.one"] == ["google-one"]
    assert names["google.two"] == ["google-two"]
    assert sorted(names["google"]) == ["google-one", "google-two"]
    assert names["fast"] == ["fast"]
    assert names["att"] == names["nothing"] == []
    assert index.find_distribution("attrs", site.path).modules == ["attr", "attrs"]


def test_site_folders_leave_a_project_out(site, tmp_path):
    project = tmp_path / "p" / "site-packages"
    project.mkdir(parents=True)
    (project / index.BASE_PTH).write_text("")
    path = ["", "/nowhere/site-packages", str(project), str(tmp_path), *site.path, *site.path]
    assert index.site_folders(path) == [site.folder]


def test_conflicts_name_both_sides(site):
    site("pandas", "1.0", requires=["numpy<2", "gone; extra == 'x'"])
    site("numpy", "2.1")
    site("lonely", "1", requires=["absent"])
    (conflict,) = conflicts(["NumPy"], site.path)
    assert str(conflict) == "pandas 1.0 requires numpy<2, but numpy 2.1 is installed"
    assert [one.name for one in conflicts(["lonely"], site.path)] == ["lonely"]


def test_an_egg_link_leads_to_the_source_folder(site, tmp_path):
    info = tmp_path / "src" / "oldie.egg-info"
    info.mkdir(parents=True)
    (info / "PKG-INFO").write_text("Name: oldie\nVersion: 1.0\n")
    (info / "top_level.txt").write_text("oldie\n")
    (tmp_path / "src" / "oldie.py").write_text("")
    (site.folder / "oldie.egg-link").write_text(f"{tmp_path / 'src'}\n.")
    found = index.find_distribution("oldie", site.path)
    assert (found.version, found.files) == ("1.0", {str(tmp_path / "src" / "oldie.py")})


def test_entries_that_python_passes_over_hold_nothing(site):
    site("thing", "1.0")
    folder = site.folder
    odd = [folder, os.fsencode(folder), None, 3, [str(folder)], ""]
    assert index.entries([*odd, *site.path, *site.path]) == site.path
    assert index.find_distribution("thing", odd) is None
    assert index.find_distribution("thing", [*odd, *site.path]).version == "1.0"
    assert [found.name for found in index.distributions([*odd, *site.path])] == ["thing"]
    assert index.site_folders(odd) == []
    assert index.site_folders([*odd, *site.path]) == [folder]


@pytest.mark.parametrize(
    "url", ["file:///croot/thing_1", "file:///home/conda/feedstock_root/x/work"]
)
def test_the_folder_in_which_conda_built_a_package_is_no_origin(site, url):
    info = site("thing", "1.0", direct_url={"url": url, "dir_info": {}})
    (info / "INSTALLER").write_text("conda\n")
    found = Distribution(info)
    assert found.direct_url is None
    assert frozen(found) == "thing==1.0"
    (info / "INSTALLER").write_text("pip\n")
    assert frozen(Distribution(info)) == f"thing @ {url}"
