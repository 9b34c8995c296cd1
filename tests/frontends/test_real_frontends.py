"""Front ends as PyPI has them: a Jupyter server, papermill, old IPythons, Colab's versions.

Environments are made once a session. Colab itself cannot be had: its versions of IPython
and ipykernel run a shell of the module and name that Colab's has.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
import time
import urllib.request
from pathlib import Path

import pytest
from children import IPYTHON_WAYS, PRELUDE, WAYS, add_package
from kernel_environments import GIVEN
from shared_folders import made_once
from waiting import wait_for

from davos.environments.project import Project
from davos.installers.uv_command import find_uv

pytestmark = [pytest.mark.slow, pytest.mark.network]
BOTH = pytest.mark.usefixtures("pip_backend")
IN_TURN = pytest.mark.usefixtures("backend_in_turn")

ROOT = Path(__file__).parents[2]
PIP = ["-m", "pip", "--disable-pip-version-check", "install"]
NEEDS = ["lark", "packaging", "pip-requirements-parser"]
ENVIRONMENTS = {
    "jupyter": (None, ["ipykernel", "jupyter_server", "nbclient", "papermill", "rich", "pexpect"]),
    "colab": ("3.10", ["ipython==7.34.0", "ipykernel==5.5.6"]),
    "oldest kernel": ("3.9", ["ipython==7.34.0", "ipykernel==6.4.2"]),
    # These bound none of what they need; jedi 0.18 and ipykernel 6 came after them.
    "IPython 6": ("3.9", ["ipython==6.5.0", "jedi<0.18"]),
    "IPython 5": ("3.9", ["ipython==5.10.0", "jedi<0.18"]),
}


def find_python(version):
    """An interpreter of a version: on PATH, or of pyenv, whose shims may stand for none."""
    if version is None:
        return sys.executable
    home = Path(os.environ.get("PYENV_ROOT", Path("~/.pyenv").expanduser()))
    candidates = [f"python{version}", *sorted(home.glob(f"versions/{version}.*/bin/python"))]
    question = "import sys, venv; print('{}.{}'.format(*sys.version_info))"
    for candidate in candidates:
        try:
            done = subprocess.run(
                [candidate, "-c", question], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        if done.stdout.strip() == version:
            return str(candidate)
    pytest.skip(f"no Python {version} on this machine")


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """A function that gives the Python of an environment of the table, with davos in it."""

    def environment(name):
        version, packages = ENVIRONMENTS[name]
        base = find_python(version)
        folder = made_once(
            tmp_path_factory, name, lambda folder: make_environment(base, folder, packages)
        )
        return folder / "bin" / "python"

    return environment


def make_environment(base, folder, packages):
    """An environment with its own pip; uv, which is faster, puts the packages into it."""
    subprocess.run([base, "-m", "venv", folder], check=True, env=GIVEN)
    python = folder / "bin" / "python"
    uv = find_uv()
    installer = [uv, "pip", "install", "--python", python] if uv else [python, *PIP]
    own = ["--no-deps", "--no-build-isolation", "-e", ROOT]
    for words in ([*packages, *NEEDS, "setuptools>=77"], own):
        subprocess.run([*installer, "-q", *words], check=True, capture_output=True, env=GIVEN)


@pytest.fixture
def prepared(request, environment):
    """The Python of the environment that the test is for, made with the real index."""
    return environment(request.param)


def environments(*names):
    return pytest.mark.parametrize("prepared", names, indirect=True)


CELLS = [
    ("import davos; print(davos.environment)", None),
    ("smuggle dvt  # pip: dvt==1.0\nprint(dvt.__version__)", r"installed dvt 1\.0 .*1\.0\n$"),
    ("smuggle dvt  # pip: dvt==2.0\nprint(dvt.__version__)", r"installed dvt 2\.0 .*2\.0\n$"),
    ("from json smuggle *\nif True: smuggle os.path\nprint(loads('1'), os.sep)", r"^1 /\n$"),
    ("%time smuggle json\nimport asyncio\nawait asyncio.sleep(0)\nsmuggle bisect", None),
    ("1 +\nsmuggle json", "SyntaxError"),
    ("x = 1\nsmuggle a as", "DavosParserError"),
    ("davos.deactivate()\nsmuggle json", "NameError"),
    ("davos.activate()\n%reset -f\nimport davos", None),
    ("smuggle json\nprint(json.__name__)", "^json\n$"),
]


@IN_TURN
@environments("oldest kernel", "jupyter")
def test_cells_in_the_oldest_and_the_newest_kernel(prepared, start_kernel, index, tmp_path):
    index("dvt", "1.0")
    index("dvt", "2.0")
    kernel = start_kernel(tmp_path / "quickstart.ipynb", python=prepared)
    for cell, expected in CELLS:
        shown = kernel.run(cell, allow_error=bool(expected and "Error" in expected))
        assert expected is None or re.search(expected, shown, re.DOTALL), (cell, shown)


COLAB = {
    "google/__init__.py": "",
    "google/colab/__init__.py": "",
    "google/colab/_shell.py": """
        from ipykernel.zmqshell import ZMQInteractiveShell
        class Shell(ZMQInteractiveShell):
            pass
    """,
    "google/colab/_kernel.py": """
        from ipykernel.ipkernel import IPythonKernel
        from google.colab._shell import Shell
        from traitlets import Type
        class Kernel(IPythonKernel):
            shell_class = Type(Shell)
    """,
    "ipykernel_launcher.py": """
        from ipykernel.kernelapp import IPKernelApp
        from google.colab._kernel import Kernel
        IPKernelApp.launch_instance(kernel_class=Kernel)
    """,
}


@BOTH
@environments("colab")
def test_colab_as_far_as_it_can_be_simulated(prepared, start_kernel, index, tmp_path):
    index("dvt", "1.0")
    for path, text in COLAB.items():
        file = tmp_path / "colab" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
    content = tmp_path / "content"
    content.mkdir()
    env = {"PYTHONPATH": str(tmp_path / "colab")}
    kernel = start_kernel(python=prepared, cwd=content, env=env)
    kernel.run("import davos")
    assert kernel.run("print(davos.environment)") == "Colaboratory\n"
    shown = kernel.run("smuggle dvt  # pip: dvt==1.0\nprint(dvt.__version__)")
    assert "installed dvt 1.0 (project colaboratory)\n1.0\n" in shown
    assert "Warning" not in shown
    refused = kernel.run("davos.auto_rerun = True", allow_error=True)
    assert "DavosConfigError" in refused
    assert "does not work on Colab" in refused
    assert kernel.run("print(davos.auto_rerun)") == "False\n"


@BOTH
@environments("jupyter")
def test_a_jupyter_server_tells_the_notebooks_path(prepared, index, tmp_path, monkeypatch):
    """JupyterLab 4 and Notebook 7 open notebooks through this server's session API."""
    index("dvt", "1.0")
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "my notebook.ipynb").write_text(
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{prepared.parent}:{os.environ['PATH']}")
    options = ["--allow-root", "--no-browser", "--port=0", f"--ServerApp.root_dir={folder}"]
    token = "--IdentityProvider.token=secret"
    with subprocess.Popen(
        [prepared, "-m", "jupyter_server", *options, token],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            server_file = wait_for(
                lambda: next(tmp_path.rglob("jpserver-*.json"), None), seconds=150
            )
            url = json.loads(server_file.read_text())["url"]
            session = post(
                url + "api/sessions",
                {
                    "path": "my notebook.ipynb",
                    "type": "notebook",
                    "name": "my notebook.ipynb",
                    "kernel": {"name": "python3"},
                },
            )
            kernel_id = session["kernel"]["id"]
            file = wait_for(
                lambda: next(tmp_path.rglob(f"kernel-{kernel_id}.json"), None), seconds=150
            )
            shown = run_in(
                file, "import davos\nprint(davos.project.name)", "smuggle dvt  # pip: dvt==1.0"
            )
        finally:
            server.terminate()
    assert shown[0] == f"{folder / 'my notebook.ipynb'}\n"
    assert shown[1].endswith("installed dvt 1.0 (project my notebook)")


def post(url, data):
    headers = {"Authorization": "token secret", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(data).encode(), headers)
    end = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def text_of(content):
    """What a message shows: the text of a stream, or that of a display."""
    return content.get("text", "") or content.get("data", {}).get("text/plain", "")


def is_ready(client):
    """Whether a kernel answers; a client takes one that starts slowly for dead."""
    try:
        client.wait_for_ready(timeout=60)
    except RuntimeError:
        return False
    return True


def run_in(connection_file, *cells):
    """Run cells in a kernel that somebody else started; what each printed."""
    from jupyter_client.blocking.client import BlockingKernelClient

    client = BlockingKernelClient(connection_file=str(connection_file))
    client.load_connection_file()
    client.start_channels()
    wait_for(lambda: is_ready(client))
    shown = []
    for cell in cells:
        texts = []
        client.execute_interactive(
            cell,
            timeout=60,
            output_hook=lambda message, texts=texts: texts.append(text_of(message["content"])),
        )
        shown.append("".join(texts))
    client.stop_channels()
    return shown


@pytest.fixture
def run_papermill(environment, tmp_path):
    """A function that runs cells with papermill; what each printed."""
    nbformat = pytest.importorskip("nbformat")
    python = environment("jupyter")

    def run(*cells):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
        kernelspec = {"name": "python3", "display_name": "", "language": "python"}
        notebook.metadata["kernelspec"] = kernelspec
        nbformat.write(notebook, tmp_path / "in.ipynb")
        command = [python, "-m", "papermill", tmp_path / "in.ipynb"]
        done = subprocess.run(
            [*command, tmp_path / "out.ipynb"],
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
            env={**os.environ, "HOME": str(tmp_path)},
        )
        assert done.returncode == 0, done.stderr
        return [
            "".join(one.get("text", "") for one in cell.outputs if one.get("name") == "stdout")
            for cell in nbformat.read(tmp_path / "out.ipynb", 4).cells
        ]

    return run


@BOTH
def test_papermill_runs_a_notebook_that_smuggles(run_papermill, index):
    index("dvt", "1.0")
    shown = run_papermill("import davos", "smuggle dvt  # pip: dvt==1.0\nprint(dvt.__version__)")
    assert shown[1].endswith("1.0\n")


@BOTH
def test_papermill_runs_a_notebook_that_restarts_its_kernel(run_papermill, compiled):
    cells = [f"smuggle dvtc  # pip: dvtc=={n}.0\nprint(dvtc.__version__, x)" for n in (1, 2)]
    shown = run_papermill("import davos\ndavos.auto_rerun = True", "x = 1", *cells, "print(x)")
    assert shown[2].endswith("1.0 1\n")
    assert shown[3].endswith("restarted the kernel and ran 3 cells again\n2.0 1\n")
    assert shown[4] == "1\n"


@BOTH
def test_what_papermill_runs_starts_processes_of_its_project(run_papermill, index):
    add_package(index, "1.0")
    ways = [WAYS["subprocess, sys.executable"], IPYTHON_WAYS["!tool"], WAYS["Pool, spawn"]]
    shown = run_papermill("import davos", "smuggle dvt  # pip: dvt==1.0", PRELUDE, *ways)
    prefix = Project.named("davos-fallback").prefix
    assert [one.strip() for one in shown[3:]] == [f"('1.0', '{prefix}')"] * 3


SHELL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(ast_node_interactivity="all")
for cell in {cells!r}:
    shell.run_cell(cell)
"""


@environments("IPython 6", "IPython 5")
def test_ipython_before_7(prepared, index, tmp_path):
    """With `ast_node_interactivity` "all": else they compile no statement on Python >= 3.8."""
    index("dvt", "1.0")
    cells = [
        "import davos",
        "print(davos.environment)",
        "smuggle dvt  # pip: dvt==1.0",
        "print(dvt.__version__)",
        "from json smuggle *",
        "print(loads('1'))",
        "smuggle a as",
        "print(davos.deactivate(), 'smuggle' in globals())",
        "smuggle json",
    ]
    done = subprocess.run(
        [prepared, "-W", "ignore", "-c", SHELL.format(cells=cells)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    shown = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    assert "IPython<7.0\ninstalled dvt 1.0 (project ipython-shell)\n1.0\n1\n" in shown
    assert "DavosParserError: expected a name after 'as'" in shown
    assert shown.count("SyntaxError") == 1, "davos is off"
    assert "None False" in shown


@environments("jupyter", "IPython 6")
def test_a_terminal_takes_smuggle_statements_and_blocks(prepared, index, tmp_path):
    pexpect = pytest.importorskip("pexpect")
    index("dvt", "1.0")
    env = {**os.environ, "HOME": str(tmp_path), "TERM": "dumb", "PROMPT_TOOLKIT_NO_CPR": "1"}
    options = [
        "-W",
        "ignore",
        "-m",
        "IPython",
        "--no-banner",
        "--colors=NoColor",
        "--simple-prompt",
        "--InteractiveShell.ast_node_interactivity=all",
    ]
    with pexpect.spawn(str(prepared), options, env=env, encoding="utf-8", timeout=40) as terminal:
        for number, line in enumerate(["import davos", "smuggle dvt  # pip: dvt==1.0"], 1):
            terminal.expect_exact(f"In [{number}]: ")
            terminal.sendline(line)
        terminal.expect_exact("installed dvt 1.0 (project ipython-shell)")
        terminal.expect_exact("In [3]: ")
        terminal.sendline("if dvt:")
        terminal.expect_exact("...: ")
        terminal.sendline("    smuggle json as j")
        terminal.expect_exact("...: ")
        terminal.sendline("")
        terminal.expect_exact("In [4]: ")
        terminal.sendline("print(j.__name__, dvt.__version__)")
        terminal.expect_exact("json 1.0")
