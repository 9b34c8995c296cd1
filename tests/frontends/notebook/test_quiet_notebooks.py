"""What a saved notebook holds of davos: a line for each installation, or nothing at all."""

from __future__ import annotations

import re
import sys

import pytest
from conda_channel import needs_rattler

pytestmark = pytest.mark.slow
BOTH = pytest.mark.usefixtures("pip_backend")

SUMMARY = "installed dvta 1.0 (project nb)"
SMUGGLE = "smuggle dvta  # pip: dvta==1.0"
REDIRECTED = """from contextlib import redirect_stdout
import io
with redirect_stdout(io.StringIO()) as text:
    smuggle dvtc  # pip: dvtc==1.0
print([text.getvalue()])"""
CELLS = [
    SMUGGLE,
    "print('mine')\nsmuggle dvtb  # pip: dvtb==1.0",
    REDIRECTED,
    "%%capture told\nsmuggle dvtd  # pip: dvtd==1.0",
    "print('mine')\nget_ipython().run_cell('smuggle dvte  # pip: dvte==1.0');",
    "print([told.stdout, told.outputs])",
]
FAILING = "smuggle dvtz  # pip: dvtz==9"


@pytest.fixture
def run(index, tmp_path, monkeypatch):
    """A function that runs cells as a notebook, in a kernel of its own; the outputs of each."""
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "nb.ipynb"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    for letter in "abcde":
        index(f"dvt{letter}", "1.0")

    def outputs(*sources):
        v4 = nbformat.v4
        notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
        client = nbclient.NotebookClient(notebook, timeout=120, allow_errors=True)
        client.create_kernel_manager()
        client.km.kernel_spec.argv[0] = sys.executable
        client.execute()
        return [[_shown(output) for output in cell.outputs] for cell in notebook.cells]

    return outputs


def _shown(output):
    if output.output_type == "stream":
        return output.text.strip().partition(":")[0]  # what comes next is a time
    return output.get("ename") or re.sub(r" \(\d+ s\)$", "", output.data["text/plain"])


def is_summary(shown):
    return re.fullmatch(r"installed dvt[a-z] 1\.0 \(project nb\)", shown) is not None


FIRST = "import davos"


@BOTH
def test_a_notebook_keeps_the_summaries_and_without_them_nothing(run, monkeypatch, tmp_path):
    def summary(letter):
        return SUMMARY.replace("dvta", f"dvt{letter}")

    failing = [FAILING, "print(1)\n" + FAILING]
    assert run(FIRST, *CELLS, *failing)[1:] == [
        [SUMMARY],
        ["mine", summary("b")],
        [summary("c"), "['']"],
        [],
        ["mine", summary("e")],
        [f"['{summary('d')}\\n', []]"],
        ["InstallerError"],
        ["1", "pip: resolving dvtz", "InstallerError"],
    ]
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "other.ipynb"))
    assert run("import davos; davos.config.summary = False", *CELLS, *failing)[1:] == [
        *([], ["mine"], ["['']"], [], ["mine"], ["['', []]"]),
        *(["InstallerError"], ["1", "InstallerError"]),
    ]


@BOTH
@needs_rattler
def test_a_second_run_differs_by_the_summaries_alone(run, index, conda_channel):
    """pip, uv and conda; below a magic that measures or captures; above an error."""
    pytest.importorskip("uv")
    for name in ("dvtk", "dvtl"):
        conda_channel.add_python(name, "1.0")
    conda, uv = f"-c {conda_channel.url}", f"--no-index --find-links={index.folder}"
    cells = [
        (SMUGGLE, []),
        (f"print('mine')\nsmuggle dvtb  # uv: dvtb==1.0 {uv}", ["mine"]),
        (f"smuggle dvtk  # conda: dvtk==1.0 {conda}", []),
        (f"%%time\nsmuggle dvtl  # conda: dvtl==1.0 {conda}", ["CPU times"]),
        ("%%time\nsmuggle dvtc  # pip: dvtc==1.0", ["CPU times"]),
        (f"%%capture told\nsmuggle dvtd  # uv: dvtd==1.0 {uv}", []),
        ("smuggle dvte  # pip: dvte==1.0\n1 / 0", ["ZeroDivisionError"]),
        ("print('other')", ["other"]),
    ]
    sources, without = zip(*cells)
    first = run(FIRST, *sources)[1:]
    assert sum(bool(set(map(is_summary, shown)) & {True}) for shown in first) == 6
    assert [[one for one in shown if not is_summary(one)] for shown in first] == [*without]
    assert run(FIRST, *sources)[1:] == [*without]


LINES = "line = davos.session().frontend.status\nline('importing x (2 s)', stays=False)\n"


def test_a_line_that_may_not_stay_is_taken_away_or_never_shown(run):
    cells = [
        *(
            f"{LINES}line('')",
            f"print('mine')\n{LINES}line('')",
            f"{LINES}line('')\nprint('after')",
        ),
        f"{LINES}print('meanwhile')\nline('')",
    ]
    assert run(FIRST, *cells)[1:] == [*([], ["mine"], ["after"], ["importing x", "meanwhile"])]


def test_help_on_smuggle_shows_statements(start_kernel, tmp_path):
    kernel = start_kernel(tmp_path / "nb.ipynb")
    kernel.run("import davos")
    for cell in ("smuggle?", "?smuggle", "smuggle??"):
        reply = kernel.client.execute_interactive(cell, timeout=60)
        (page,) = reply["content"]["payload"]
        assert "smuggle numpy as np  # pip: numpy==1.26.4" in page["data"]["text/plain"]
