"""What `davos remove` takes out, and what it leaves."""

import json

import pytest

from davos.convert.remove_package import remove_package
from davos.exceptions import DavosError


def removed(text, name="pandas", filename="a.py"):
    return remove_package(text.encode(), filename, name).data.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nsmuggle pandas as pd  # pip: pandas==1\nb\n", "a\nb\n"),
        ("a\nsmuggle pandas  # pip: pandas==1", "a"),
        ("smuggle pandas  # pip: pandas==1  # note\nb", "b"),
        ("from pandas smuggle (\n  a,\n  b,\n)  # pip: pandas\nb\n", "b\n"),
        ("smuggle x  # pip: pandas\nsmuggle pandas  # pip: six\n", "smuggle pandas  # pip: six\n"),
        ("smuggle six, pandas as pd  # pip: six==1\n", "smuggle six  # pip: six==1\n"),
        ("smuggle pandas, six as s  # pip: pandas==1\n", "smuggle six as s\n"),
        ("smuggle a, pandas, b  # pip: a==1 # x\n", "smuggle a, b  # pip: a==1 # x\n"),
        ("smuggle pandas, pandas.api  # pip: pandas==1\nb\n", "b\n"),
        ("a; smuggle pandas  # pip: pandas==1\n", "a\n"),
        ("smuggle pandas; b  # c\n", "b  # c\n"),
        ("a; smuggle pandas; b\n", "a; b\n"),
        ("smuggle pandas;  # pip: pandas\nb\n", "b\n"),
        ("if x:\n    smuggle pandas  # pip: pandas==1\n", "if x:\n    pass\n"),
        ("if x:\n    smuggle pandas\n    y\n", "if x:\n    y\n"),
        ("if x: smuggle pandas  # pip: pandas==1\n", "if x: pass\n"),
        ("try:\n    a\nexcept E:\n    smuggle pandas\n", "try:\n    a\nexcept E:\n    pass\n"),
        ("if x:\n    smuggle pandas\n    smuggle pandas.api\ny", "if x:\n    pass\ny"),
        ("if x:\n    smuggle pandas; smuggle pandas.api # n\ny", "if x:\n    pass # n\ny"),
        ("if x:\n    a\n    smuggle pandas\n    smuggle pandas.api\n", "if x:\n    a\n"),
        ("if x: smuggle pandas\nelse: smuggle pandas; b", "if x: pass\nelse: b"),
        ("match x:\n  case 1: smuggle pandas", "match x:\n  case 1: pass"),
        ("smuggle os, pandas  # pip: pandas==1\n", "smuggle os  # pip: pandas==1\n"),
        ("if x: from pandas smuggle (a  # pip: pandas\n    , b)\n", "if x: pass\n"),
        ("smuggle pandas, \\\n    six  # pip: pandas\n", "smuggle six\n"),
        ("smuggle six, \\\n    pandas  # pip: six\n", "smuggle six  # pip: six\n"),
        ("smuggle a, pandas, pandas.x  # pip: a\n", "smuggle a  # pip: a\n"),
        ("smuggle pandas, a, pandas.x, b\n", "smuggle a, b\n"),
        ("smuggle pandas\r\nb\r\n", "b\r\n"),
        ("# %%\nsmuggle pandas\n# %%\nb\n", "# %%\n# %%\nb\n"),
    ],
)
def test_the_statements_go_and_all_else_stays(before, after):
    assert removed(before) == after


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("google-cloud-storage", "(\n  bigquery,  # b\n)\n"),
        ("google-cloud-bigquery", "(\n  storage,  # pip: google-cloud-storage\n    # b\n)\n"),
    ],
)
def test_the_comments_of_other_names_stay(name, after):
    before = "(\n  storage,  # pip: google-cloud-storage\n  bigquery,  # b\n)\n"
    found = removed(f"from google.cloud smuggle {before}", name)
    assert found == f"from google.cloud smuggle {after}"


@pytest.mark.parametrize("name", ["PyYAML", "pyyaml", "py-yaml", "yaml"])
def test_a_distribution_or_its_module_is_named(name):
    if name == "py-yaml":
        with pytest.raises(DavosError):
            removed("smuggle yaml  # pip: pyyaml==6\nb\n", name)
    else:
        assert removed("smuggle yaml  # pip: pyyaml==6\nb\n", name) == "b\n"


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("smuggle pandas", "pandsa", "no smuggle statement asks for pandsa; did you mean pandas?"),
        ("smuggle sklearn  # pip: scikit-learn", "scikitlearn", "did you mean scikit-learn?"),
        ("import pandas", "pandas", "no smuggle statement asks for pandas"),
        ("smuggle json", "json", "no smuggle statement asks for json"),
    ],
)
def test_what_is_not_there_is_an_error_with_a_near_name(text, name, message):
    with pytest.raises(DavosError) as caught:
        removed(text, name)
    assert str(caught.value).endswith(message)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("%time smuggle pandas  # pip: pandas==1\nb", "b"),
        ("%time smuggle pandas; b", "%time b"),
        ("%time smuggle six; smuggle pandas", "%time smuggle six"),
        ("if x:\n    %time smuggle pandas\n    b", "if x:\n    %time pass\n    b"),
        ("%%time\n%timeit -n 1 smuggle pandas\nb", "%%time\nb"),
    ],
)
def test_a_timed_statement_goes_with_its_magic(before, after):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1}
    content = {"cells": [{**cell, "source": before}], "metadata": {}, "nbformat": 4}
    found = remove_package(json.dumps(content).encode(), "a.ipynb", "pandas")
    assert json.loads(found.data)["cells"][0]["source"] == after


def test_a_cell_in_which_nothing_is_left_goes():
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "source": text}
        for text in ("import davos", "smuggle pandas", "smuggle pandas\n# why", "")
    ]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    found = remove_package(json.dumps(content).encode(), "a.ipynb", "pandas")
    left = [cell["source"] for cell in json.loads(found.data)["cells"]]
    assert left == ["import davos", "# why", ""]
    assert found.notes[-1] == "removed cell 2: nothing was left in it"
