"""Modules beside a notebook smuggle, in real kernels."""

from __future__ import annotations

import pytest

pytest.importorskip("IPython")
pytestmark = pytest.mark.slow
BOTH = pytest.mark.usefixtures("pip_backend")


@pytest.fixture
def kernel(start_kernel, index, tmp_path):
    """A kernel beside whose notebook a test writes modules, with three wheels."""
    index("dvt", "1.0")
    index("dvt", "2.0")
    index("dvneedy", "1.0", requires=["dvt>=2"])
    kernel = start_kernel(tmp_path / "nb.ipynb")
    kernel.run("import davos")
    return kernel


@BOTH
def test_a_module_beside_the_notebook_smuggles_into_its_project(kernel, tmp_path):
    (tmp_path / "helper.py").write_text(
        "smuggle dvt  # pip: dvt==1.0\n"
        "def f():\n    smuggle dvneedy  # pip: dvneedy==1.0\n"
        "def nosuch():\n    smuggle dvt_nosuch\n"
    )
    shown = kernel.run("import helper\nprint(helper.dvt.__version__, 'dvt' in globals())")
    assert shown.endswith("installed dvt 1.0 (project nb)\n1.0 False\n")
    assert "dvt==1.0" in kernel.run("print(davos.project.freeze())")
    refused = kernel.run("smuggle dvneedy  # pip: dvneedy==1.0", allow_error=True)
    assert "dvt" in refused, "what the module asked for is the session's requirement"
    assert "dvneedy" in refused
    refused = kernel.run("helper.f()", allow_error=True)
    row = refused.splitlines()
    assert row[0].endswith(f"File {tmp_path / 'helper.py'}, line 3")
    assert row[1].strip() == "smuggle dvneedy  # pip: dvneedy==1.0"
    assert row[2].strip() == "^" * len("dvneedy==1.0")
    assert kernel.run("print(helper.dvt.__version__)") == "1.0\n"
    shown = kernel.run("helper.nosuch()", allow_error=True)
    assert f"File {tmp_path / 'helper.py'}, line 5" in shown
    assert "smuggle dvt_nosuch" in shown


def test_a_faulty_module_is_shown_by_its_own_line(kernel, tmp_path):
    (tmp_path / "faulty.py").write_text("x = 1\nfrom json smuggle\n")
    (tmp_path / "failing.py").write_text("from json smuggle (\n  loads,\n)\n1 / 0\n")
    shown = kernel.run("import faulty", allow_error=True).splitlines()
    assert shown[0].strip() == f'File "{tmp_path}/faulty.py", line 2'
    assert [line.strip() for line in shown[1:3]] == ["from json smuggle", "^"]
    assert shown[3].startswith("DavosParserError: expected one or more names after 'smuggle'")
    shown = kernel.run("import failing", allow_error=True)
    assert "----> 4 1 / 0" in shown
    assert "import_hook" not in shown
    assert "importlib" not in shown


def test_deactivating_stops_modules_too(kernel, tmp_path):
    (tmp_path / "helper.py").write_text("smuggle json\n")
    assert "SyntaxError" in kernel.run("davos.deactivate()\nimport helper", allow_error=True)
    assert kernel.run("davos.activate()\nimport helper\nprint(helper.json.__name__)") == "json\n"


@BOTH
def test_autoreload_and_reload_run_a_changed_module_again(kernel, tmp_path):
    helper = tmp_path / "helper.py"
    helper.write_text("smuggle dvt  # pip: dvt==1.0\ndef f(): return 'old', dvt.__version__\n")
    kernel.run("%load_ext autoreload\n%autoreload 2\nimport helper\nfrom helper import f")
    assert kernel.run("print(f())") == "('old', '1.0')\n"
    write = "import os, pathlib\npathlib.Path('helper.py').write_text({!r}); os.utime('helper.py', (2e9, {}))"
    text = helper.read_text().replace("old", "new").replace("1.0", "2.0")
    kernel.run(write.format(text, 2e9))
    assert kernel.run("print(f())").endswith("('new', '2.0')\n")
    kernel.run(write.format("from json smuggle\n", 2.1e9))
    assert "expected one or more names" in kernel.run("print(f())")
    assert kernel.run("print(f())").endswith("('new', '2.0')\n"), "the module stays as it was"
    kernel.run("%autoreload 0\n" + write.format("x = 'plain'\n", 2.2e9))
    assert kernel.run("import importlib\nprint(importlib.reload(helper).x)") == "plain\n"


def test_a_module_may_ask_for_a_restart(front_end, tmp_path):
    (tmp_path / "helper.py").write_text("smuggle dvtc  # pip: dvtc==2.0\nx = 5\n")
    answer = front_end.run("import helper\nprint(helper.dvtc.__version__, helper.x)")
    assert answer.reply["status"] == "ok", answer.shown
    assert answer.shown.endswith("2.0 5\n")
