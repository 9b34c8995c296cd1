"""What the scripts for shells offer for a word."""

import os
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
        ("generate-shell-completion ", ["bash", "zsh", "fish", "powershell"]),
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


def found_program(shell):
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    return program


def in_shell(shell, code, tmp_path):
    program = found_program(shell)
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


@pytest.fixture
def program_on_path(tmp_path, monkeypatch):
    """The program `davos`, on PATH: shells that complete its words call it."""
    program = tmp_path / "bin" / "davos"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m davos "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)


@pytest.mark.usefixtures("folder", "program_on_path")
def test_fish_offers_them(tmp_path):
    fish = found_program("fish")
    code = "davos generate-shell-completion fish | source\n" + "".join(
        f"complete -C 'davos {words}'\n"
        for words in ("che", "check with", "check --output-format sar", "guide DAV30")
    )
    done = subprocess.run(
        [fish, "--no-config", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    codes = [code for code in RULES if code.startswith("DAV30")]
    assert done.stdout.splitlines() == ["check", "with space.py", "sarif", *codes]
    assert done.stderr == ""


@pytest.mark.usefixtures("folder", "program_on_path")
def test_zsh_completes_them(tmp_path):
    pytest.importorskip("pyte", reason="needs pyte (extra 'test')")
    from terminal_screen import TerminalScreen

    screen = TerminalScreen([found_program("zsh"), "-f"], cwd=tmp_path, env=os.environ)
    try:
        screen.type("PS1='ready> '; autoload -U compinit; compinit -D -u; bindkey -e")
        screen.type('eval "$(davos generate-shell-completion zsh)"; clear')
        for typed, completed in (("che", "check"), ("check with", r"check with\\ space\.py")):
            screen.wait_for(r"^ready>$")
            screen.press(f"davos {typed}\t")
            screen.wait_for(f"^ready> davos {completed}")
            screen.press("\x15")  # the line is erased
    finally:
        screen.close()


def test_the_script_for_powershell_asks_for_the_word_at_the_cursor(davos):
    """No PowerShell is to be had where the tests run: the script itself is not executed."""
    script = davos("generate-shell-completion", "powershell")[1]
    assert script.count("{") == script.count("}")
    assert script.count("(") == script.count(")")
    ask = ("generate-shell-completion", "--words-then-new", "--")
    assert davos(*ask, "projects")[1].splitlines()[:2] == ["list", "show"]
    assert davos(*ask)[1].splitlines()[0] == next(iter(COMMANDS))
    assert davos("generate-shell-completion", "--words", "--", "chec")[1] == "check\n"


def test_an_unknown_shell_is_answered_with_the_near_one(davos):
    status, _, err = davos("generate-shell-completion", "bahs")
    assert status == 2
    assert "did you mean bash?" in err
