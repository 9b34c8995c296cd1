"""`davos convert`, there and back, over notebooks as people write them.

Each file of `cases/convert` has its result in `cases/convert/smuggled`, for an environment
with the packages of `INSTALLED`.
"""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from davos.convert.backward import revert
from davos.convert.forward import convert
from davos.convert.inventory import Inventory, read_requirements, search_path_of
from davos.documents.parsed_cell import ParsedCell, analyse
from davos.documents.reader import read_document
from davos.exceptions import DavosError
from davos.onion.validator import validate_text

BOTH = pytest.mark.usefixtures("pip_backend")

CASES = Path(__file__).parent.parent / "cases" / "convert"
FILES = sorted(path for path in CASES.iterdir() if path.suffix in {".ipynb", ".py"})
FILES = [path for path in FILES if path.name != "helper.py"]
INSTALLED = {
    "numpy": ("1.23.1", "numpy"),
    "pandas": ("1.5.3", "pandas"),
    "matplotlib": ("3.6.0", "matplotlib mpl_toolkits pylab"),
    "seaborn": ("0.12.2", "seaborn"),
    "scikit-learn": ("1.2.0", "sklearn"),
    "scipy": ("1.9.3", "scipy"),
    "umap-learn": ("0.5.3", "umap"),
    "PyYAML": ("6.0", "yaml _yaml"),
    "torch": ("2.0.1", "torch"),
    "transformers": ("4.31.0", "transformers"),
    "datasets": ("2.14.0", "datasets"),
    "opencv-python-headless": ("4.8.0.76", "cv2"),
    "Pillow": ("9.5.0", "PIL"),
    "google-cloud-storage": ("2.10.0", "google/cloud/storage"),
    "protobuf": ("4.24.0", "google/protobuf"),
    "nltools": ("0.4.0", "nltools"),
    "mytool": ("0.1", "mytool"),
    "vcs-tool": ("1.0", "vcstool"),
}
ADDED_FOR_MAGICS = {"old.ipynb": ["matplotlib"], "analysis.ipynb": ["matplotlib"]}
DIRECT_URLS = {
    "mytool": {"url": "file:///home/me/mytool", "dir_info": {"editable": True}},
    "vcs-tool": {
        "url": "https://github.com/me/vcs-tool",
        "vcs_info": {"vcs": "git", "commit_id": "a" * 40},
        "subdirectory": "python",
    },
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A search path whose metadata shows INSTALLED."""
    folder = tmp_path_factory.mktemp("env") / "site-packages"
    for name, (version, tops) in INSTALLED.items():
        info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "RECORD").write_text("".join(f"{top}/__init__.py,,\n" for top in tops.split()))
        if name in DIRECT_URLS:
            (info / "direct_url.json").write_text(json.dumps(DIRECT_URLS[name]))
    return [str(folder)]


@pytest.fixture(scope="module")
def inventory(environment):
    return Inventory(environment)


def smuggled(path):
    return path.parent / "smuggled" / path.name


def read(path):
    """A file's bytes, and a name beside the helper module."""
    return path.read_bytes(), str(CASES / path.name)


def statements(data, name):
    return [found.statement for found in analyse(read_document(data, name)).statements]


# ---- the cases ----


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_result_is_the_expected_one_byte_for_byte(path, inventory):
    assert convert(*read(path), inventory).data == smuggled(path).read_bytes()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_second_conversion_changes_nothing(path, inventory):
    data, name = read(smuggled(path))
    assert convert(data, name, inventory).data == data


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_result_has_no_errors_and_the_same_imports(path, inventory):
    before = read_document(*read(path))
    after = read_document(*read(smuggled(path)))
    assert not analyse(after).diagnostics
    added = {"davos", *ADDED_FOR_MAGICS.get(path.name, ())}
    assert sorted(imported(before)) == sorted(imported(after) - added)


def imported(document):
    """What a document imports or smuggles, with the names that are bound."""
    found = set()
    for number, cell in enumerate(document.cells):
        for node, _ in ParsedCell(document, cell, number).nodes:
            if isinstance(node, ast.Import):
                found |= {f"{a.name} as {a.asname}" if a.asname else a.name for a in node.names}
            elif isinstance(node, ast.ImportFrom):
                dots = "." * node.level
                found |= {f"{dots}{node.module}: {a.name} as {a.asname}" for a in node.names}
    return found - ({"davos"} if document.filename.endswith("mixed.ipynb") else set())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_everything_else_keeps_its_place(path, inventory):
    if path.suffix != ".ipynb":
        pytest.skip("a script is its source")
    before, after = (json.loads(one.read_bytes()) for one in (path, smuggled(path)))
    assert before["metadata"] == after["metadata"]
    old, new = (list(flat(content)) for content in (before, after))
    markdown = [c for c in old if c["cell_type"] != "code"]
    assert markdown == [c for c in new if c["cell_type"] != "code"]
    outputs = [c["outputs"] for c in old if c["cell_type"] == "code" and c["outputs"]]
    assert outputs == [c["outputs"] for c in new if c["cell_type"] == "code" and c["outputs"]]


def flat(content):
    yield from content.get("cells", ())
    for sheet in content.get("worksheets", ()):
        yield from sheet["cells"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_there_and_back_and_there_again(path, environment, tmp_path):
    data, name = read(smuggled(path))
    back = revert(data, name, Inventory(environment))
    assert not statements(back.data, name)
    listing = tmp_path / "requirements.txt"
    listing.write_text("".join(f"{line}\n" for line in back.requirements))
    listed = Inventory(environment, read_requirements(str(listing)))
    again = convert(back.data, name, listed)
    assert onions(again.data, name) == onions(data, name)


def onions(data, name):
    return {one.onion.args for one in statements(data, name) if one.onion}


# ---- one thing at a time ----

NUMPY = "# pip: numpy==1.23.1"
SKLEARN = "# pip: scikit-learn==1.2.0"
VCS = f"git+https://github.com/me/vcs-tool@{'a' * 40}#subdirectory=python"


def notebook(*cells):
    made = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": one}
        for one in cells
    ]
    content = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(content, indent=1).encode()


def sources(data):
    return ["".join(cell["source"]) for cell in json.loads(data)["cells"]]


CELLS = [
    ("import numpy", f"smuggle numpy  {NUMPY}"),
    ("import  numpy\tas np # c", f"smuggle  numpy\tas np  {NUMPY} # c"),
    ("import numpy# c", f"smuggle numpy  {NUMPY} # c"),
    ("import numpy;", f"smuggle numpy;  {NUMPY}"),
    ("import numpy ; # c", f"smuggle numpy ;  {NUMPY} # c"),
    ("import numpy as np, \\\n  os", f"smuggle numpy as np  {NUMPY}\nimport os"),
    ("import numpy as \\\n  np", f"smuggle numpy as \\\n  np  {NUMPY}"),
    ("import os, numpy, re, sys", f"import os\nsmuggle numpy  {NUMPY}\nimport re, sys"),
    ("import numpy, numpy.linalg as l", f"smuggle numpy, numpy.linalg as l  {NUMPY}"),
    ("from numpy import(a)", f"from numpy smuggle(a)  {NUMPY}"),
    ("from numpy import*", f"from numpy smuggle*  {NUMPY}"),
    ("from . import numpy\nfrom .a import b", None),
    ("import numpy  # pip: numpy<2", "smuggle numpy  # pip: numpy<2"),
    ("import vcstool", f"smuggle vcstool  # pip: vcs-tool @ {VCS}"),
    ("import mytool", None),
    ("import os", None),
    ("s = 'import numpy'\n# import numpy", None),
    ("x = 1; import numpy", f"x = 1; smuggle numpy  {NUMPY}"),
    ("import numpy; x = 1 # c", f"smuggle numpy  {NUMPY}\nx = 1 # c"),
    ("if x: import numpy", f"if x: smuggle numpy  {NUMPY}"),
    ("if x: import os, numpy", f"if x: import os; smuggle numpy  {NUMPY}"),
    (
        "from os import a, \\\n b; import numpy; y",
        f"from os import a, \\\n b; smuggle numpy  {NUMPY}\ny",
    ),
    ("if x:  import numpy; y()", f"if x:\n    smuggle numpy  {NUMPY}\n    y()"),
    (
        "if x:\n\tif y: import numpy; y()",
        f"if x:\n\tif y:\n\t\tsmuggle numpy  {NUMPY}\n\t\ty()",
    ),
    ("match x:\n  case 1: import numpy", f"match x:\n  case 1: smuggle numpy  {NUMPY}"),
    (
        "try:\n    import cupy\nexcept ImportError: import numpy",
        f"try:\n    import cupy\nexcept ImportError: smuggle numpy  {NUMPY}",
    ),
    ("try:\n    import cupy\nfinally: pass", "try:\n    smuggle cupy\nfinally: pass"),
    ("if TYPE_CHECKING:\n    import numpy", None),
    ("def f():\n    import numpy", None),
    ("%time from numpy import a", f"%time from numpy smuggle a  {NUMPY}"),
    ("%%bash\nimport numpy", None),
    ("%%time\nimport numpy", f"%%time\nsmuggle numpy  {NUMPY}"),
    ("  import numpy, sklearn", f"  smuggle numpy  {NUMPY}\n  smuggle sklearn  {SKLEARN}"),
    (
        ">>> import numpy, sklearn",
        f">>> smuggle numpy  {NUMPY}\n>>> smuggle sklearn  {SKLEARN}",
    ),
    ("import numpy\r\nx = 1\r\n", f"smuggle numpy  {NUMPY}\r\nx = 1\r\n"),
    ("from google import protobuf", "from google smuggle protobuf  # pip: protobuf==4.24.0"),
    (
        "from google.cloud import storage, vision",
        (
            "from google.cloud smuggle storage  # pip: google-cloud-storage==2.10.0\n"
            "from google.cloud smuggle vision  # pip: google-cloud-vision"
        ),
    ),
    ("import google.auth", "smuggle google.auth  # pip: google-auth"),
    ("import google.no_such, google, azure.mgmt.compute", None),
    ("import numpy\\\n\nx", None),
    ("import numpy \\\n\nx", None),
    ("import numpy; \\\nx", None),
    ("import os; import numpy; \\\nx", None),
    ("from os import a, \\\n b; import numpy", f"from os import a, \\\n b; smuggle numpy  {NUMPY}"),
    ("from numpy.he\u0301llo import हिन्दी", f"from numpy.he\u0301llo smuggle हिन्दी  {NUMPY}"),
    ("from numpy.x·y import a", f"from numpy.x·y smuggle a  {NUMPY}"),
    ("é = 1; import numpy", f"é = 1; smuggle numpy  {NUMPY}"),
    (
        ">>> x = 'a\u2028b'\n>>> import numpy, pandas",
        ">>> x = 'a\u2028b'\n>>> smuggle numpy  # pip: numpy==1.23.1\n>>> smuggle pandas  # pip: pandas==1.5.3",
    ),
]


@pytest.mark.parametrize(("before", "after"), CELLS)
def test_a_cell(before, after, inventory):
    if "match" in before and sys.version_info < (3, 10):
        pytest.skip("no match statement")
    data = notebook("import davos", before)
    done = convert(data, "x.ipynb", inventory).data
    assert sources(done) == ["import davos", before if after is None else after]
    assert (done == data) == (after is None)
    assert convert(done, "x.ipynb", inventory).data == done


KEPT_LINES = [
    before
    for before, after in CELLS
    if after
    and before.count("\n") == after.count("\n")
    and "pip" not in before
    and "\\" not in before
    and "os, numpy" not in before
]


@pytest.mark.parametrize("before", KEPT_LINES)
def test_a_cell_that_kept_its_lines_comes_back_as_it_was(before, inventory):
    done = convert(notebook("import davos", before), "x.ipynb", inventory).data
    back = sources(revert(done, "x.ipynb", inventory).data)[0]
    assert re.sub(r"[ \t]+", " ", back) == re.sub(
        r"[ \t]+", " ", before.replace("numpy#", "numpy #")
    )


@pytest.mark.parametrize(
    ("line", "left", "onion"),
    [
        ("%pip install numpy", None, "numpy==1.23.1"),
        ("!pip install -q numpy", None, "numpy==1.23.1"),
        ("!{sys.executable} -m pip install numpy", None, "numpy==1.23.1"),
        ("!python3 -m pip install numpy", None, "numpy==1.23.1"),
        ("!pip install -Uq numpy==1.20", None, "numpy==1.20"),
        ("!pip install -qihttps://x.org/ numpy==1.20", None, "-ihttps://x.org/ numpy==1.20"),
        ("!uv pip install numpy==1.20", None, "numpy==1.20"),
        ("%pip install 'numpy==1.20'  six  'a>=1'", "%pip install six  'a>=1'", "numpy==1.20"),
        ("%pip install numpy==1.20", None, "numpy==1.20"),
        ("%pip install 'numpy>=1.20'", None, "numpy==1.23.1"),
        ("%pip install 'numpy<1.20'", None, "numpy<1.20"),
        ("%pip install numpy[x]", None, "numpy[x]==1.23.1"),
        ("%pip install --pre -U numpy", None, "--pre numpy==1.23.1"),
        ("%pip install numpy other==1  # c", "%pip install other==1", "numpy==1.23.1"),
        ("%pip install other", "%pip install other", "numpy==1.23.1"),
        ("%pip install -r numpy.txt", "%pip install -r numpy.txt", "numpy==1.23.1"),
        ("!pip install numpy && ls", "!pip install numpy && ls", "numpy==1.23.1"),
        ("!pip install numpy>1.0", None, "numpy==1.23.1"),
        ("!pip install $numpy", "!pip install $numpy", "numpy==1.23.1"),
        ("if x:\n    %pip install numpy", "if x:\n    %pip install numpy", "numpy==1.23.1"),
        ("'''\n%pip install numpy\n'''", "'''\n%pip install numpy\n'''", "numpy==1.23.1"),
        ("%%capture\n%pip install numpy", None, "numpy==1.23.1"),
        ("x = 1\n%pip install numpy", "x = 1", "numpy==1.23.1"),
        ("%pip install numpy\n%pip install numpy\nx = 1", "x = 1", "numpy==1.23.1"),
    ],
)
def test_a_pip_line_is_folded_into_the_onion(line, left, onion, inventory):
    done = convert(notebook(line, "import numpy"), "x.ipynb", inventory).data
    kept = [] if left is None else [left]
    assert sources(done) == [*kept, "import davos", f"smuggle numpy  # pip: {onion}"]


@pytest.mark.parametrize(
    ("line", "left", "onion"),
    [
        ("%conda install numpy", None, "numpy==1.23.1"),
        ("!conda install -y numpy", None, "numpy==1.23.1"),
        ("%mamba install numpy", None, "numpy==1.23.1"),
        ("!mamba install --json -q numpy", None, "numpy==1.23.1"),
        ("%micromamba install numpy", None, "numpy==1.23.1"),
        ("!micromamba install -y numpy", None, "numpy==1.23.1"),
        ("%conda install -c conda-forge numpy=1.23 -y", None, "-c conda-forge numpy==1.23.1"),
        ("%conda install numpy=1.26", None, "numpy=1.26"),
        ("%conda install 'numpy>=1.20,<2'", None, "numpy==1.23.1"),
        ("%conda install numpy>=1.26", None, "numpy>=1.26"),
        ("%conda install 'numpy 1.26.* py*'", None, "'numpy 1.26.* py*'"),
        ("%conda install numpy=1.23.1=py311_0", None, "numpy=1.23.1=py311_0"),
        ("%conda install \"numpy[version='>=1.26']\"", None, "\"numpy[version='>=1.26']\""),
        ("%conda install bioconda::numpy", None, "bioconda::numpy==1.23.1"),
        (
            "!conda install -y --copy -c a --channel=b -O --strict-channel-priority numpy=1.26",
            None,
            "-c a --channel=b -O --strict-channel-priority numpy=1.26",
        ),
        (
            "%conda install -c conda-forge  python=3.11 numpy=1.26 gcc -y",
            "%conda install -c conda-forge  python=3.11 gcc -y",
            "-c conda-forge numpy=1.26",
        ),
        ("%conda install gcc", "%conda install gcc", None),
        ("%conda install numpy=1.26,gcc", "%conda install numpy=1.26,gcc", None),
        ("!mamba install -yc=conda-forge numpy=1.26", None, "-cconda-forge numpy=1.26"),
        ("!micromamba install --no-pin numpy=1.26", None, "--no-pin numpy=1.26"),
        (
            "%conda install https://x.org/numpy.conda",
            "%conda install https://x.org/numpy.conda",
            None,
        ),
        ("%conda install -c 'a b' numpy", "%conda install -c 'a b' numpy", None),
        ("%conda install -c local numpy", "%conda install -c local numpy", None),
        ('s = """\n%conda install numpy\n"""', 's = """\n%conda install numpy\n"""', None),
        ("if x:\n    %conda install numpy", "if x:\n    %conda install numpy", None),
        ("%conda install numpy==1.0\n%pip install gcc", "%pip install gcc", "numpy==1.0"),
    ],
)
def test_a_conda_line_is_folded_into_the_onion(line, left, onion, inventory):
    done = convert(notebook(line, "import numpy"), "x.ipynb", inventory).data
    kept = [] if left is None else [left]
    wanted = "pip: numpy==1.23.1" if onion is None else f"conda: {onion}"
    assert sources(done) == [*kept, "import davos", f"smuggle numpy  # {wanted}"]
    assert convert(done, "x.ipynb", inventory).data == done


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("-n base numpy", "-n: davos installs into the project, or into the running environment"),
        (
            "--prefix {sys.prefix} numpy",
            "--prefix: davos installs into the project, or into the running environment",
        ),
        ("numpy --clobber", "--clobber: no package may overwrite another's files"),
        ("--offline numpy", "--offline: an onion comment would say less"),
        ("--channel-priority strict numpy", "--channel-priority: an onion comment would say less"),
        ("--no-such numpy", "davos does not know the option --no-such"),
        ("numpy -c", "-c: missing value"),
        ("numpy && ls", "the shell or IPython would change its words"),
        ("$numpy", "the shell or IPython would change its words"),
    ],
)
def test_a_conda_line_that_is_left_is_told_of_with_the_reason(line, reason, inventory):
    written = f"!conda install {line}"
    done = convert(notebook(f"x = 1\n{written}", "import numpy"), "x.ipynb", inventory)
    assert sources(done.data)[0] == f"x = 1\n{written}"
    assert done.notes == [f"cell 1:2: installing line left unchanged: {reason}"]


