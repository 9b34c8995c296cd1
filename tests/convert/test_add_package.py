"""Where `davos add` puts a statement, and that nothing else of the document changes."""

import json

import pytest

from davos.convert.add_package import Package, add_package
from davos.exceptions import DavosError

PANDAS = Package("pandas", "pandas", "pandas==2.2.3")
ADDED = "smuggle pandas  # pip: pandas==2.2.3"


def notebook(*cells, indent=1):
    """A notebook's JSON; a cell that is None is a Markdown cell."""
    made = [
        {"cell_type": "markdown", "metadata": {}, "source": "text"}
        if cell is None
        else {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": cell.splitlines(keepends=True),
        }
        for cell in cells
    ]
    content = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(content, indent=indent).encode()


def cells_of(data):
    cells = json.loads(data)["cells"]
    return [None if c["cell_type"] == "markdown" else "".join(c["source"]) for c in cells]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            ["import davos", "smuggle numpy as np  # pip: numpy==1\nx = 1", "smuggle b"],
            ["import davos", f"smuggle numpy as np  # pip: numpy==1\n{ADDED}\nx = 1", "smuggle b"],
            id="behind the smuggle statements",
        ),
        pytest.param(
            ["import davos", "import os\nimport sys; x = [\n1]\ny = 1\nimport re"],
            ["import davos", f"import os\nimport sys; x = [\n1]\n{ADDED}\ny = 1\nimport re"],
            id="behind the imports, and the whole lines of the last one",
        ),
        pytest.param(
            ["import davos\nimport os", "x = 1"],
            ["import davos\nimport os", ADDED, "x = 1"],
            id="in a cell behind the one that imports davos",
        ),
        pytest.param(["import davos"], ["import davos", ADDED], id="in a new last cell"),
        pytest.param(
            [None, "import os\nx = 1"],
            [None, "import davos", f"import os\n{ADDED}\nx = 1"],
            id="davos is imported first",
        ),
        pytest.param(
            [None, "x = 1"], [None, "import davos", ADDED, "x = 1"], id="at the top, if no imports"
        ),
        pytest.param([], ["import davos", ADDED], id="in an empty notebook"),
        pytest.param(
            ["import davos", "%%time\nimport os"],
            ["import davos", f"%%time\nimport os\n{ADDED}"],
            id="in a cell with a cell magic",
        ),
        pytest.param(
            ["import davos", "def f():\n    smuggle six\n"],
            ["import davos", ADDED, "def f():\n    smuggle six\n"],
            id="not in a function",
        ),
        pytest.param(
            ["import davos", "x = (", "import os"],
            ["import davos", "x = (", f"import os\n{ADDED}"],
            id="not in a cell with an error",
        ),
        pytest.param(
            ["%load_ext davos", "import os"],
            ["%load_ext davos", f"import os\n{ADDED}"],
            id="davos loaded as an extension",
        ),
    ],
)
def test_a_new_statement_stands_with_the_others(before, after):
    data = add_package(notebook(*before), "a.ipynb", PANDAS).data
    assert cells_of(data) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "import numpy as np\nimport pandas as pd",
            "import numpy as np\nsmuggle pandas as pd  # pip: pandas==2.2.3",
            id="an import, with its alias",
        ),
        pytest.param(
            "import os, pandas as pd  # both",
            "import os\nsmuggle pandas as pd  # pip: pandas==2.2.3  # both",
            id="one of a list of imports",
        ),
        pytest.param(
            "from pandas.api import types",
            "from pandas.api smuggle types  # pip: pandas==2.2.3",
            id="a part of it",
        ),
        pytest.param(
            "%pip install pandas\nimport pandas",
            "smuggle pandas  # pip: pandas==2.2.3",
            id="a line that installs it",
        ),
    ],
)
def test_an_import_of_it_becomes_the_statement(before, after):
    data = add_package(notebook("import davos", before), "a.ipynb", PANDAS).data
    assert cells_of(data) == ["import davos", after]


