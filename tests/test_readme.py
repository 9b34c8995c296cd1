"""The README says what is so."""

import re
from pathlib import Path

import pytest

from davos.cli.main import COMMANDS
from davos.configuration import FIELDS
from davos.translate import translate

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_there_are_two_commands_and_what_they_name_exists():
    first, second = (text.strip() for kind, text in BLOCKS if kind == "sh")
    assert first.startswith('pip install ".[run]" && davos run ')
    assert (ROOT / first.rsplit(" ", 1)[1]).is_file()
    assert second == 'pip install -e ".[test]" && pytest -n auto'


@pytest.mark.parametrize("code", [text for kind, text in BLOCKS if kind == "python"])
def test_examples_are_valid(code):
    compile(translate(code), "README.md", "exec")


def test_every_command_is_in_the_table():
    assert set(re.findall(r"^\| `davos (\w+)", README, re.MULTILINE)) == set(COMMANDS)


def test_every_config_field_is_named():
    named = set(re.findall(r"`(\w+)`", README))
    # conda's fields come with conda.
    assert {name for name in FIELDS if not name.startswith("conda_")} <= named


def test_links_to_files_lead_somewhere():
    for name in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / name).exists()
