"""Fixes: what they change, and that they change nothing else."""

import json
import random
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from davos.documents.json_positions import source_texts
from davos.lint import Settings, apply_fixes, check_document, fix_bytes, read_document

SETTINGS = Settings()

# (before, after the safe fixes, after the unsafe ones too)
FIXES = [
    ("smuggle six  # pip: six=1.16.0", "smuggle six  # pip: six==1.16.0", None),
    (
        "smuggle six  # pip: six==1.16.0 --no-cach-dir",
        "smuggle six  # pip: six==1.16.0 --no-cache-dir",
        None,
    ),
    (
        "smuggle a  # pip: a==1 --upgrad-strategy=eager",
        "smuggle a  # pip: a==1 --upgrade-strategy=eager",
        None,
    ),
    ("smuggle a, b  # pip: a==1", "smuggle a  # pip: a==1\nsmuggle b", None),
    (
        "if x:\n    smuggle a as A, b as B, c  # pip: a==1  # why\ny = 1",
        "if x:\n    smuggle a as A  # pip: a==1  # why\n    smuggle b as B, c\ny = 1",
        None,
    ),
    ("x = 1; smuggle a, b  # pip: a==1", None, None),
    ("smuggle json    # pip: json==1", "smuggle json", None),
    ("smuggle json    # pip: json==1  # why", "smuggle json  # why", None),
    ("davos.config.supress_stdout = True", "davos.config.suppress_stdout = True", None),
    ("davos.configure(suppres_stdout=True)", "davos.configure(suppress_stdout=True)", None),
    ("smuggle a  # pip: a==1  # noqa: DAV301", "smuggle a  # pip: a==1", None),
    ("smuggle a  # pip: a==1  # noqa: DAV301, F401", "smuggle a  # pip: a==1  # noqa: F401", None),
    ("smuggle a  # pip: a==1  # noqa: DAV301  # why", "smuggle a  # pip: a==1  # why", None),
    ("smuggle yaml  # pip: yaml==6.0", None, "smuggle yaml  # pip: PyYAML==6.0"),
    ("smuggle pluggy  # pip: pluggy", None, "smuggle pluggy  # pip: pluggy=={pluggy}"),
    (
        "smuggle pluggy  # pip: -i https://pluggy.example --no-binary pluggy pluggy",
        None,
        "smuggle pluggy  # pip: -i https://pluggy.example --no-binary pluggy pluggy=={pluggy}",
    ),
    ("smuggle cv2  # conda: cv2==4.9", None, "smuggle cv2  # conda: opencv==4.9"),
    ("smuggle pluggy  # conda: pluggy=1", None, "smuggle pluggy  # conda: pluggy=={pluggy}"),
    ("smuggle pluggy  # conda: x::pluggy >=1,<9 -c y", None, "smuggle pluggy  # conda: x::pluggy=={pluggy} -c y"),
    ("smuggle pluggy  # conda: pluggy=*=py*", None, "smuggle pluggy  # conda: pluggy=={pluggy}=py*"),
    ("smuggle pluggy  # conda: pluggy[build=py*]  # why", None, "smuggle pluggy  # conda: pluggy=={pluggy}=py*  # why"),
    ("smuggle pluggy  # conda: pluggy=0.1", None, None),
    ("smuggle pluggy  # conda: 'pluggy >=1'", None, "smuggle pluggy  # conda: 'pluggy=={pluggy}'"),
    ("smuggle pluggy", None, "smuggle pluggy  # pip: pluggy=={pluggy}"),
    ("smuggle a  # conda: a==1.2.*", None, "smuggle a  # conda: a=1.2.*"),
    ("smuggle a  # conda: a=>=1", None, "smuggle a  # conda: a>=1"),
    ("smuggle a  # conda: a=>1", None, "smuggle a  # conda: a>=1"),
    ("smuggle a  # conda: a===1", None, "smuggle a  # conda: a==1"),
    ("smuggle a1  # conda: a1>=1 <2 -c x", None, "smuggle a1  # conda: a1>=1,<2 -c x"),
    ("smuggle a  # conda: a>=1<2", None, "smuggle a  # conda: a>=1,<2"),
    ("smuggle a  # conda: a=1,b=2", None, None),
    ("smuggle a  # conda: a[md5=1]", None, None),
    ("smuggle a  # Conda: a=1", None, "smuggle a  # conda: a=1"),
    ("smuggle a  # conda install a=1 -c x -y", None, "smuggle a  # conda: a=1 -c x -y"),
    ("smuggle a  # mamba: a==1", None, "smuggle a  # conda: a==1"),
    ("smuggle a, b  # conda: a==1", "smuggle a  # conda: a==1\nsmuggle b", None),
    ("smuggle json  # conda: python-json==1", "smuggle json", None),
    ("import pluggy  # conda: pluggy=0.1", None, "smuggle pluggy  # conda: pluggy=0.1"),
    ("smuggle torch  # conda: torch==2.1", None, "smuggle torch  # conda: pytorch==2.1"),
    ("smuggle a  # conda: a==1 --chanel x", "smuggle a  # conda: a==1 --channel x", None),
    ("smuggle pluggy  # why", None, "smuggle pluggy  # pip: pluggy=={pluggy}  # why"),
    ("from pluggy smuggle hookspec", None, "from pluggy smuggle hookspec  # pip: pluggy=={pluggy}"),
    ("smuggle pluggy  # Pip: pluggy==0.1", None, "smuggle pluggy  # pip: pluggy==0.1"),
    ("smuggle pluggy  # pip pluggy", None, "smuggle pluggy  # pip: pluggy=={pluggy}"),
    ("# pip: a==1\nsmuggle a", None, "smuggle a  # pip: a==1"),
    ("smuggle a\n# pip: a==1", None, "smuggle a  # pip: a==1"),
    ("smuggle a  # why\n# pip: a==1  # what\nx", None, "smuggle a  # pip: a==1  # why\n# what\nx"),
    ("if x:\n    # pip: PyYAML==1\n    from yaml smuggle (\n        a)", None, "if x:\n    from yaml smuggle (\n        a)  # pip: PyYAML==1"),
    ("# pip: b==1\nsmuggle a  # noqa", None, None),
    ("# pip: a==1\n\nsmuggle a  # noqa", None, None),
    ("# pip: a=1\nsmuggle a  # noqa", None, None),
    ("# conda: a=1\nsmuggle a  # noqa", None, "smuggle a  # conda: a=1  # noqa"),
    ("# conda: a=\nsmuggle a  # noqa", None, None),
    ("# pip: a==1\nsmuggle a; x = 1  # noqa", None, None),
    ("## pip: a==1\nsmuggle a  # noqa", None, None),
    ("smuggle a  ## pip: a==1", None, None),
    ("x = 1  # pip: a==1", None, None),
    ("smuggle a  # why  # pip: a==1", None, "smuggle a  # pip: a==1  # why"),
    ("x; smuggle a  # why # pip: b==1 # how", None, "x; smuggle a  # pip: b==1  # why # how"),
    ("smuggle os  # why  # pip: os==1", None, None),
    ("smuggle a  # pip: a==1 # pip: a==2", None, "smuggle a  # pip: a==1"),
    ("smuggle a  # pip: a==1 # pip: a==2 # why", None, "smuggle a  # pip: a==1 # why"),
    ("from a smuggle (  # why\n    b,  # pip: a==1\n    c)", None, "from a smuggle (  # why\n    b,\n    c)  # pip: a==1"),
    ("from a smuggle (  # pip: a==1\n    b)  # pip: a==2", None, "from a smuggle (  # pip: a==1\n    b)"),
    ("smuggle a \\\n    as b  # why  # pip: a==1", None, "smuggle a \\\n    as b  # pip: a==1  # why"),
    ("import pluggy as p", None, "smuggle pluggy as p  # pip: pluggy=={pluggy}"),
    ("smuggle a  # PIP: a==1", None, "smuggle a  # pip: a==1"),
    ("smuggle a  # uv: a==1", None, None),
    ("smuggle a  # pip install a==1 -U  # why", None, "smuggle a  # pip: a==1 -U  # why"),
    ("smuggle a  # pip: a=>1", None, "smuggle a  # pip: a>=1"),
    ("smuggle a  # pip: a^1.0 -U", None, "smuggle a  # pip: a>=1.0,<2.0 -U"),
    ("smuggle a  # pip: a~1.0", None, None),
    ("smuggle a  #pip a==1", None, "smuggle a  # pip: a==1"),
    ("smuggle a  # pip a==1 b", None, None),
    ("import pluggy  # pip: pluggy==0.1  # why", None, "smuggle pluggy  # pip: pluggy==0.1  # why"),
    ("import a.b  # pip: a==1", None, "smuggle a.b  # pip: a==1"),
    ("from pluggy import (\n    hookspec)", None, None),
]  # fmt: skip