def test_an_import_in_the_cell_of_davos_gets_davos_in_a_cell_before_it():
    data = add_package(notebook("import davos\nimport pandas"), "a.ipynb", PANDAS).data
    assert cells_of(data) == ["import davos", f"import davos\n{ADDED}"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("smuggle pandas as pd  # pip: pandas<2  # why", "{} as pd  # pip: {}  # why"),
        ("smuggle pandas  # pip: pandas<2 --pre", "{}  # pip: {} --pre"),
        ("smuggle pandas  # pip: --pre 'pandas<2'", "{}  # pip: --pre {}"),
        (f"smuggle pandas  # pip: pandas==1 --hash=sha256:{'a' * 64}", "{}  # pip: {}"),
        ("smuggle pandas  # pip: -e git+https://host.invalid/pandas#egg=pandas", "{}  # pip: {}"),
        ("smuggle pandas  # uv: pandas<2", "{}  # uv: {}"),
        ("smuggle pandas  # pip: pandas==", "{}  # pip: {}"),
        ("smuggle pandas", "{}  # pip: {}"),
        ("smuggle pandas  # a note", "{}  # pip: {}  # a note"),
        ("smuggle pandas; x = 1", "{}  # pip: {}\nx = 1"),
        ("from pandas smuggle (\n    DataFrame,\n)", "from pandas smuggle (\n    DataFrame,\n)  # pip: {1}"),
        ("smuggle six, pandas as pd  # pip: six==1", "smuggle six  # pip: six==1\n{} as pd  # pip: {}"),
        ("if x:\n    smuggle six, pandas", "if x:\n    smuggle six\n    {}  # pip: {}"),
    ],
)  # fmt: skip
def test_what_is_there_already_gets_the_new_version(before, after):
    data = add_package(notebook("import davos", before), "a.ipynb", PANDAS).data
    after = after.format("smuggle pandas", "pandas==2.2.3")
    assert cells_of(data) == ["import davos", after]


def test_every_statement_of_it_gets_the_new_version():
    cells = "import davos", "smuggle pandas  # pip: pandas==1", "from pandas smuggle x"
    added = add_package(notebook(*cells), "a.ipynb", PANDAS)
    assert cells_of(added.data)[2] == "from pandas smuggle x  # pip: pandas==2.2.3"
    assert added.notes == [
        "changed to pandas==2.2.3 (cell 2, row 1)",
        "changed to pandas==2.2.3 (cell 3, row 1)",
    ]


def test_options_given_replace_those_that_are_there():
    package = Package("pandas", "pandas", "pandas==2", "--pre")
    cells = "import davos", "smuggle pandas  # pip: pandas==1 --no-deps"
    assert cells_of(add_package(notebook(*cells), "a.ipynb", package).data)[1] == (
        "smuggle pandas  # pip: pandas==2 --pre"
    )


def test_a_statement_that_leaves_no_place_for_a_comment_is_named():
    with pytest.raises(DavosError, match="cell 2, row 1: put the statement on a line of its own"):
        add_package(notebook("import davos", "if x: smuggle pandas; y = 1"), "a.ipynb", PANDAS)


@pytest.mark.parametrize("indent", [None, 1, 4, "\t"])
def test_every_other_byte_stays(indent):
    before = notebook(None, "import davos", "import os\nx = 'ä'", None, indent=indent)
    after = add_package(before, "a.ipynb", PANDAS).data
    content = json.loads(after)
    content["cells"][2]["source"].remove(f"{ADDED}\n")
    assert json.dumps(content, indent=indent).encode() == before


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("cells", [(), ("import davos",), ("import davos", None), (None,)])
def test_a_new_cell_is_written_as_the_others_are(cells, indent):
    before = notebook(*cells, indent=indent)
    after = add_package(before, "a.ipynb", PANDAS).data
    content = json.loads(after)
    if cells:
        assert json.dumps(content, indent=indent).encode() == after
    kept = [c for c in content["cells"] if "".join(c["source"]) != ADDED]
    assert [c for c in kept if c in json.loads(before)["cells"]] == json.loads(before)["cells"]


