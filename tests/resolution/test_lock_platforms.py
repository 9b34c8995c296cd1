"""Which packages and files of a lock fit a minor version of Python."""

import pytest

from davos.resolution.lock_platforms import ever_true, limited_to_wheels, narrowed, together

HASHES = {"sha256": "0" * 64}


def wheel(tags):
    return {"url": f"https://h/a-1-{tags}.whl", "hashes": HASHES}


def kept(*tags, marker=None, sdist=True):
    package = {"name": "a", "version": "1", "wheels": [wheel(one) for one in tags]}
    package.update({"marker": marker} if marker else {})
    package.update({"sdist": {"url": "https://h/a-1.tar.gz", "hashes": HASHES}} if sdist else {})
    made = narrowed({"packages": [package]}, "3.11")["packages"][0]
    names = [one["url"].removeprefix("https://h/a-1-")[:-4] for one in made.get("wheels", ())]
    return names, "sdist" in made


EVERYWHERE = [
    "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64",
    "cp311-cp311-manylinux_2_17_aarch64",
    "cp311-cp311-macosx_10_9_x86_64",
    "cp311-cp311-macosx_11_0_arm64",
    "cp311-cp311-win_amd64",
    "cp311-cp311-win_arm64",
]


@pytest.mark.parametrize(
    ("tags", "fits"),
    [
        ("py3-none-any", True),
        ("py2.py3-none-any", True),
        ("py2-none-any", False),
        ("py311-none-any", True),
        ("py312-none-any", False),
        ("cp311-cp311-win_amd64", True),
        ("cp312-cp312-win_amd64", False),
        ("cp311-cp311t-win_amd64", False),
        ("cp38-abi3-win_amd64", True),
        ("cp312-abi3-win_amd64", False),
        ("cp38-cp38-win_amd64", False),
        ("pp311-pypy311_pp73-win_amd64", False),
        ("cp311-cp311-win32", False),
        ("cp311-cp311-manylinux2014_ppc64le", False),
        ("cp311-cp311-musllinux_1_2_x86_64", True),
        ("cp311-cp311-linux_aarch64", True),
        ("cp311-cp311-macosx_10_9_universal2", True),
        ("py3-none-macosx_10_9_x86_64", True),
    ],
)
def test_wheels_for_this_python_on_common_platforms_are_kept(tags, fits):
    assert bool(kept(tags)[0]) is fits


def test_a_source_archive_is_kept_where_a_platform_has_no_wheel():
    assert kept(*EVERYWHERE) == (EVERYWHERE, False)
    assert kept(*EVERYWHERE[:-1]) == (EVERYWHERE[:-1], True)
    assert kept(*EVERYWHERE[:4], marker="sys_platform != 'win32'") == (EVERYWHERE[:4], False)
    assert kept("py3-none-any") == (["py3-none-any"], False)
    assert kept() == ([], True)


@pytest.mark.parametrize(
    ("marker", "after"),
    [
        ("python_full_version >= '3.11'", None),
        ("python_version < '3.12'", None),
        ("sys_platform == 'win32'", "sys_platform == 'win32'"),
        ("python_version == '3.11' and os_name == 'nt'", "sys_platform == 'win32'"),
        ("platform_system != 'Windows' and python_version < '4'", "sys_platform != 'win32'"),
        ("platform_machine == 'arm64'", "platform_machine == 'arm64'"),
        ("python_full_version < '3.11.4'", "python_full_version < '3.11.4'"),
    ],
)
def test_a_marker_that_is_always_true_is_left_out(marker, after):
    package = {"name": "a", "marker": marker}
    assert narrowed({"packages": [package]}, "3.11")["packages"][0].get("marker") == after


def test_a_package_for_other_pythons_is_left_out_and_the_python_is_named():
    made = narrowed({"packages": [{"name": "a", "marker": "python_version >= '3.12'"}]}, "3.11")
    assert made == {"packages": [], "requires-python": ">=3.11,<3.12"}


def test_upload_times_are_left_out_and_names_that_the_url_has():
    file = {**wheel("py3-none-any"), "name": "a-1-py3-none-any.whl", "upload-time": 1, "size": 2}
    made = narrowed({"packages": [{"name": "a", "wheels": [file]}]}, "3.11")["packages"][0]
    assert made["wheels"] == [{**wheel("py3-none-any"), "size": 2}]


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (None, None, True),
        ("sys_platform == 'win32'", None, True),
        ("sys_platform == 'win32'", "os_name == 'posix'", False),
        ("sys_platform == 'win32'", "platform_machine == 'ARM64'", True),
        ("python_version < '3.11'", None, False),
    ],
)
def test_markers_are_compared_on_all_platforms(one, other, both):
    assert together(one, other, "3.11") is both
    assert ever_true(one, "3.11") or not both


@pytest.mark.parametrize(
    ("tags", "marker"),
    [
        (EVERYWHERE, None),
        (["py3-none-any"], None),
        (EVERYWHERE[4:], "sys_platform == 'win32'"),
        (EVERYWHERE[:3], "sys_platform != 'win32'"),
        ([], None),
    ],
)
def test_a_package_is_limited_to_the_systems_that_have_wheels(tags, marker):
    package = {"name": "a", "wheels": [wheel(one) for one in tags]}
    assert limited_to_wheels(package).get("marker") == marker