def percent(cell):
    return f"# %%\nimport davos\n# %%\nsmuggle os\n{cell}\n"


def versions():
    from importlib.metadata import version

    return {"pluggy": version("pluggy")}


@pytest.mark.parametrize(("before", "safe", "unsafe"), FIXES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_a_fix_makes_of_a_cell(before, safe, unsafe, newline):
    def fixed(text, **options):
        data = percent(text).replace("\n", newline).encode()
        return fix_bytes(data, "a.py", SETTINGS, **options).data.decode()

    expected = percent(safe or before).replace("\n", newline)
    assert fixed(before) == expected
    wanted = (unsafe or safe or before).format(**versions()) if unsafe else safe or before
    if unsafe or safe is None:
        assert fixed(before, unsafe=True) == percent(wanted).replace("\n", newline)


@pytest.mark.parametrize(
    ("line", "smuggles", "line_after", "smuggles_after"),
    [
        ("%pip install davos a==1", "smuggle a", "%pip install davos", "smuggle a  # pip: a==1"),
        ("!pip install -q 'a==1' davos", "smuggle a.b", "!pip install -q davos", "smuggle a.b  # pip: a==1"),
        ("%pip install PyYAML==6", "import os\nfrom yaml smuggle load", "", "import os\nfrom yaml smuggle load  # pip: PyYAML==6"),
        ("%pip install a==1 b==2", "smuggle a\nsmuggle b", "", "smuggle a  # pip: a==1\nsmuggle b  # pip: b==2"),
        ("%pip install a==2", "smuggle a  # pip: a==1", "", "smuggle a  # pip: a==1"),
        ("%pip install a==1 c", "smuggle a", None, None),
        ("%pip install a==1 -i https://x.org/", "smuggle a", None, None),
        ("%pip install -U davos a==1  # keep me", "smuggle a", "%pip install -U davos  # keep me", "smuggle a  # pip: a==1"),
        ("%pip install a==1  davos   -qv", "smuggle a", "%pip install davos   -qv", "smuggle a  # pip: a==1"),
        ("%pip install 'davos @ git+https://x.org/davos' a==1", "smuggle a", "%pip install 'davos @ git+https://x.org/davos'", "smuggle a  # pip: a==1"),
        ("%pip install -U pip a==1", "smuggle a", "%pip install -U pip", "smuggle a  # pip: a==1"),
        ("%pip install -U a==1  # keep me", "smuggle a", "# keep me", "smuggle a  # pip: a==1"),
        ("!pip install a==1 davos > /dev/null", "smuggle a", None, None),
        ("!pip install a==1 davos | tail -1", "smuggle a", None, None),
        ("!pip install a==1 && echo ok", "smuggle a", None, None),
        ("!pip install a==1; echo ok", "smuggle a", None, None),
        ("%pip install davos=={wanted} a==1", "smuggle a", None, None),
        ("!pip install davos==$WANTED a==1", "smuggle a", None, None),
        ("%pip install 'a == 1' davos", "smuggle a", None, None),
        ("%pip install --pre a==1 davos", "smuggle a", None, None),
        ("%pip install a==1", "smuggle a, b", None, None),
        ("if x:\n    %pip install a==1", "smuggle a", None, None),
    ],
)  # fmt: skip
def test_pip_lines_are_folded_into_onion_comments(line, smuggles, line_after, smuggles_after):
    settings = Settings(select=("DAV308",))

    def written(*cells):
        return json.dumps(notebook([f"{cells[0]}\nimport davos", *cells[1:]], True, 4)).encode()

    before = written(line, smuggles)
    after = before if line_after is None else written(line_after, smuggles_after)
    fixed = fix_bytes(before, "a.ipynb", settings, unsafe=True)
    assert fixed.data == after
    assert bool(fixed.remaining) is (line_after is None)
    assert fix_bytes(before, "a.ipynb", settings).data == before


def test_what_was_fixed_is_found_no_more():
    text = percent("\n".join(before for before, *_ in FIXES))
    fixed = fix_bytes(text.encode(), "a.py", SETTINGS, unsafe=True)
    assert fixed.fixed
    assert not [one for one in fixed.remaining if one.fix]
    again = fix_bytes(fixed.data, "a.py", SETTINGS, unsafe=True)
    assert (again.data, again.fixed) == (fixed.data, [])


CELLS = [
    "import davos",
    None,
    "smuggle six, élan  # pip: six=1.16.0\nx = '😀 \\u00e9 \\\\ \\n'\nsmuggle json  # pip: json==1",
    "smuggle a, b  # pip: a==1",
    "",
]
FIXED = [
    "import davos",
    None,
    "smuggle six  # pip: six==1.16.0\nsmuggle élan\nx = '😀 \\u00e9 \\\\ \\n'\nsmuggle json",
    "smuggle a  # pip: a==1\nsmuggle b",
    "",
]


def notebook(cells, as_list, version):
    key = "source" if version == 4 else "input"
    made = [
        {"cell_type": "markdown", "metadata": {}, "source": "*no* code, smuggle json  # pip: json"}
        if cell is None
        else {
            "cell_type": "code",
            "metadata": {"z": [1.50, 1e-7], "a": None},
            "outputs": [
                {"output_type": "stream", "text": ["smuggle json  # pip: json==1\n", "é😀\u2028"]}
            ],
            key: cell.splitlines(keepends=True) if as_list else cell,
        }
        for cell in cells
    ]
    if version == 4:
        return {"nbformat": 4, "cells": made, "metadata": {"kernelspec": {"language": "python"}}}
    return {"nbformat": 3, "worksheets": [{"cells": made[:2]}, {"cells": made[2:]}], "metadata": {}}


FORMATS = [
    {"indent": 1, "ensure_ascii": False},
    {"indent": 1, "ensure_ascii": True},
    {"indent": "\t", "ensure_ascii": False},
    {"indent": 4, "ensure_ascii": True, "separators": (" ,", " : ")},
    {"indent": None, "ensure_ascii": False},
    {"indent": None, "separators": (",", ":")},
]


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("as_list", [True, False])
@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("ending", ["", "\n", "\r\n\r\n"])
def test_a_fixed_notebook_is_the_one_its_own_writer_would_have_written(
    style, as_list, version, ending
):
    def written(cells):
        text = json.dumps(notebook(cells, as_list, version), **style)
        return (text + ending).encode()

    assert fix_bytes(written(CELLS), "a.ipynb", SETTINGS).data == written(FIXED)


def test_line_ends_within_the_json_and_within_a_cell_stay():
    cells = ["import davos\r\n", "smuggle a, b  # pip: a==1\r\nx\r\n"]
    fixed = ["import davos\r\n", "smuggle a  # pip: a==1\r\nsmuggle b\r\nx\r\n"]

    def written(cells):
        return json.dumps(notebook(cells, True, 4), indent=1).replace("\n", "\r\n").encode()

    assert fix_bytes(written(cells), "a.ipynb", SETTINGS).data == written(fixed)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("\ufeffsmuggle json  # pip: json==1\n", "utf-8"),
        ("# coding: latin-1\n'é'; smuggle json  # pip: json==1", "latin-1"),
        ("x\r\nsmuggle json  # pip: json==1\r\n\r\n", "utf-8"),
        ("x\fsmuggle json  # pip: json==1", "utf-8"),
    ],
)
def test_a_script_keeps_its_encoding_mark_and_line_ends(text, encoding):
    data = text.encode(encoding)
    wanted = text.replace("  # pip: json==1", "").encode(encoding)
    if "\f" not in text:
        assert fix_bytes(data, "a.py", SETTINGS).data == wanted


