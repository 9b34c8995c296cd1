"""Writes `grammar/NAME.json`: the trees of common sequences, as each grammar gives them today.

`python tests/keep_trees.py`, after a change of a grammar; `test_kept_trees.py` says if it is due.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Iterator

from davos.parsing import grammar_text, trees

FOLDER = Path(__file__).parent.parent / "grammar"
STARTS = {"smuggle": "smuggle_stmt", "onion": "onion_comment"}
MOST_NAMES = 6


def statements() -> Iterator[str]:
    """Up to six names, with or without `as`, of modules with up to three parts."""
    name, renamed = "IDENTIFIER", "IDENTIFIER AS IDENTIFIER"
    modules = [" DOT ".join([name] * parts) for parts in (1, 2, 3)]
    for module in modules:
        yield f"SMUGGLE {module}"
        yield f"SMUGGLE {module} AS {name}"
        yield f"FROM {module} SMUGGLE STAR"
    for number in range(1, MOST_NAMES + 1):
        names = [" COMMA ".join([name] * number)]
        if number <= 2:
            names = [" COMMA ".join(one) for one in product((name, renamed), repeat=number)]
        for listed in names:
            yield f"SMUGGLE {listed}"
            for module in modules:
                yield f"FROM {module} SMUGGLE {listed}"
                yield f"FROM {module} SMUGGLE LPAR {listed} RPAR"
                yield f"FROM {module} SMUGGLE LPAR {listed} COMMA RPAR"


def onions() -> Iterator[str]:
    """A package, with up to three options before it or behind it."""
    for package in ("WORD", "EDITABLE VALUE"):
        for number in range(4):
            for options in product(("FLAG", "OPTION VALUE"), repeat=number):
                yield " ".join(["HASH INSTALLER COLON", package, *options])
                yield " ".join(["HASH INSTALLER COLON", *options, package])


SEQUENCES = {"smuggle": statements, "onion": onions}


def kept(name: str) -> str:
    """What the file of a grammar should hold."""
    text = grammar_text(name)
    found = trees(text, STARTS[name], SEQUENCES[name]())
    rows = ",\n".join(f"  {json.dumps(types)}: {json.dumps(one)}" for types, one in found.items())
    return f'{{"grammar": {json.dumps(text)},\n"trees": {{\n{rows}\n}}}}\n'


if __name__ == "__main__":
    for name in SEQUENCES:
        (FOLDER / f"{name}.json").write_text(kept(name), "utf-8")
