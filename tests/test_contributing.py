"""What CONTRIBUTING names exists, and no room of davos is left out."""

import re
from pathlib import Path

import davos

ROOT = Path(__file__).parent.parent
PACKAGE = Path(davos.__file__).parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMES = set(re.findall(r"`([\w./-]+(?:\.\w+|/))`", TEXT))


def section(title):
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_file_and_folder_that_is_named_exists():
    paths = {name for name in NAMES if "/" in name or name.endswith((".py", ".lark", ".md"))}
    assert len(paths) > 30
    assert {
        name for name in paths if not ((PACKAGE / name).exists() or (ROOT / name).exists())
    } == set()


def test_every_room_is_named():
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert set(re.findall(r"^\| `(\w+)/`", section("The rooms"), re.MULTILINE)) == rooms


def test_the_life_of_a_cell_goes_through_every_module_of_the_engine_that_runs():
    """All but those that nothing imports yet."""
    walk = set(re.findall(r"`engine/(\w+)\.py`", section("The life of a cell")))
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    imported = {
        name for text in sources for name in re.findall(r"davos\.engine\.(\w+) import", text)
    }
    assert walk == imported


def test_the_walk_starts_at_the_transformer_and_ends_at_the_engine():
    steps = re.findall(
        r"^ ?\d+\. .*?`(\w+)[./]", section("The life of a cell"), re.MULTILINE | re.DOTALL
    )
    assert steps[0] == "frontends"
    assert steps[-1] == "engine"


def test_the_tests_that_are_named_are_there():
    assert {name for name in NAMES if name.startswith("tests/")} >= {"tests/test_layers.py"}