def test_conda_names_are_those_of_the_modules(inventory):
    line = "%conda install -c conda-forge pytorch=2.3 pytables"
    data = notebook("import davos", line, "import torch", "import tables")
    assert sources(convert(data, "x.ipynb", inventory).data)[1:] == [
        "smuggle torch  # conda: -c conda-forge pytorch=2.3",
        "smuggle tables  # conda: -c conda-forge pytables",
    ]


def test_of_a_pip_line_and_a_conda_line_the_later_one_decides(inventory):
    lines = "%conda install numpy=1.26", "%pip install numpy==1.20"
    for first, last, onion in ((*lines, "pip: numpy==1.20"), (*lines[::-1], "conda: numpy=1.26")):
        data = notebook("import davos", f"{first}\n{last}", "import numpy")
        done = convert(data, "x.ipynb", inventory).data
        assert sources(done)[1:] == [f"smuggle numpy  # {onion}"]


def test_davos_is_imported_in_a_cell_before_the_first_smuggle(inventory):
    cells = ["x = 1", "import davos\nimport numpy"]
    done = convert(notebook(*cells), "x.ipynb", inventory).data
    assert sources(done)[:2] == ["x = 1", "import davos"]
    done = convert(notebook(*cells), "x.ipynb", inventory, install_davos=True).data
    assert sources(done)[1] == '%pip install "davos>=0.3"\nimport davos'
    loaded = convert(notebook("%load_ext davos", "import numpy"), "x.ipynb", inventory).data
    assert len(sources(loaded)) == 2


