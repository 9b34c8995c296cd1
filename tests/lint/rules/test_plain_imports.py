"""Imports of packages that the document needs and does not smuggle."""

import pytest

from davos.lint import Settings, check_document, read_document


def messages(text):
    document = read_document(f"import davos\nsmuggle six\n{text}\n".encode(), "case.py")
    return [one.message for one in check_document(document, Settings(select=("DAV307",)))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import pandas", "pandas is imported, not smuggled"),
        ("import pandas, sklearn", "pandas, sklearn are imported, not smuggled"),
        ("import os, pandas, six", "pandas is imported, not smuggled"),
    ],
)
def test_what_is_imported_is_named(text, message):
    assert messages(text) == [message]