PERCENT = "# ---\n# jupyter: x\n# ---\n\n"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("a.py", "'''doc'''\nimport os\n\nx = 1\n", "'''doc'''\nimport os\n{}\n\nx = 1\n"),
        ("a.py", "#!/usr/bin/python\n# c\nx = 1\n", "#!/usr/bin/python\n# c\n{}\nx = 1\n"),
        ("a.py", "@a\ndef f(): pass\n", "{}\n@a\ndef f(): pass\n"),
        ("a.py", "'''doc'''\nx = 1\n", "'''doc'''\n{}\nx = 1\n"),
        ("a.py", "from __future__ import x\n", "from __future__ import x\n{}\n"),
        ("a.py", "# c\n", "# c\n{}\n"),
        ("a.py", "import os", "import os\n{}"),
        ("a.py", "import os\r\nx = 1\r\n", "import os\r\n{}\r\nx = 1\r\n"),
        ("a.py", "", "{}\n"),
        ("a.py", "# %%\nimport davos\n# %%\nx = 1\n",
         "# %%\nimport davos\n\n# %%\n{}\n\n# %%\nx = 1\n"),
        ("a.py", f"{PERCENT}# %%\nx = 1\n",
         PERCENT + "# %%\nimport davos\n\n# %%\n{}\n\n# %%\nx = 1\n"),
        ("a.qmd", "# t\n\n```{{python}}\nimport davos\n```\n\ntext\n",
         "# t\n\n```{{python}}\nimport davos\n```\n\n```{{python}}\n{}\n```\n\ntext\n"),
        ("a.qmd", "```{{python}}\nx = 1\n```",
         "```{{python}}\nimport davos\n```\n\n```{{python}}\n{}\n```\n\n```{{python}}\nx = 1\n```"),
        ("a.qmd", "```{{python}}\nimport davos\n```\n  ~~~{{python}}\n  import os\n  ~~~\n",
         "```{{python}}\nimport davos\n```\n  ~~~{{python}}\n  import os\n  {}\n  ~~~\n"),
    ],
)  # fmt: skip
def test_scripts_and_text_notebooks(name, before, after):
    before, after = (text.replace("{{", "{").replace("}}", "}") for text in (before, after))
    data = add_package(before.encode(), name, PANDAS).data
    assert data.decode() == after.replace("{}", ADDED)


def test_a_text_without_code_cells_is_an_error():
    with pytest.raises(DavosError, match="no code cell"):
        add_package(b"# only text\n", "a.qmd", PANDAS)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.py", "x = 1\ndef broken(:\n", "row 2: not valid Python"),
        ("a.md", "# t\n\n```python\nx = 1\n```\n", "not a notebook: no YAML header"),
        ("a.md", "---\njupytext: {}\n---\n\n# only text\n", "no code cell"),
    ],
)
def test_a_text_to_which_nothing_can_be_added_says_why(name, text, message):
    with pytest.raises(DavosError, match=message):
        add_package(text.encode(), name, PANDAS)


PIN = "  # pip: pandas==2.2.3"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("smuggle six, pandas, pandas.api", f"smuggle six\n{ADDED}\nsmuggle pandas.api{PIN}"),
        ("smuggle pandas, pandas.api # n", f"smuggle pandas, pandas.api{PIN} # n"),
        (
            "if x:\n    smuggle six, \\\n        pandas as pd\n",
            f"if x:\n    smuggle six\n    smuggle pandas as pd{PIN}\n",
        ),
        ("from pandas smuggle (a,\n    b); x", f"from pandas smuggle (a,\n    b){PIN}\nx"),
        ("x = 1; smuggle six, pandas", f"x = 1; smuggle six\n{ADDED}"),
    ],
)
def test_several_names_and_lines_of_one_statement(before, after):
    assert add_package(before.encode(), "a.py", PANDAS).data.decode() == after


@pytest.mark.parametrize(
    "text", ["if x: smuggle six, pandas\n", "def f(): x; smuggle six, pandas\n"]
)
def test_a_name_does_not_leave_the_branch_it_is_in(text):
    with pytest.raises(DavosError, match="row 1: give pandas a smuggle statement of its own"):
        add_package(text.encode(), "a.py", PANDAS)


@pytest.mark.parametrize("name", ["opencv", "py-opencv", "opencv-python"])
def test_a_package_of_conda_is_not_pinned_to_a_version_of_the_index(name):
    package = Package("opencv-python", "cv2", "opencv-python==4.10.0.84")
    text = f"x\nsmuggle cv2  # conda: {name}=4.9 -c conda-forge\n"
    with pytest.raises(DavosError, match="row 2: conda brings opencv-python there"):
        add_package(text.encode(), "a.py", package)


@pytest.mark.parametrize(
    "first",
    [
        "from numpy import (array,\n                   zeros)",
        "from numpy smuggle (\n    array,\n    zeros,\n    )  # pip: numpy==2.1.0",
        "import os, \\\n    sys",
    ],
)
def test_behind_a_statement_of_several_lines_the_new_one_is_not_indented(first):
    data = add_package(f"{first}\nx\n".encode(), "a.py", PANDAS).data
    assert data.decode() == f"{first}\n{ADDED}\nx\n"


@pytest.mark.parametrize(
    "before", ["import pandas  # pip: pandas==1", "import six, pandas  # pip: pandas==1"]
)
def test_a_comment_behind_the_import_does_not_decide_the_version(before):
    data = add_package(before.encode(), "a.py", PANDAS).data
    assert data.decode() == before.replace("six, pandas", "six\nimport pandas").replace(
        "import pandas", "smuggle pandas"
    ).replace("==1", "==2.2.3")
