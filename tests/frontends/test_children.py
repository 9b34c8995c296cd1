"""What a notebook starts sees what the notebook sees, and everything else is left alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from children import IPYTHON_WAYS, OWN_MODULE, OWN_WAYS, PRELUDE, PRINTS, WAYS, add_package

from davos.distributions.index import site_folders
from davos.environments.project import Project

pytestmark = pytest.mark.slow
BOTH = pytest.mark.usefixtures("pip_backend")


def where(shown):
    """The versions and prefixes that were printed, one for each process."""
    return re.findall(r"\('([^']*)', '([^']*)'\)", shown)


def listing(folders):
    """Every file below some folders with size and time, but for bytecode."""
    return {
        str(path): (found.st_size, found.st_mtime_ns)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and (found := path.stat())
    }


@pytest.fixture
def project(tmp_path):
    """The project of the fixture `kernel`."""
    return Project(tmp_path / "quickstart.ipynb")


@BOTH
def test_what_a_cell_starts_finds_the_project_and_another_python_does_not(
    index, kernel, project, tmp_path
):
    for version in ("1.0", "2.0"):
        add_package(index, version)
    kernel.run(f"{PRELUDE}import os\nbefore = sys.executable, dict(os.environ)")
    kernel.run("import davos")
    (tmp_path / "dvt_satisfied.py").write_text("smuggle json\nimport sys\n", "utf-8")
    near = f"import os\nos.chdir({str(tmp_path)!r})\nsys.path.insert(0, '')\nimport dvt_satisfied"
    satisfied = "import dvt_satisfied; print(dvt_satisfied.sys.prefix)"
    shown = kernel.run(f"{near}\nprint(output([sys.executable, '-c', {satisfied!r}]))")
    assert shown == f"{project.prefix}\n"  # nothing was installed yet
    kernel.run("smuggle dvt  # pip: dvt==1.0")
    found = {name: where(kernel.run(code)) for name, code in {**WAYS, **IPYTHON_WAYS}.items()}
    # A fork is this process, so its prefix is, too.
    forked = {"Pool, fork", "futures, fork"}
    expected = {
        name: [("1.0", sys.prefix if name in forked else str(project.prefix))] for name in found
    }
    assert found == expected
    (tmp_path / "dvt_helper.py").write_text(OWN_MODULE, "utf-8")
    kernel.run("import dvt_helper")
    own = {name: where(kernel.run(code)) for name, code in OWN_WAYS.items()}
    assert own == {name: expected[name] for name in own}
    kernel.run("davos.deactivate()")
    plain = "subprocess.run([sys.executable, '-c', 'import dvt_helper'], stderr=subprocess.PIPE)"
    assert kernel.run(f"print(b'SyntaxError' in {plain}.stderr)") == "True\n"
    kernel.run("davos.activate()")
    other = "import importlib.util, os; print(importlib.util.find_spec('dvt'), 'PYTHONPATH' in os.environ)"
    shown = kernel.run(f"print(output([{os.path.realpath(sys.executable)!r}, '-c', {other!r}]))")
    assert shown == f"None {'PYTHONPATH' in os.environ}\n"
    shown = kernel.run("davos.project = None\nprint(before == (sys.executable, dict(os.environ)))")
    assert shown.endswith("True\n")


def test_pip_of_a_cell_installs_into_the_project(index, kernel, project):
    for version in ("1.0", "2.0"):
        add_package(index, version)
    index("dvfirst", "1.0")
    index("dvsecond", "1.0")
    base = listing(site_folders())
    kernel.run("import davos")
    kernel.run("smuggle dvt  # pip: dvt==1.0")
    for command, name in (("%pip", "dvfirst"), ("!pip", "dvsecond")):
        shown = kernel.run(f"{command} install {name}\nimport {name}\nprint({name}.__file__)")
        assert shown.endswith(f"{project.site_packages_dir}/{name}.py\n"), shown
    shown = kernel.run("%pip install davos")
    assert "already satisfied: davos" in shown
    frozen = "dvfirst==1.0\ndvsecond==1.0\ndvt=={}\n"
    assert kernel.run("print(davos.project.freeze())") == frozen.format("1.0")
    kernel.run("!pip install dvt==2.0")
    shown = kernel.run("smuggle dvt  # pip: dvt==1.0\nprint(dvt.VERSION)")
    assert "installed dvt 1.0 " in shown
    kernel.run("!pip3 install dvt==2.0")
    shown = kernel.run("smuggle dvt  # pip: dvt==2.0\nprint(dvt.VERSION)")
    assert "2.0\n" in shown
    assert "another process changed project quickstart: it has dvt 2.0" in shown
    assert "installed dvt" not in shown  # pip has done that
    assert kernel.run("print(davos.project.freeze())") == frozen.format("2.0")
    kernel.run("!pip uninstall -y dvfirst")
    assert "dvfirst" not in kernel.run("print(davos.project.freeze())")
    assert listing(site_folders()) == base


@BOTH
def test_a_kernel_whose_project_exists_is_activated_before_the_first_smuggle(
    start_kernel, index, project, tmp_path
):
    add_package(index, "1.0")
    first = start_kernel(project.name)
    first.run("import davos")
    first.run("smuggle dvt  # pip: dvt==1.0")
    second = start_kernel(project.name)
    second.run(f"{PRELUDE}import davos")
    assert where(second.run(WAYS["subprocess, sys.executable"])) == [("1.0", str(project.prefix))]
    # A kernel that a cell starts is one of the project, without a warning of IPython's.
    code = (
        "from jupyter_client.manager import start_new_kernel\n"
        "manager, client = start_new_kernel(kernel_name='python3')\n"
        f"reply = client.execute_interactive({PRINTS!r}, timeout=60)\n"
        "client.stop_channels(); manager.shutdown_kernel(now=True)"
    )
    shown = second.run(code)
    assert where(shown) == [("1.0", str(project.prefix))]
    assert "virtualenv" not in shown


def test_after_a_restart_in_place_kernel_and_children_have_the_same_compiled_package(
    front_end, tmp_path
):
    ask = (
        "import subprocess, sys, os\n"
        "def child(python=sys.executable):\n"
        "    code = 'import dvtc; print(dvtc.__version__)'\n"
        "    return subprocess.run([python, '-c', code], stdout=-1, text=True).stdout.strip()\n"
        "print(dvtc.__version__, child(), child('python'), sys.executable, sys.prefix,\n"
        "      os.readlink('/proc/self/exe'), os.environ['PATH'])"
    )
    before = front_end.run(ask).shown.split(maxsplit=6)
    front_end.run("smuggle dvtc  # pip: dvtc==2.0")
    after = front_end.run(ask).shown.split(maxsplit=6)
    assert (before[:3], after[:3]) == (["1.0"] * 3, ["2.0"] * 3)
    assert before[3:] == after[3:]
    assert Path(after[3]).parent == Project(tmp_path / "quickstart.ipynb").prefix / "bin"


def test_uv_of_a_cell_installs_into_the_project(index, kernel, project):
    program = pytest.importorskip("uv", reason="needs the extra 'uv'").find_uv_bin()
    add_package(index, "1.0")
    index("dvfirst", "1.0")
    kernel.run("import davos")
    kernel.run("smuggle dvt  # pip: dvt==1.0")
    command = f"!{program} pip install --no-config --no-index --find-links={index.folder} dvfirst"
    shown = kernel.run(f"{command}\nimport dvfirst\nprint(dvfirst.__file__)")
    assert shown.endswith(f"{project.site_packages_dir}/dvfirst.py\n"), shown
    assert kernel.run("print(davos.project.freeze())") == "dvfirst==1.0\ndvt==1.0\n"
    kernel.run(f"!{program} pip uninstall --no-config dvfirst")
    shown = kernel.run("smuggle dvfirst  # pip: dvfirst==1.0")
    assert "installed dvfirst 1.0 " in shown


CELLS = [
    "import davos",
    "smuggle dvt  # pip: dvt==1.0",
    PRELUDE,
    WAYS["subprocess, sys.executable"],
    WAYS["subprocess, python"],
    IPYTHON_WAYS["!tool"],
    WAYS["futures, spawn"],
]


@BOTH
def test_a_notebook_that_nbclient_runs_starts_processes_of_its_project(index, tmp_path):
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    add_package(index, "1.0")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    nbclient.NotebookClient(notebook, timeout=90).execute(cwd=str(tmp_path))
    shown = "".join(one.get("text", "") for cell in notebook.cells for one in cell.outputs)
    assert where(shown) == [("1.0", str(Project.named("davos-fallback").prefix))] * 4


@BOTH
def test_ipython_in_a_terminal_starts_processes_of_its_project(index, tmp_path):
    add_package(index, "1.0")
    lines = [line for cell in CELLS[:2] + CELLS[3:6] for line in cell.splitlines()]
    define = f"exec({PRELUDE!r})"
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "--simple-prompt"],
        input="\n".join([define, *lines, ""]),
        cwd=tmp_path,
        env={**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), "TERM": "dumb"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert where(done.stdout) == [("1.0", str(Project.named("ipython-shell").prefix))] * 3


SCRIPT = f"""\
{PRELUDE}
smuggle dvt  # pip: dvt==1.0
if __name__ == "__main__":
    {{}}
"""


def davos_run(file, cwd):
    """What `davos run` of a file prints."""
    done = subprocess.run(
        [sys.executable, "-m", "davos", "run", file],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@BOTH
def test_a_notebook_of_davos_run_starts_processes_of_its_project(index, tmp_path):
    nbformat = pytest.importorskip("nbformat")
    add_package(index, "1.0")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    nbformat.write(notebook, tmp_path / "n.ipynb")
    shown = davos_run(tmp_path / "n.ipynb", tmp_path)
    assert where(shown) == [("1.0", str(Project(tmp_path / "n.ipynb").prefix))] * 4


@BOTH
def test_a_script_of_davos_run_starts_processes_of_its_project(index, tmp_path):
    add_package(index, "1.0")
    indented = [code.replace("\n", "\n    ") for code in WAYS.values()]
    script = tmp_path / "s.py"
    script.write_text(SCRIPT.format("\n    ".join(indented)))
    shown = davos_run(script, tmp_path)
    prefix = str(Project(script).prefix)
    expected = [("1.0", sys.prefix if "fork" in name.split() else prefix) for name in WAYS]
    assert where(shown) == expected
