"""The trees that are kept beside the grammars, so that Lark is not needed for common statements."""

import subprocess
import sys

import pytest
from keep_trees import FOLDER, SEQUENCES, STARTS, kept

from davos.onion.parser import onion_driver
from davos.parsing import grammar_text, kept_trees
from davos.syntax.parser import statement_driver

DRIVERS = {"smuggle": statement_driver, "onion": onion_driver}
COMMON = """
from davos.translate import translate
translate('smuggle numpy as np  # pip: numpy==1.26.4 --pre\\nfrom a.b smuggle c, d\\n')
"""


@pytest.mark.parametrize("name", SEQUENCES)
def test_the_kept_trees_are_those_of_the_grammar(name):
    assert (FOLDER / f"{name}.json").read_text("utf-8") == kept(name)


@pytest.mark.parametrize("name", SEQUENCES)
def test_the_rules_build_the_same_from_a_kept_tree_as_from_larks(name):
    text = grammar_text(name)
    with_trees, without = DRIVERS[name](text), DRIVERS[name](f"{text}\n")
    assert kept_trees(name, text).keys() == set(SEQUENCES[name]())
    for types in SEQUENCES[name]():
        parts = tuple(types.split())
        assert with_trees.parse(parts) == without.parse(parts)


@pytest.mark.parametrize("name", STARTS)
def test_no_tree_is_kept_for_another_text_of_a_grammar(name):
    assert kept_trees(name, f"{grammar_text(name)}\n") == {}


@pytest.mark.parametrize(
    ("more", "loaded"), [("", "False"), ("translate('smuggle a.b.c.d.e')", "True")]
)
def test_lark_is_loaded_for_uncommon_statements_only(more, loaded):
    code = f"{COMMON}{more}\nimport sys; print('lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loaded