def test_no_cell_is_put_into_markdown(inventory):
    text = "```{python}\n#| echo: false\nimport numpy\n```\n"
    done = convert(text.encode(), "x.qmd", inventory)
    wanted = text.replace("import numpy", "smuggle numpy  # pip: numpy==1.23.1")
    assert done.data.decode() == wanted
    assert done.notes == ["add a cell with `import davos` before the first smuggle statement"]


def test_without_pins(environment):
    data = notebook("import davos", "import numpy as np, pandas as pd, sklearn")
    done = convert(data, "x.ipynb", Inventory(environment, pinned=False))
    assert sources(done.data)[1] == (
        "smuggle numpy as np, pandas as pd\nsmuggle sklearn  # pip: scikit-learn"
    )
    assert done.notes == []


def test_of_a_namespace_the_distribution_of_the_part_is_named(environment):
    data = notebook("import davos", "from google.cloud import storage\nimport google.no_such as n")
    done = convert(data, "x.ipynb", Inventory(environment, pinned=False))
    assert sources(done.data)[1] == (
        "from google.cloud smuggle storage  # pip: google-cloud-storage\nimport google.no_such as n"
    )
    assert done.notes == [
        "google.no_such is not converted: which distribution it comes from is unknown"
    ]


MATPLOTLIB = "smuggle matplotlib  # pip: matplotlib==3.6.0"
PYPLOT = "smuggle matplotlib.pyplot as plt  # pip: matplotlib==3.6.0"
EARLY = [
    ("%matplotlib inline\nimport matplotlib.pyplot as plt", f"{MATPLOTLIB}\n%matplotlib inline\n{PYPLOT}"),
    ("x\n  %matplotlib inline\nx", f"x\n  {MATPLOTLIB}\n  %matplotlib inline\nx"),
    (">>> %pylab\n>>> x", f">>> {MATPLOTLIB}\n>>> %pylab\n>>> x"),
    ("%load_ext mytool", "%load_ext mytool"),  # a folder of this machine
    ("%load_ext nltools\r\n", "smuggle nltools  # pip: nltools==0.4.0\r\n%load_ext nltools\r\n"),
    ("import matplotlib.pyplot as plt\n%matplotlib inline", f"{PYPLOT}\n%matplotlib inline"),
    ("import seaborn\n%matplotlib inline", "smuggle seaborn  # pip: seaborn==0.12.2\n%matplotlib inline"),
    ("%load_ext autoreload\n%autoreload 2", None),
    ("%load_ext davos", None),
    ("%load_ext not_installed", None),
    ("%load_ext not_installed\nimport not_installed", "smuggle not_installed\n%load_ext not_installed\nsmuggle not_installed"),
    ("%pip install matplotlib==3.5\n%matplotlib inline", "smuggle matplotlib  # pip: matplotlib==3.5\n%matplotlib inline"),
    ('s = """\n%matplotlib inline\n"""', None),
    ("%%bash\n%matplotlib inline", None),
    ("# %matplotlib inline", None),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), EARLY)