def test_prompts_and_indentation_stay_where_they_are():
    cells = [
        "import davos",
        ">>> smuggle json  # pip: json==1\n... x",
        "  smuggle json  # pip: json==1\n  y",
    ]
    fixed = [re.sub("  # pip.*", "", cell) for cell in cells]

    def written(cells):
        return json.dumps(notebook(cells, True, 4)).encode()

    assert fix_bytes(written(cells), "a.ipynb", SETTINGS).data == written(fixed)


@pytest.mark.parametrize("as_list", [True, False])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("smuggle a\n# pip: a==1", "smuggle a  # pip: a==1"),
        ("# pip: a==1\nsmuggle a", "smuggle a  # pip: a==1"),
        (">>> # pip: a==1\n>>> smuggle a", ">>> smuggle a  # pip: a==1"),
        ("  smuggle a\n  # pip: a==1\n  x", "  smuggle a  # pip: a==1\n  x"),
        ("  smuggle a, b  # pip: a==1\n  x", "  smuggle a  # pip: a==1\n  smuggle b\n  x"),
        (
            "    if x:\n        smuggle a, b  # pip: a==1\n        x",
            "    if x:\n        smuggle a  # pip: a==1\n        smuggle b\n        x",
        ),
        (
            ">>> smuggle a, b  # pip: a==1\n>>> x",
            ">>> smuggle a  # pip: a==1\n>>> smuggle b\n>>> x",
        ),
    ],
)
def test_lines_of_a_notebooks_cell_keep_what_is_before_python(as_list, newline, before, after):
    def written(cell):
        cells = ["import davos", cell.replace("\n", newline)]
        return json.dumps(notebook(cells, as_list, 4), indent=1).encode()

    assert fix_bytes(written(before), "a.ipynb", SETTINGS, unsafe=True).data == written(after)


