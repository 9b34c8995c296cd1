"""What the first smuggle of a process loads: only an installation needs what installs."""

import json
import subprocess
import sys

from davos.environments import davos_dependencies
from davos.environments.project import Project

FOR_AN_INSTALLATION = (
    "davos.documents",
    "davos.engine.install_requests",
    "davos.engine.installation",
    "davos.engine.locked_installation",
    "davos.engine.running_kernel",
    "davos.engine.staged_check",
    "davos.engine.unmet",
    "davos.environments.claimed_files",
    "davos.environments.commit",
    "davos.environments.commit_contents",
    "davos.environments.commit_plan",
    "davos.environments.journal",
    "davos.environments.staged_paths",
    "davos.environments.staging",
    "davos.installers.backend",
    "davos.installers.base",
    "davos.installers.other_pip",
    "davos.installers.pip",
    "davos.installers.pip_conflict",
    "davos.resolution",
)
SATISFIED = """\
import davos
davos.configure(project="first")
davos.smuggle("dvtfirst", args_str="dvtfirst==1.0")
"""
INSTALLS = """\
import davos.documents.parsed_cell, davos.documents.reader
import davos.engine.installation, davos.engine.locked_installation, davos.engine.unmet
import davos.environments.commit
import davos.installers.backend, davos.installers.other_pip, davos.installers.pip
import davos.installers.conflict, davos.installers.hash_mismatch, davos.installers.uv_failure
"""
LOADED = "import json, sys; print(json.dumps(sorted(sys.modules)))\n"


def loaded_after(program):
    done = subprocess.run([sys.executable, "-c", program + LOADED], capture_output=True, check=True)
    return json.loads(done.stdout)


def test_a_satisfied_smuggle_loads_nothing_that_installs(fill):
    fill(Project("first"), "dvtfirst")
    loaded = set(loaded_after(SATISFIED))
    assert "dvtfirst" in loaded
    assert sorted(loaded.intersection(FOR_AN_INSTALLATION)) == []


def test_what_installs_is_what_the_list_names(fill):
    fill(Project("first"), "dvtfirst")
    assert sorted(set(FOR_AN_INSTALLATION) - set(loaded_after(SATISFIED + INSTALLS))) == []


def test_an_installation_loads_nothing_of_what_davos_is_built_on(fill):
    """It may have been replaced on disk in the meantime."""
    fill(Project("first"), "dvtfirst")
    before = set(loaded_after(SATISFIED))
    after = loaded_after(SATISFIED + INSTALLS)
    new = {name.partition(".")[0] for name in after if name not in before}
    assert sorted(new & davos_dependencies.TOP_LEVEL) == []