def test_what_a_magic_needs_is_smuggled_before_it(before, after, inventory):
    done = convert(notebook("import davos", before), "x.ipynb", inventory).data
    assert sources(done) == ["import davos", after or before]
    assert convert(done, "x.ipynb", inventory).data == done


def test_a_cell_magic_needs_a_smuggle_in_an_earlier_cell(inventory):
    data = notebook("import davos", "%%cython\nx", "import Cython")
    done = convert(data, "x.ipynb", inventory)
    assert sources(done.data) == ["import davos", "%%cython\nx", "smuggle Cython"]
    assert "cell 2:1: %%cython needs Cython: smuggle it in an earlier cell" in done.notes


def test_a_magic_in_a_comment_of_a_percent_script_counts_too(inventory):
    text = "# %%\nimport davos\n# %%\n# %matplotlib inline\nimport matplotlib\n"
    done = convert(text.encode(), "x.py", inventory).data.decode()
    assert done.endswith(f"# %%\n{MATPLOTLIB}\n# %matplotlib inline\n{MATPLOTLIB}\n")


def test_what_conda_installed_is_pinned_to_its_version(tmp_path):
    info = tmp_path / "thing-2.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: thing\nVersion: 2.1\n")
    (info / "RECORD").write_text("thing/__init__.py,,\n")
    (info / "INSTALLER").write_text("conda")
    (info / "direct_url.json").write_text('{"dir_info": {}, "url": "file:///croot/thing_17"}')
    done = convert(notebook("import davos", "import thing"), "x.ipynb", Inventory([str(tmp_path)]))
    assert sources(done.data)[1] == "smuggle thing  # pip: thing==2.1"
    assert done.notes == []