EARLIER = [
    (["import os", "smuggle a", "import davos"], ["import davos\nimport os", "smuggle a", "import davos"]),
    (["x = 1\r\nimport os", "import davos\nsmuggle a"], ["x = 1\r\nimport davos\r\nimport os", "import davos\nsmuggle a"]),
    (["from __future__ import division\nfrom os import path", "smuggle a", "smuggle b"], ["from __future__ import division\nimport davos\nfrom os import path", "smuggle a", "smuggle b"]),
    (["%%time\nimport os", "smuggle a"], ["%%time\nimport davos\nimport os", "smuggle a"]),
    (["import os", "!pip install davos\nimport re", "smuggle a"], ["import os", "!pip install davos\nimport davos\nimport re", "smuggle a"]),
    (["import os", "%pip install davos", "smuggle a"], None),
    (["import os\nsmuggle a", "import davos"], None),
    (["smuggle a", "import os", "import davos"], None),
    (["%%bash\nimport os", "if x: import os", "x = 1; import os", "  import os", "smuggle a"], None),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), EARLIER)
def test_davos_is_imported_in_an_earlier_cell(before, after):
    def written(cells):
        return json.dumps(notebook(cells, True, 4)).encode()

    settings = Settings(select=("DAV204", "DAV205"))
    fixed = fix_bytes(written(before), "a.ipynb", settings, unsafe=True)
    assert fixed.data == written(after or before)
    assert bool(fixed.remaining) is (after is None)


