"""Test modules, conftest files and doctest modules smuggle, and asserts are rewritten."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

import davos
from davos.frontends.pytest_plugin import default_project

BOTH = pytest.mark.usefixtures("pip_backend")

FILES = {
    "conftest.py": (
        "smuggle colorsys\nimport pytest\n"
        "@pytest.fixture\ndef two():\n    smuggle decimal\n    return decimal.Decimal(2)\n"
    ),
    "tests/test_near.py": (
        '"""Doc."""\nfrom __future__ import annotations\n'
        "from json smuggle (\n    loads)\nimport davos\n"
        "def test_fixture(two):\n    assert two + 1 == 3 and __doc__ == 'Doc.'\n"
        "def test_project():\n    assert davos.project.name.endswith('conftest.py')\n"
        "def test_fails():\n    values = [1, 2, 3]\n    assert loads('[1, 2]') == values\n"
    ),
    "tests/test_plain.py": "def test_plain():\n    one = 1\n    assert one == 2\n",
}
FAILURES = [
    "E       assert [1, 2] == [1, 2, 3]",
    "E         Right contains one more item: 3",
    "tests/test_near.py:12: AssertionError",
    "E       assert 1 == 2",
    "2 failed, 2 passed",
]


@pytest.fixture
def write(tmp_path):
    """A function that writes files into the folder of the tests that run."""

    def files(texts):
        for name, text in texts.items():
            path = tmp_path / "run" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return tmp_path / "run"

    return files


@pytest.fixture
def run(tmp_path, write):
    """A function that runs pytest, with davos' entry point, on the files."""
    # An editable install has the entry points of the day on which it was made.
    info = tmp_path / "plugin" / "dvt_plugin-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dvt-plugin\nVersion: 0\n")
    (info / "entry_points.txt").write_text("[pytest11]\ndavos = davos.frontends.pytest_plugin\n")
    dropped = {"PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONDONTWRITEBYTECODE"}

    def call(*args, words=("-m", "pytest")):
        environ = {name: text for name, text in os.environ.items() if name not in dropped}
        path = [str(info.parent), *filter(None, [environ.get("PYTHONPATH")])]
        environ["PYTHONPATH"] = os.pathsep.join(path)
        command = [sys.executable, *words, "-q", "-p", "no:cacheprovider", *args]
        done = subprocess.run(
            command, cwd=write({}), capture_output=True, text=True, check=False, env=environ
        )
        return done.stdout + done.stderr

    return call


MODES = [
    (),
    ("--import-mode=importlib",),
    ("--import-mode=append",),
    pytest.param(("-n", "2"), marks=pytest.mark.slow),
    ("-o", "enable_assertion_pass_hook=true"),
]


@pytest.mark.parametrize("args", MODES, ids=" ".join)
def test_test_modules_and_conftest_files_smuggle_with_asserts_rewritten(run, write, args):
    write(FILES)
    output = run(*args)
    assert [line for line in FAILURES if line not in output] == [], output


def test_davos_run_runs_pytest(run, write):
    write(FILES)
    output = run(words=("-m", "davos", "run", "-m", "pytest"))
    assert [line for line in FAILURES if line not in output] == [], output
    assert "Warning" not in output


def test_plain_asserts_stay_plain(run, write):
    write(FILES)
    output = run("--assert=plain")
    assert "2 failed, 2 passed" in output
    assert "Right contains" not in output


def test_without_the_plugin_such_a_file_is_a_syntax_error(run, write):
    write(FILES)
    assert "SyntaxError" in run("-p", "no:davos")


def test_bytecode_is_not_shared_with_runs_without_davos(run, write):
    folder = write(FILES)
    run()
    written = {path.name.partition(".")[0] for path in folder.rglob("*.pyc")}
    assert written == {"test_plain"}
    near = folder / "tests" / "test_near.py"
    cached = next(folder.rglob("*.pyc"))
    plain = "def test_fails():\n    assert 'plain' == 5\n"
    near.write_text(plain)
    assert "'plain' == 5" in run("tests/test_near.py", "-p", "no:davos", "--noconftest")
    assert cached.with_name(cached.name.replace("plain", "near")).exists()
    near.write_text("smuggle json\n" + plain.replace("plain", "later"))
    assert "'later' == 5" in run("tests/test_near.py")


def test_doctest_modules_smuggle(run, write):
    write(
        {
            "near.py": (
                "smuggle json\nclass A:\n    '''\n    >>> json.loads('1')\n    1\n    '''\n"
                "def f():\n    '''\n    >>> f()\n    5\n    '''\n    return 4\n"
            )
        }
    )
    output = run("--doctest-modules")
    assert "1 failed, 1 passed" in output
    assert "near.py:9: DocTestFailure" in output


def test_a_faulty_statement_is_shown_at_its_line(run, write):
    write({"test_near.py": "x = 1\nfrom json smuggle\n"})
    output = run()
    assert 'test_near.py", line 2' in output
    assert "expected one or more names after 'smuggle'" in output


@BOTH
@pytest.mark.slow
def test_a_test_installs_into_the_project_of_the_file_that_configures_pytest(
    run, write, index, davos_home
):
    index("dvt", "1.0")
    text = (
        "smuggle dvt  # pip: dvt==1.0\ndef test_version():\n    assert dvt.__version__ == '1.0'\n"
    )
    write({"test_near.py": text, "test_far.py": text, "pytest.ini": "[pytest]\n"})
    assert "2 passed" in run("-n", "2")
    assert [path.name[:10] for path in (davos_home / "projects").iterdir()] == ["pytest.ini"]


PROJECTS = [
    (["pytest.ini", "conftest.py"], "pytest.ini", "pytest.ini"),
    (["conftest.py"], None, "conftest.py"),
    ([], None, "pytest-a_b"),
]


@pytest.mark.parametrize(("files", "configured", "expected"), PROJECTS)
def test_the_project_of_a_run(tmp_path, files, configured, expected):
    root = tmp_path / "a b"
    root.mkdir()
    for name in files:
        (root / name).touch()
    config = SimpleNamespace(rootpath=root, inipath=root / configured if configured else None)
    found = default_project(config)
    assert found == (str(root / expected) if files else expected)
    assert davos.Project(found).name == found


def test_the_plugin_loads_little():
    code = (
        "import pytest, sys; before = set(sys.modules)\n"
        "import davos.frontends.pytest_plugin\n"
        "print(*sorted(name for name in set(sys.modules) - before if name[:5] != '__edi'))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    own = [name for name in done.stdout.split() if name.startswith("davos")]
    others = {"lark", "packaging.requirements", "IPython", "pip_requirements_parser"}
    assert others.isdisjoint(done.stdout.split())
    assert not [n for n in own if n.startswith(("davos.engine", "davos.syntax", "davos.onion"))]