def test_a_requirements_file_has_the_last_word(environment, tmp_path):
    file = tmp_path / "r.txt"
    file.write_text(
        "numpy==1.0\nscikit_learn>=1 # c\nfoo @ https://x.org/foo.zip\n"
        "-e git+https://x.org/b.git@abc#egg=bar\n"
    )
    listed = Inventory(environment, read_requirements(str(file)))
    imports = "\n".join(f"import {name}" for name in ("numpy", "sklearn", "foo", "bar", "baz"))
    data = notebook("import davos", imports, "%pip install numpy==3")
    done = convert(data, "x.ipynb", listed)
    assert sources(done.data)[1:] == [
        """\
smuggle numpy  # pip: numpy==1.0
smuggle sklearn  # pip: scikit_learn>=1
smuggle foo  # pip: foo @ https://x.org/foo.zip
smuggle bar  # pip: -e git+https://x.org/b.git@abc#egg=bar
smuggle baz"""
    ]
    assert done.notes == ["baz is not pinned: its version is unknown"]


def test_an_environment_file_names_packages_of_conda_and_of_pip(davos, write):
    write(
        "environment.yml",
        """\
name: study
channels: [conda-forge, nodefaults]
dependencies:
  - python=3.11
  - numpy >=1.20,<2
  - pytorch=2.1=cpu_*
  - pip
  - pip:
    - foo==1.0
""",
    )
    write("a.py", "import numpy\nimport torch\nimport foo\n")
    status, out, err = davos("convert", "a.py", "--requirements", "environment.yml")
    assert status == 0
    assert out.splitlines()[-3:] == [
        "smuggle numpy  # conda: -c conda-forge --override-channels 'numpy >=1.20,<2'",
        "smuggle torch  # conda: -c conda-forge --override-channels pytorch=2.1=cpu_*",
        "smuggle foo  # pip: foo==1.0",
    ]
    assert "environment.yml:4: python=3.11 is left out" in err


