"""What the scripts for shells offer for a word."""

import shutil
import subprocess
import sys

import pytest

from davos.cli.commands import COMMANDS
from davos.cli.completion import candidates
from davos.environments.project import Project
from davos.lint.registry import RULES
from davos.lint.reports.text import REPORTERS


@pytest.fixture
def folder(write, tmp_path, monkeypatch):
    for name in ("a.ipynb", "b.py", "c.csv", "sub/d.md", ".hidden.py", "with space.py"):
        write(name, "")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", [*COMMANDS, "--help", "--version"]),
        ("che", ["check"]),
        ("--v", ["--version"]),
        ("nosuch ", []),
        ("check ", ["a.ipynb", "b.py", "sub/", "with space.py"]),
        ("check a.ipynb ", ["a.ipynb", "b.py", "sub/", "with space.py"]),
        ("check sub/", ["sub/d.md"]),
        ("check .", [".hidden.py"]),
        ("check nosuch/", []),
        ("check --output-format ", list(REPORTERS)),
        ("check --output-format g", ["grouped", "github", "gitlab"]),
        ("check --output-format=s", ["--output-format=sarif"]),
        ("check --output-format = s", ["sarif"]),
        ("check --output-format =", list(REPORTERS)),
        ("check --nosuch=s", []),
        ("check --sel", ["--select"]),
        ("check --fix --unsafe", ["--unsafe-fixes"]),
        ("check --explain DAV2", [code for code in RULES if code.startswith("DAV2")]),
        ("check --select DAV1,dav30", [f"DAV1,{c}" for c in RULES if c.startswith("DAV30")]),
        ("check --config c", ["c.csv"]),
        ("check --fix b", ["b.py"]),
        ("guide proj", ["projects"]),
        ("guide DAV301", ["DAV301"]),
        ("projects re", ["rename", "remove"]),
        ("projects prune --dry", ["--dry-run"]),
        ("lock --resolver u", ["uv"]),
        ("generate-shell-completion ", ["bash", "zsh", "fish"]),
        ("add a.ipynb ", []),
    ],
)  # fmt: skip
def test_the_words_that_fit_are_offered(line, found):
    assert candidates(line.split(" ")) == found


def test_projects_are_offered_by_name(monkeypatch):
    monkeypatch.setattr(
        "davos.environments.project_collection.all_projects",
        lambda: [Project("one"), Project("other")],
    )
    assert candidates(["projects", "show", "on"]) == ["one"]
    assert candidates(["projects", "rename", ""]) == ["one", "other"]
    assert candidates(["sync", "--project", "o"]) == ["one", "other"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_offers_its_options(command):
    assert "--help" in candidates([command, "--"])


def in_shell(shell, code, tmp_path):
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    davos = f'davos() {{ "{sys.executable}" -m davos "$@"; }}\n'
    done = subprocess.run([program, "-c", davos + code], cwd=tmp_path, capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.usefixtures("folder")
def test_bash_offers_them(tmp_path):
    code = """
    eval "$(davos generate-shell-completion bash)"
    complete -p davos
    for words in "che" "check with" "check --output-format sar"; do
        COMP_WORDS=(davos $words); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _davos davos
        printf '%s\\n' "${COMPREPLY[@]}"
    done
    """
    offered = in_shell("bash", code, tmp_path)
    assert offered == ["complete -o filenames -F _davos davos", "check", "with space.py", "sarif"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_scripts_of_other_shells_are_read_without_errors(davos, tmp_path, shell):
    status, script, _ = davos("generate-shell-completion", shell)
    assert status == 0
    (tmp_path / "script").write_text(script)
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    subprocess.run([program, "--no-execute", "script"], cwd=tmp_path, check=True)


def test_an_unknown_shell_is_answered_with_the_near_one(davos):
    status, _, err = davos("generate-shell-completion", "bsh")
    assert status == 2
    assert "did you mean bash?" in err
