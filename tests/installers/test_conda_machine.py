"""What packages need of the machine, and what it is."""

import os
import platform
import subprocess
import sys

import pytest
from conda_channel import needs_rattler

from davos.installers import conda_machine
from davos.installers.conda_locked import KIND, LockedPackage
from davos.installers.conda_machine import unmet_needs, virtual_packages

HERE = {"__glibc": "2.36", "__linux": "6.1", "__unix": "0", "__osx": "", "__win": ""}


def locked(*depends, constrains=()):
    needs = {"depends": tuple(depends), "constrains": tuple(constrains)}
    return LockedPackage("num", "1.26.4", KIND, "https://h/num.conda", package="num", **needs)


@pytest.mark.parametrize(
    ("depends", "constrains", "said"),
    [
        (["__glibc >=2.17,<3.0.a0", "__unix", "__linux >=3.4", "python >=3.8"], [], ""),
        (
            ["__glibc >=2.38"],
            [],
            "num 1.26.4 needs __glibc >=2.38, and this machine has __glibc 2.36",
        ),
        (["__osx >=11.0"], [], "num 1.26.4 needs __osx >=11.0, and this machine has no __osx"),
        (["__win"], [], "num 1.26.4 needs __win, and this machine has no __win"),
        (
            [],
            ["__glibc >=2.38"],
            "num 1.26.4 needs __glibc >=2.38, and this machine has __glibc 2.36",
        ),
        ([], ["__osx >=11.0", "__glibc >=2.17"], ""),
        (["__cuda >=12", "__archspec 1 x86_64_v4", "__glibc ^what"], [], ""),  # for py-rattler
    ],
)
def test_what_a_package_needs_of_the_machine(depends, constrains, said):
    assert unmet_needs([locked(), locked(*depends, constrains=constrains)], HERE) == said


@pytest.mark.parametrize(
    ("system", "found"),
    [
        ("linux", {"__glibc": "2.36", "__linux": "6.1.0", "__unix": "0"}),
        ("darwin", {"__osx": "14.5", "__unix": "0"}),
        ("win32", {"__win": "10.0.19045"}),
    ],
)
def test_the_virtual_packages_of_systems(monkeypatch, system, found):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(conda_machine, "os", os_of(system))
    monkeypatch.setattr(platform, "release", lambda: "6.1.0-13-amd64")
    monkeypatch.setattr(platform, "version", lambda: "10.0.19045")
    monkeypatch.setattr(platform, "mac_ver", lambda: ("14.5", ("", "", ""), "arm64"))
    assert {name: one for name, one in virtual_packages({}).items() if one} == found


def os_of(system):
    class Os:
        name = "nt" if system == "win32" else "posix"

        @staticmethod
        def confstr(_name):
            return "glibc 2.36"

    return Os


def test_without_glibc_there_is_no_such_package(monkeypatch):
    def refuse(_name):
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(os, "confstr", refuse)
    assert virtual_packages({})["__glibc"] == ""


def test_a_variable_gives_the_version_as_for_conda():
    found = virtual_packages({"CONDA_OVERRIDE_GLIBC": "2.40", "CONDA_OVERRIDE_LINUX": ""})
    assert (found["__glibc"], found["__linux"]) == ("2.40", "")


_DETECTED = """
import os, rattler
for one in rattler.VirtualPackage.detect(rattler.VirtualPackageOverrides.from_env()):
    generic = one.into_generic()
    print(generic.name.normalized, generic.version, flush=True)
os._exit(0)
"""


@needs_rattler
@pytest.mark.skipif(sys.platform != "linux", reason="the versions of Linux are compared")
def test_they_are_those_that_py_rattler_finds():
    command = [sys.executable, "-c", _DETECTED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    detected = dict(line.split() for line in done.stdout.splitlines())
    own = {name: version for name, version in virtual_packages(os.environ).items() if version}
    assert own.items() <= detected.items()