def test_a_bad_requirements_file_is_an_error(tmp_path):
    (tmp_path / "r.txt").write_text("six\nnumpy=1\n")
    with pytest.raises(DavosError, match=r"r\.txt:2: "):
        read_requirements(str(tmp_path / "r.txt"))
    with pytest.raises(FileNotFoundError):
        read_requirements(str(tmp_path / "none.txt"))


@pytest.mark.parametrize(
    "line", ["six\u2028-r other.txt", "six==1\x85", "six # \u202eevil", "six\f"]
)
def test_a_requirements_file_with_hidden_line_ends_is_an_error(tmp_path, line):
    (tmp_path / "r.txt").write_text(f"numpy==1\n{line}\n", encoding="utf-8")
    with pytest.raises(DavosError, match=r"r\.txt:2: a requirement cannot hold .* U\+"):
        read_requirements(str(tmp_path / "r.txt"))


def test_a_requirement_that_runs_programs_is_an_error_with_its_row(tmp_path):
    (tmp_path / "r.txt").write_text("numpy==1\nx @ git+https://h/r@--upload-pack=x\n")
    with pytest.raises(DavosError, match=r"r\.txt:2: .*a ref cannot begin with a dash"):
        read_requirements(str(tmp_path / "r.txt"))


def test_another_interpreter_is_asked_for_its_search_path():
    assert str(Path(json.__file__).parent.parent) in search_path_of(sys.executable)
    for wrong in ("/bin/echo", "/no/such/python"):
        with pytest.raises(DavosError, match=wrong):
            search_path_of(wrong)


# ---- the way back ----


@pytest.mark.parametrize(
    ("before", "after", "required"),
    [
        ("smuggle numpy  # pip: numpy==1", "import numpy", ["numpy==1"]),
        ("smuggle numpy  # pip: numpy==1  # c", "import numpy  # c", ["numpy==1"]),
        ("smuggle numpy  # c", "import numpy  # c", ["numpy"]),
        ("smuggle sklearn, yaml", "import sklearn, yaml", ["PyYAML", "scikit-learn"]),
        ("smuggle os  # pip: os==1", "import os", []),
        (
            "from a smuggle (  # pip: a -i https://x.org --pre -q\n  b)",
            "from a import (\n  b)",
            ["--index-url https://x.org", "--pre", "a"],
        ),
        (
            "smuggle a  # pip: -e git+https://x.org/a#egg=a",
            "import a",
            ["-e git+https://x.org/a#egg=a"],
        ),
        ("smuggle a; smuggle b  # pip: b==1", "import a; import b", ["a", "b==1"]),
        (
            f"smuggle a  # pip: --hash=sha256:{'0' * 64} a==1",
            "import a",
            [f"a==1 --hash=sha256:{'0' * 64}"],
        ),
        ("from . smuggle a", "from . import a", []),
        (
            "from google.cloud smuggle storage, vision",
            "from google.cloud import storage, vision",
            ["google-cloud-storage", "google-cloud-vision"],
        ),
        ("smuggle = 1", "smuggle = 1", []),
        ("smuggle davos\nx", "x", []),
        ("smuggle six\nsmuggle davos\nx", "import six\nx", ["six"]),
        ("x\nsmuggle davos", "x", []),
        ("smuggle a  # pip: a==1\nsmuggle davos  # pip: davos", "import a", ["a==1"]),
        ("from he\u0301llo.हिन्दी smuggle x", "from he\u0301llo.हिन्दी import x", ["h\u00e9llo"]),
    ],
)
def test_back(before, after, required, inventory):
    setup = "%pip install davos\nimport davos\ndavos.suppress_stdout = True"
    done = revert(notebook(setup, before), "x.ipynb", inventory)
    assert (sources(done.data), done.requirements) == ([after], required)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ('%pip install "davos>=0.3"', []),
        ("!pip install 'davos>=0.3'", []),
        ("%pip install davos==0.3.0", []),
        ("%pip install -qU davos  # once", []),
        ("%pip -q install davos", []),
        ("!python -m pip install 'davos @ git+https://h/davos'", []),
        ("%pip install davos six", None),
        ("%pip install davos > log", None),
        ("%pip install 'davos>=0.3\"", None),
        ("%pip install davosa", None),
        ("%pip install davos-extra", None),
    ],
)
def test_back_takes_out_the_line_that_installs_davos(line, left, inventory):
    done = revert(notebook(f"{line}\nimport davos", "smuggle six"), "x.ipynb", inventory)
    assert sources(done.data) == [*([line] if left is None else left), "import six"]


def test_davos_stays_where_it_is_used(inventory):
    data = notebook("import davos", "smuggle six", "print(davos.config.project)")
    done = revert(data, "x.ipynb", inventory)
    assert sources(done.data) == ["import davos", "import six", "print(davos.config.project)"]
    assert done.notes == ["davos is used elsewhere in the document: its import is kept"]


