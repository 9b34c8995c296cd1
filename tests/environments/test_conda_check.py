"""Whether installed conda packages satisfy a match specification."""

import os
import shutil
import subprocess
import sys

import pytest
from conda_environment import python_files, write_conda_package
from distributions_on_disk import SITE, write_distribution

from davos.environments.conda_check import Places, conda_conflicts, satisfies_spec
from davos.onion.match_spec import read_match_spec

THIS = "python {}.{}.*".format(*sys.version_info)


@pytest.fixture
def prefixes(tmp_path):
    """A project and a base."""
    made = tmp_path / "project", tmp_path / "base"
    for prefix in made:
        (prefix / SITE).mkdir(parents=True)
    return made


def places(prefixes, **fields):
    path = [str(prefix / SITE) for prefix in prefixes]
    return Places([str(prefix) for prefix in prefixes], path, **fields)


def reason(prefixes, text):
    return satisfies_spec(read_match_spec(text), places(prefixes)).reason


def library(prefix, version="1.2.3", build="h1_0", **fields):
    return write_conda_package(prefix, "libx", version, {"lib/libx.so": ""}, build, **fields)


def held(prefix, name="num", version="1.26.4", dist=None, **fields):
    files = python_files(prefix, dist or name, version, {f"{name}.py": ""})
    return write_conda_package(prefix, name, version, files, "py_0", **fields)


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("libx", ""),
        ("libx=1.2", ""),
        ("libx==1.2.3", ""),
        ("libx=1.2.3=h1_0", ""),
        ("libx=1.2.3=h*", ""),
        ("test::libx", ""),
        ("test/linux-64::libx", ""),
        ("libx>=1,<1.2", "libx 1.2.3 h1_0 is installed"),
        ("libx=1.2.3=h2_0", "libx 1.2.3 h1_0 is installed"),
        ("conda-forge::libx", "libx 1.2.3 h1_0 is installed"),
        ("liby", "liby is not installed"),
    ],
)
def test_a_record_is_compared_with_the_specification(prefixes, spec, why):
    library(prefixes[0])
    assert reason(prefixes, spec) == why


@pytest.mark.parametrize(
    ("depends", "why"),
    [
        ([], ""),
        (["liby >=2", THIS, "__glibc >=2.17", "__unix"], ""),
        (["liby 2.0 h0"], ""),
        (["liby >=2,<3.0a0", "test::liby"], ""),
        (["liby >=3"], "libx needs liby >=3: liby 2.0 h0 is installed"),
        (["liby 2.0 h1"], "libx needs liby 2.0 h1: liby 2.0 h0 is installed"),
        (["libz"], "libx needs libz: libz is not installed"),
        (["python 2.7.*"], "libx needs python 2.7.*: Python {} is running"),
        (["dist >=1"], ""),
        (["dist >=2"], "libx needs dist >=2: dist 1.5 is installed"),
        (["dist 1.5 py_0"], "libx needs dist 1.5 py_0: dist 1.5 is installed"),
        (["liby ^what"], ""),  # what only the solver can read
    ],
)
def test_what_a_package_depends_on_has_to_be_there(prefixes, depends, why):
    library(prefixes[0], depends=depends)
    write_conda_package(prefixes[1], "liby", "2.0", {}, "h0")
    write_distribution(prefixes[1], "dist", "1.5", {"dist.py": ""})
    assert reason(prefixes, "libx") == why.format("{}.{}.{}".format(*sys.version_info))


def test_what_it_depends_on_is_followed_to_the_last_in_circles_too(prefixes):
    library(prefixes[0], depends=["a"])
    write_conda_package(prefixes[0], "a", "1", {}, depends=["libx", "b"])
    last = write_conda_package(prefixes[1], "b", "1", {}, depends=["c"])
    assert reason(prefixes, "libx") == "b needs c: c is not installed"
    last.unlink()
    write_conda_package(prefixes[1], "b", "2", {})
    assert reason(prefixes, "libx") == ""


def test_a_change_is_noticed_after_all_was_there(prefixes):
    library(prefixes[0], depends=["a"])
    record = write_conda_package(prefixes[0], "a", "1", {})
    os.utime(prefixes[0] / "conda-meta", (1, 1))
    assert reason(prefixes, "libx") == ""
    assert reason(prefixes, "libx") == ""
    record.unlink()
    assert reason(prefixes, "libx") == "libx needs a: a is not installed"


def test_what_pip_installed_counts_where_nothing_is_said_of_a_build(prefixes):
    write_distribution(prefixes[0], "num", "1.26.4", {"num.py": ""})
    assert reason(prefixes, "num=1.26") == ""
    assert reason(prefixes, "num=2") == "num 1.26.4 is installed"
    assert reason(prefixes, "num=1.26.4=py_0") == "num 1.26.4 is installed"
    assert reason(prefixes, "conda-forge::num") == "num 1.26.4 is installed"


def test_what_pip_installed_into_the_project_hides_a_package_of_the_base(prefixes):
    held(prefixes[1], version="1.26.4")
    assert reason(prefixes, "num=1.26.4=py_0") == ""
    write_distribution(prefixes[0], "num", "2.0", {"num.py": ""})
    assert reason(prefixes, "num=1.26") == "num 2.0 is installed"
    assert reason(prefixes, "num=2") == ""


