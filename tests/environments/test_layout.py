"""Where the files of an environment lie, on systems that the tests do not run on, too."""

from __future__ import annotations

import sys
import sysconfig

import pytest

from davos.environments import overlay
from davos.environments.layout import LAYOUT, Platform, launcher, layout, running

LINUX = Platform("posix", "linux", (3, 11))
CASES = [
    (LINUX, "bin/python", "lib/python3.11/site-packages", True),
    (LINUX._replace(is_64bit=False), "bin/python", "lib/python3.11/site-packages", False),
    (LINUX._replace(sys_platform="darwin"), "bin/python", "lib/python3.11/site-packages", False),
    (LINUX._replace(implementation="pypy"), "bin/python", "lib/pypy3.11/site-packages", True),
    (
        Platform("posix", "linux", (3, 14), free_threaded=True),
        "bin/python",
        "lib/python3.14t/site-packages",
        True,
    ),
    (Platform("nt", "win32", (3, 11)), "Scripts/python.exe", "Lib/site-packages", False),
]


@pytest.mark.parametrize(("platform", "python", "packages", "lib64"), CASES)
def test_the_layout_of_a_platform(platform, python, packages, lib64):
    found = layout(platform)
    assert (found.python, found.site_packages, found.lib64) == (python, packages, lib64)
    assert found.site_packages.startswith(f"{found.top}/")
    assert found.links is (platform.os_name == "posix")


SCHEMES = [("posix_prefix", LINUX), ("nt", Platform("nt", "win32", sys.version_info[:2]))]


@pytest.mark.parametrize(("scheme", "platform"), SCHEMES)
def test_it_is_that_of_sysconfig(scheme, platform):
    platform = platform._replace(version=sys.version_info[:2])
    names = {"base": "P", "platbase": "P", "installed_base": "P", "platlibdir": "lib"}
    found = layout(platform)

    def path(key):
        return sysconfig.get_path(key, scheme, names).replace("\\", "/")

    assert path("purelib") == f"P/{found.site_packages}"
    assert path("scripts") == f"P/{found.scripts}"


def test_the_layout_in_use_is_that_of_this_python():
    assert layout(running()) == LAYOUT


def test_the_launcher_is_the_one_that_venv_copies():
    assert launcher((3, 12)) == "Lib/venv/scripts/nt/python.exe"
    assert launcher((3, 13)) == "Lib/venv/scripts/nt/venvlauncher.exe"


def test_on_windows_interpreters_are_copies(tmp_path):
    windows = layout(Platform("nt", "win32", (3, 11)))
    ((copy, original),) = overlay._copies(tmp_path, windows).items()
    assert copy == tmp_path / "Scripts" / "python.exe"
    assert original.name in ("python.exe", "venvlauncher.exe")
    assert overlay._copies(tmp_path, LAYOUT) == {} or not LAYOUT.links


PIPS = [
    ("pip", b'#!/bin/sh\nexec "$(dirname -- "$0")/python" -m pip "$@"\n'),
    ("pip3.11", b'#!/bin/sh\nexec "$(dirname -- "$0")/python3.11" -m pip "$@"\n'),
    ("pip.cmd", b'@"%~dp0python.exe" -m pip %*\r\n'),
]


@pytest.mark.parametrize(("name", "expected"), PIPS)
def test_the_scripts_that_run_the_bases_pip(name, expected):
    assert overlay._pip_script(name) == expected