def test_of_two_requirements_the_first_counts(inventory):
    cell = "smuggle a\nsmuggle a  # pip: a==1\nsmuggle a.b  # pip: a==2\nsmuggle c  # pip: --bad c"
    done = revert(notebook(cell), "x.ipynb", inventory)
    assert done.requirements == ["a==1", "c"]
    assert done.notes[0] == "a==2 is ignored: a==1 is already required"
    assert "--bad" in done.notes[1]


def test_a_package_of_conda_is_no_line_of_a_requirements_file_but_a_note(inventory):
    cell = "smuggle a  # conda: a=1 -c https://me:secret@h/c\nsmuggle b  # pip: b==1"
    done = revert(cell.encode(), "x.py", inventory)
    assert done.requirements == ["b==1"]
    assert done.notes == [
        "no requirements file can name packages of conda: conda install a=1 -c https://me:****@h/c"
    ]


@pytest.mark.parametrize(
    ("onion", "line", "onion_again"),
    [
        ("numpy=1.26", "numpy=1.26", None),
        ("-c forge numpy>=1.20,<2 -y -v", '--channel forge --verbose "numpy>=1.20,<2"', "-c forge numpy>=1.20,<2"),
        ("numpy >=1.20, <2", '"numpy >=1.20, <2"', "'numpy >=1.20, <2'"),
        ("forge::numpy=1=py_0 -O -c forge", "--override-channels --channel forge forge::numpy=1=py_0", None),
        ("--update-deps numpy", "--update-deps numpy", "numpy"),
    ],
)  # fmt: skip
def test_a_package_of_conda_is_installed_by_a_line_and_comes_back(onion, line, onion_again):
    inventory = Inventory([], pinned=False)
    data = notebook("import davos", f"smuggle numpy as np  # conda: {onion}  # why")
    done = revert(data, "x.ipynb", inventory)
    assert sources(done.data) == [f"%conda install {line}\nimport numpy as np  # why"]
    assert (done.requirements, done.notes) == ([], [])
    again = sources(convert(done.data, "x.ipynb", inventory).data)[-1]
    kept = validate_text("conda", re.search(r"# conda: (.*)  # why", again)[1])
    assert kept.requirement == validate_text("conda", onion_again or onion).requirement
    assert kept.passed == validate_text("conda", onion_again or onion).passed


def test_a_line_that_installs_stands_where_its_statement_stood(inventory):
    data = notebook("if 1:\n    smuggle numpy  # conda: numpy=1\n    x = 1")
    done = revert(data, "x.ipynb", inventory)
    assert sources(done.data) == ["if 1:\n    %conda install numpy=1\n    import numpy\n    x = 1"]


@pytest.mark.parametrize(
    "cell",
    ["x = 1; smuggle a  # conda: a=1", "smuggle a  # conda: 'https://h/$x::a=1'"],
)
def test_where_no_line_can_install_a_package_of_conda_a_note_says_so(inventory, cell):
    done = revert(notebook(cell), "x.ipynb", inventory)
    assert "%conda" not in sources(done.data)[0]


def test_a_part_of_a_namespace_that_nobody_knows_is_not_required(inventory):
    done = revert(notebook("smuggle google.no_such"), "x.ipynb", inventory)
    assert done.requirements == []
    assert done.notes == ["which distribution google.no_such comes from is unknown"]


# ---- the command ----


def test_the_result_goes_to_stdout(write):
    path = write("a.ipynb", ["import os"])
    command = [sys.executable, "-m", "davos", "convert", str(path)]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout == path.read_bytes()


def test_check_and_diff_exit_with_1_and_write_nothing(davos, write):
    path = write("a.ipynb", ["import lark as l"])
    before = path.read_bytes()
    status, out, err = davos("convert", "--check", "a.ipynb")
    assert (status, out, err) == (1, "would convert a.ipynb\n", "")
    status, out, err = davos("convert", "--diff", "a.ipynb")
    assert status == 1
    assert "-import lark as l" in out
    assert "+smuggle lark as l  # pip: lark==" in out
    assert "+import davos" in out
    assert path.read_bytes() == before


def test_in_place_and_back(davos, write):
    path = write("a.ipynb", ["import lark as l"])
    before = path.read_bytes()
    assert davos("convert", "--inplace", "a.ipynb") == (0, "", "")
    assert davos("convert", "--check", "a.ipynb") == (0, "", "")
    assert davos("check", "a.ipynb")[0] == 0
    assert davos("convert", "--reverse", "--inplace", "a.ipynb") == (0, "", "")
    assert path.read_bytes() == before
    assert (path.parent / "requirements.txt").read_text().startswith("lark==")


def test_a_requirements_file_is_not_overwritten_unasked(davos, write):
    write("a.py", "smuggle six  # pip: six==1.16.0\n")
    other = write("requirements.txt", "numpy\n")
    status, _, err = davos("convert", "--reverse", "a.py", "--output", "b.py")
    assert status == 0
    assert "already exists: choose another file with --requirements-out" in err
    assert "the requirements are: six==1.16.0" in err
    assert other.read_text() == "numpy\n"
    davos("convert", "--reverse", "a.py", "--output", "b.py", "--requirements-out", str(other))
    assert other.read_text() == "six==1.16.0\n"
    assert other.with_name("b.py").read_text() == "import six\n"


