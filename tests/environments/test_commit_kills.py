"""Processes that are killed while they commit what pip or uv has staged."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from distributions_on_disk import SITE, beside, differs_from_record, packages

from davos.configuration import config
from davos.distributions import index as installed
from davos.environments import overlay
from davos.environments.commit import is_pending, recover
from davos.environments.staging import staging
from davos.installers.uv_command import find_uv

pytestmark = pytest.mark.slow
IN_TURN = pytest.mark.usefixtures("backend_in_turn")

# Stages with pip or uv, and kills itself at the call of a number of a function
INSTALL = """
import importlib, os, signal, subprocess, sys
from pathlib import Path
from davos.environments.commit import commit
from davos.environments.staging import staging

project, module, function, number, uv, *requirements = sys.argv[1:]
place = importlib.import_module(f"davos.environments.{module}")
original, calls = getattr(place, function), []

def killing(*args, **kwargs):
    calls.append(function)
    if len(calls) > int(number):
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*args, **kwargs)

with staging(Path(project)) as made:
    pip = [made.python, "-m", "pip", "install", "--no-compile", "--no-user"]
    index = ["--no-config", "--no-index", "--find-links", os.environ["PIP_FIND_LINKS"]]
    program = [uv, "pip", "install", "--python", made.python, *index] if uv else pip
    subprocess.run([*program, "-q", "--no-deps", *requirements], check=True)
    setattr(place, function, killing)
    commit(made)
"""
# Where the process is killed: module, function, which call; and whether it is committed then
MOMENTS = [
    ("commit_contents", "prepared", 0, False),
    ("commit_contents", "_check", 0, False),
    ("staged_paths", "put_right", 0, False),
    ("staged_paths", "write_digests", 0, False),
    ("staged_paths", "write_digests", 1, False),
    ("overlay", "write", 0, False),
    ("commit_plan", "ordered", 0, False),
    ("commit", "_check_file_system", 0, False),
    ("journal", "write", 0, False),
    ("journal", "sync_folder", 0, False),
    ("commit", "_publish", 0, False),
    ("journal", "sync_folder", 1, True),
    ("journal", "read", 0, True),
    ("journal", "replay", 0, True),
    *(("journal", "_rename", number, True) for number in range(13)),
    ("generation", "write", 0, True),
    ("trash", "discard", 0, True),
    ("trash", "delete", 0, True),
]


SCRIPTS = "[console_scripts]\n{} = {}:main\n"


def versions(project):
    installed.clear_caches()
    found = installed.distributions([str(project / SITE)])
    return {one.name: one.version for one in found}


@pytest.fixture
def wheels(index):
    """Two distributions in two versions, which share a folder and have scripts and data."""
    for version in ("1", "2"):
        index(
            "davosa",
            version,
            files={
                "davosa/__init__.py": f"def main():\n    print({version})\n",
                f"davosa/only{version}.py": version,
                "davosn/a/__init__.py": version,
                f"davosa-{version}.dist-info/entry_points.txt": SCRIPTS.format("tool", "davosa"),
                f"davosa-{version}.data/data/share/davosa/{version}": version,
            },
        )
        index(
            "davosb",
            version,
            files={
                "davosb.py": f"def main():\n    print({version})\n",
                "davosn/b/__init__.py": version,
                f"davosb-{version}.dist-info/entry_points.txt": SCRIPTS.format("toolb", "davosb"),
            },
        )
    return index


def test_thirty_moments_are_covered():
    assert len(MOMENTS) >= 30


@IN_TURN
@pytest.mark.parametrize(
    ("module", "function", "number", "is_committed"),
    MOMENTS,
    ids=[f"{function} {number}" for _, function, number, _ in MOMENTS],
)
def test_a_kill_leaves_the_old_or_the_new_state(
    project, wheels, module, function, number, is_committed
):
    overlay.ensure(project, [Path(p) for p in sys.path if p.endswith("site-packages")], [])
    assert install(project, "trash", "sweep", 9, "davosa==1", "davosb==1") == 0
    old = packages(project)
    assert install(project, module, function, number, "davosa==2", "davosb==2") == -signal.SIGKILL
    assert is_pending(project) == (is_committed and function != "delete")
    recover(project)
    version = "2" if is_committed else "1"
    assert versions(project) == {"davosa": version, "davosb": version}
    assert differs_from_record(project) == []
    assert is_committed or packages(project) == old
    for script in ("tool", "toolb"):
        said = subprocess.run(
            [project / "bin" / script], capture_output=True, check=True, text=True
        )
        assert said.stdout == f"{version}\n"
    with staging(project):
        left = [name for name in beside(project) if not name.startswith(".davos-trash-")]
        assert len(left) == 1


def install(project, module, function, number, *requirements):
    uv = find_uv() if config.pip_backend == "uv" else ""
    command = [sys.executable, "-c", INSTALL, str(project), module, function, str(number), uv]
    return subprocess.run(
        [*command, *requirements],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.DEVNULL,
        check=False,
    ).returncode
