"""What is said about a statement points at the user's line, not into davos."""

from __future__ import annotations

import warnings
from pathlib import Path

import davos
from davos.engine.call_site import statement_frame, warn


def davos_smuggle():
    """A function `smuggle` in a file of davos, which calls what it is given."""
    source = "def smuggle(f):\n    return list(map(f, [0]))\n"
    namespace = {}
    exec(compile(source, str(Path(davos.__file__).with_name("x.py")), "exec"), namespace)
    return namespace["smuggle"]


def test_the_frame_is_that_of_the_statement():
    smuggle = davos_smuggle()
    found = []
    smuggle(lambda _: found.append(statement_frame()))
    assert found[0].f_code.co_name == "test_the_frame_is_that_of_the_statement"


def test_a_warning_has_the_statements_file_and_row():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        davos_smuggle()(lambda _: warn("watch out"))
    assert [(str(one.message), one.category) for one in caught] == [("watch out", UserWarning)]
    assert caught[0].filename == __file__
