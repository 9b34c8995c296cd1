"""The README says what is so, and is short."""

import re
from pathlib import Path

import pytest

import davos
from davos.guide.pages import TOPICS
from davos.translate import translate

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
MAX_WORDS = 1300


def test_there_are_two_commands_and_what_they_name_exists():
    first, second = (text.strip() for kind, text in BLOCKS if kind == "sh")
    assert first.startswith('pip install ".[run]" && davos run ')
    assert (ROOT / first.rsplit(" ", 1)[1]).is_file()
    assert second == 'pip install -e ".[test]" && pytest -n auto'


@pytest.mark.parametrize("code", [text for kind, text in BLOCKS if kind == "python"])
def test_examples_are_valid(code):
    compile(translate(code), "README.md", "exec")


def test_it_is_short():
    assert len(README.split()) <= MAX_WORDS


def test_every_page_of_the_guide_is_linked_with_its_summary():
    linked = re.findall(r"^\| \[([\w-]+)\]\(davos/guide/\1\.md\) \| (.*) \|$", README, re.MULTILINE)
    assert linked == list(TOPICS.items())


def test_links_to_files_lead_somewhere():
    for name in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / name).exists()


def test_the_version_to_install_is_this_one():
    minor = davos.__version__.rpartition(".")[0]
    assert f'pip install "davos>={minor}"' in README


def test_what_davos_tells_others_to_install_is_this_version():
    """Not 0.2.3, which the index has until this version is released."""
    minor = davos.__version__.rpartition(".")[0]
    files = [path for kind in ("*.py", "*.md") for path in (ROOT / "davos").rglob(kind)]
    texts = [path.read_text(encoding="utf-8") for path in files]
    asked = [
        name
        for text in texts
        for name in re.findall(r"""pip install ["'\\]*(davos(?:\[\w+\])?[^\s"'\\]*)""", text)
    ]
    assert len(asked) > 5
    assert {name for name in asked if not name.endswith(f">={minor}")} == set()
