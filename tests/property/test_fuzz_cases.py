"""What fuzzing found once: the texts in `tests/cases/fuzz`, with what must hold for any text."""

import contextlib
import warnings
from pathlib import Path

import pytest

from davos.exceptions import DavosParserError
from davos.source import Source
from davos.translate import as_imports, translate

CASES = sorted((Path(__file__).parent.parent / "cases" / "fuzz").iterdir())


def compiles(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "fuzz", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
    return True


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_text_is_translated_to_as_many_lines_that_compile_if_imports_would(path):
    text = path.read_bytes().decode()
    with contextlib.suppress(DavosParserError):
        translated = translate(text)
        assert len(Source(translated).line_starts) == len(Source(text).line_starts)
        assert compiles(translated) or not compiles(as_imports(text))