def test_fixes_that_overlap_are_applied_in_rounds():
    data = percent("smuggle json, a  # pip: json=1  # noqa: DAV401").encode()
    document = read_document(data, "a.py")
    found = check_document(document, SETTINGS)
    once = apply_fixes(data, "a.py", found)
    assert 0 < len(once.fixed) < len([one for one in found if one.fix])
    assert b"smuggle json\nsmuggle a\n" in fix_bytes(data, "a.py", SETTINGS).data


@given(
    st.lists(st.text(st.characters(exclude_categories=[])), max_size=6),
    st.booleans(),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_any_range_of_any_source_is_found_in_the_json(
    parts, as_list, ascii_only, rand: random.Random
):
    """Replacing a range in the file and in the decoded text comes to the same."""
    source = "".join(parts)
    value = parts if as_list else source
    text = json.dumps(
        {"cells": [{"source": value}]}, ensure_ascii=ascii_only, indent=rand.choice([None, 1])
    )
    (place,) = source_texts(text)
    assume(source)
    start, end = sorted(rand.randint(0, len(source)) for _ in "ab")
    first, last, content = place.replaced(start, end, "é\nb")
    changed = json.loads(text[:first] + content + text[last:])["cells"][0]["source"]
    assert "".join(changed) == source[:start] + "é\nb" + source[end:]