TWO_PINS = [
    ("six==1.16.0", "six==1.15.0"),
    ("six===1.16.0", "Six ==1.15.0"),
    ("six==1.16.0", "six @ https://x.org/six-1.15.0.zip"),
    ("git+https://x.org/six@1234567#egg=six", "git+https://x.org/six@7654321#egg=six"),
]


@pytest.mark.parametrize("pins", TWO_PINS)
def test_two_pins_of_a_distribution_are_not_written_into_one_file(davos, write, pins):
    one = write("a.ipynb", ["import davos", f"x\nsmuggle six  # pip: {pins[0]}"])
    other = write("b.py", f"smuggle six  # pip: {pins[1]}\n")
    before = one.read_bytes(), other.read_bytes()
    status, out, err = davos("convert", "--reverse", "--inplace", "a.ipynb", "b.py")
    assert (status, out) == (2, "")
    assert "(a.ipynb:cell 2:2)" in err
    assert "(b.py:1) cannot both stand in requirements.txt: nothing was written" in err
    assert (one.read_bytes(), other.read_bytes()) == before
    assert not one.with_name("requirements.txt").exists()


def test_two_pins_in_one_document_are_not_written_either(davos, write):
    path = write("a.py", "smuggle six  # pip: six==1\nsmuggle six  # pip: six==2\n")
    status, out, err = davos("convert", "--reverse", "a.py", "--output", "b.py")
    assert (status, out) == (2, "")
    assert "six==1 (a.py:1) and six==2 (a.py:2) cannot both stand in requirements.txt" in err
    assert not path.with_name("b.py").exists()
    status, out, _ = davos("convert", "--reverse", "a.py")  # no requirements are written
    assert (status, out) == (0, "import six\nimport six\n")


@pytest.mark.parametrize("pins", [("six==1.0", "six==1"), ("six==1", "six>=1"), ("six", "six==2")])
def test_requirements_that_can_both_hold_are_written(davos, write, pins):
    write("a.py", f"smuggle six  # pip: {pins[0]}\nsmuggle six  # pip: {pins[1]}\n")
    assert davos("convert", "--reverse", "--inplace", "a.py")[0] == 0


def test_pins_of_different_requirements_files_do_not_meet(davos, write):
    for folder, pin in (("one", "1"), ("two", "2")):
        file = write("a.py", f"smuggle six  # pip: six=={pin}\n")
        file.with_name(folder).mkdir()
        file.rename(file.with_name(folder) / "a.py")
    assert davos("convert", "--reverse", "--inplace", "one", "two") == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.py", "b.py"], "several files need --inplace, --diff or --check"),
        (["."], "several files need"),
        (["-", "--inplace"], "stdin cannot be written in place"),
        (["a.py", "--requirements-out", "r"], "--requirements-out needs --reverse"),
        (["a.py", "--reverse", "--install-davos"], "exclude each other"),
        (["a.py", "--unpinned", "--from-env", "x"], "not allowed with"),
        (["a.py", "--from-env", "/no/python"], "/no/python: No such file"),
        (["a.py", "--requirements", "none.txt"], "none.txt: No such file"),
        (["none.py"], "none.py: No such file"),
        (["bad.ipynb"], "bad.ipynb: not valid JSON"),
    ],
)
def test_wrong_use(davos, write, arguments, message):
    write("a.py", "")
    write("bad.ipynb", "{")
    status, out, err = davos("convert", *arguments)
    assert (status, out) == (2, "")
    assert message in err


def test_notes_name_their_place(davos, write):
    write("a.ipynb", ["def f():\n    import lark"])
    _, _, err = davos("convert", "--check", "a.ipynb")
    assert err.startswith("davos: a.ipynb:cell 1:2: import in a function or class kept")


@BOTH
@pytest.mark.slow
def test_a_converted_notebook_runs(davos, write, index, tmp_path):
    """Converted for an environment that has a package, run in one that has not."""
    pytest.importorskip("nbclient")
    index("davos-convert-demo", "1.5", {"convertdemo.py": "answer = 42\n"})
    author = tmp_path / "author"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(author)]
    subprocess.run([*install, "davos-convert-demo"], check=True, capture_output=True)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={author} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    path = write("a.ipynb", ["import convertdemo as demo, os\nprint('answer', demo.answer)"])
    assert davos("convert", "--inplace", "--from-env", str(python), "a.ipynb") == (0, "", "")
    assert "# pip: davos-convert-demo==1.5" in path.read_text()
    status, out, err = davos("run", "a.ipynb")
    assert (status, "answer 42" in out) == (0, True), out + err


def test_an_onion_comment_for_uv_stays_and_gives_its_requirement_back(davos, write):
    line = "smuggle numpy as np  # uv: numpy==1.26.4 --prerelease allow\n"
    path = write("a.py", line)
    status, out, _ = davos("convert", "--unpinned", "a.py")
    assert (status, out) == (0, line)
    status, out, _ = davos("convert", "--reverse", "--requirements-out", "r.txt", "a.py")
    assert status == 0
    assert "import numpy as np\n" in out
    assert "# uv:" not in out
    assert "numpy==1.26.4" in (path.parent / "r.txt").read_text()
