"""The GitHub workflow runs all that must hold on each system and each Python."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"
pytestmark = pytest.mark.skipif(not WORKFLOW.exists(), reason="only a clone has it")


def _listed(name):
    (found,) = re.findall(rf"^ +{name}: \[(.*)\]$", WORKFLOW.read_text("utf-8"), re.MULTILINE)
    return [word.strip().strip('"') for word in found.split(",")]


def test_it_covers_the_systems_and_the_pythons():
    assert [name.partition("-")[0] for name in _listed("system")] == ["ubuntu", "macos", "windows"]
    pythons = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert _listed("python") == [*pythons, "3.14"]


def test_it_runs_the_script_of_this_repository_with_the_python_of_the_matrix():
    text = WORKFLOW.read_text("utf-8")
    assert "run: bash .ci/run" in text
    (variable,) = re.findall(r"^ +(DAVOS_\w+): python$", text, re.MULTILINE)
    assert f"${{{variable}:-}}" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_the_readme_says_what_has_never_been_run():
    text = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert "It has never been run on macOS, on Windows or on Python 3.14" in text