def test_the_distribution_is_the_one_that_the_package_holds(prefixes):
    held(prefixes[0], name="pytorch", dist="torch")
    found = satisfies_spec(read_match_spec("pytorch"), places(prefixes))
    assert (found.distribution.name, found.package.name) == ("torch", "pytorch")
    library(prefixes[0])
    found = satisfies_spec(read_match_spec("libx"), places(prefixes))
    assert (found.distribution, found.package.name) == (None, "libx")


def conflicts(prefixes, changed, **fields):
    return list(map(str, conda_conflicts(changed, places(prefixes, **fields), "place")))


def test_conflicts_are_what_changed_packages_and_their_dependents_need(prefixes):
    library(prefixes[0], depends=["num >=1,<2"])
    write_conda_package(prefixes[0], "broken", "1", {}, depends=["nothing"])
    held(prefixes[1], version="1.5")
    assert conflicts(prefixes, {"num"}) == []
    write_distribution(prefixes[0], "num", "2.0", {"num.py": ""})
    said = ["libx 1.2.3 requires num >=1,<2, but num 2.0 is installed"]
    assert conflicts(prefixes, {"num"}) == said
    assert conflicts(prefixes, {"other"}) == []
    assert conflicts(prefixes, {"num"}, gone={"libx"}) == []
    assert conflicts(prefixes, {"broken"}) == [
        "broken 1 requires nothing, but nothing is not installed"
    ]


def test_what_was_there_is_not_looked_for_again(prefixes, monkeypatch):
    """Also where the environment below is none of conda: it has no records."""
    library(prefixes[0], depends=["a"])
    write_conda_package(prefixes[0], "a", "1", {})
    os.utime(prefixes[0] / "conda-meta", (1, 1))
    assert reason(prefixes, "libx") == ""
    monkeypatch.setattr("davos.environments.conda_check._dependency", None)
    assert reason(prefixes, "libx") == ""


def test_what_reads_requirements_of_pip_is_not_loaded_for_conda(prefixes):
    held(prefixes[0])
    code = f"""
import sys
from davos.environments.conda_check import Places, satisfies_spec
from davos.onion.validator import validate_text
spec = validate_text("conda", "num==1.26.4 -c defaults").requirement.match_spec
verdict = satisfies_spec(spec, Places({list(map(str, prefixes))}, {[str(prefixes[0] / SITE)]}))
print(verdict.reason, verdict.distribution.name)
of_pip = {{"davos.onion.pip", "davos.onion.requirement", "packaging.markers", "packaging.specifiers"}}
print(sorted(of_pip & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["num", "[]"]


def of_another_python(prefix, name, version="1.0", **fields):
    files = {"lib/python2.7/site-packages/num.py": "", "share/num/data": ""}
    return write_conda_package(prefix, name, version, files, "py_0", **fields)


def test_a_package_for_another_python_is_not_there(prefixes):
    of_another_python(prefixes[0], "num")
    library(prefixes[0], depends=["num"])
    assert reason(prefixes, "num") == "num is not installed"
    assert reason(prefixes, "libx") == "libx needs num: num is not installed"
    held(prefixes[1], version="1.5")
    assert reason(prefixes, "num=1.5=py_0") == ""


def test_what_a_package_for_another_python_needs_is_no_conflict(prefixes):
    of_another_python(prefixes[0], "user", depends=["num <2"])
    held(prefixes[0], version="2.0")
    assert conflicts(prefixes, {"num"}) == []


@pytest.mark.parametrize(
    ("package", "distribution"),
    [
        ("pytorch", "torch"),
        ("py-opencv", "opencv-python-headless"),
        ("msgpack-python", "msgpack"),
        ("pytables", "tables"),
        ("psycopg2", "psycopg2-binary"),
        ("ruamel.yaml", "ruamel.yaml"),
        ("typing_extensions", "typing-extensions"),
    ],
)
def test_what_pip_installed_counts_under_condas_name(prefixes, package, distribution):
    library(prefixes[0], depends=[f"{package} ==1.0"])
    write_distribution(prefixes[0], distribution, "1.0", {"num.py": ""})
    assert reason(prefixes, "libx") == ""
    assert reason(prefixes, f"{package}=1") == ""
    write_distribution(prefixes[0], distribution, "2.0", {"num.py": ""})
    assert conflicts(prefixes, {distribution}) == [
        f"libx 1.2.3 requires {package} ==1.0, but {package} 2.0 is installed"
    ]


def test_a_library_is_no_distribution_of_its_name(prefixes):
    write_distribution(prefixes[0], "tzdata", "2024.1", {"tzdata.py": ""})
    assert reason(prefixes, "tzdata") == "tzdata is not installed"
    assert reason(prefixes, "python-tzdata") == ""


@pytest.mark.parametrize("replaced", [True, False])
def test_what_pip_replaced_or_took_away_is_no_package_any_more(prefixes, replaced):
    record = held(prefixes[0], version="1.26.4")
    library(prefixes[0], depends=["num <2"])
    assert reason(prefixes, "num=1.26.4=py_0") == ""
    shutil.rmtree(prefixes[0] / SITE / "num-1.26.4.dist-info")
    if replaced:
        write_distribution(prefixes[0], "num", "2.0", {"num.py": ""})
    found = "num 2.0 is installed" if replaced else "num is not installed"
    assert record.exists()
    assert reason(prefixes, "num=1.26") == found
    assert reason(prefixes, "libx") == f"libx needs num <2: {found}"
