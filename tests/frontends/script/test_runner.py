"""A script that `davos run` runs is Python's main module, also to the processes it spawns."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

IN_TURN = pytest.mark.usefixtures("backend_in_turn")

USES = {
    "Pool": "with context.Pool(1) as pool: print(pool.map(f, [Thing(1)]))",
    "Process": (
        "queue = context.SimpleQueue()\n"
        "    one = context.Process(target=put, args=(queue, Thing(1)))\n"
        "    one.start(); print([queue.get()]); one.join()"
    ),
    "ProcessPoolExecutor": (
        "from concurrent.futures import ProcessPoolExecutor\n"
        "    with ProcessPoolExecutor(1, mp_context=context) as pool:\n"
        "        print([pool.submit(f, Thing(1)).result()])"
    ),
    "a child's child": (
        "from concurrent.futures import ProcessPoolExecutor\n"
        "    with ProcessPoolExecutor(1, mp_context=context) as pool:\n"
        "        print([pool.submit(nested, context, Thing(1)).result()])"
    ),
}
SCRIPT = """\
import multiprocessing, os, sys
import davos
smuggle dvt  # pip: dvt==1.0
davos.smuggle("json.decoder", "decoder")
import near
assert decoder.JSONDecoder
class Thing:
    def __init__(self, x): self.x = x
def f(thing):
    davos.smuggle("colorsys")
    assert colorsys.rgb_to_hsv and near.colorsys
    made = type(thing).__name__, thing.x, dvt.__version__, davos.project.name
    return (*made, __file__, "DAVOS" in " ".join(set(os.environ) - {{"DAVOS_HOME", "DAVOS_IMPORTS", "DAVOS_PIP_BACKEND"}}))
def put(queue, thing):
    queue.put(f(thing))
def nested(context, thing):
    with context.Pool(1) as pool: return pool.apply(f, [thing])
if __name__ == "__main__":
    davos.project = "other"
    context = multiprocessing.get_context({method!r})
    {use}
"""
METHODS = [pytest.param(method, marks=pytest.mark.slow) for method in ("spawn", "forkserver")]


@pytest.fixture
def run(tmp_path):
    """A function that runs a script, or other words, with davos; its process when it is done."""

    def call(text, *words):
        (tmp_path / "s.py").write_text(text, "utf-8")
        command = [sys.executable, *(words or ("-m", "davos", "run", "s.py"))]
        return subprocess.run(
            command,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=dict(os.environ),
        )

    return call


@IN_TURN
@pytest.mark.skipif(os.name == "nt", reason="there is no forkserver")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("use", USES)
def test_a_spawned_process_smuggles_from_the_parents_project(run, index, tmp_path, method, use):
    index("dvt", "1.0")
    (tmp_path / "near.py").write_text("smuggle colorsys\n")
    text = SCRIPT.format(method=method, use=USES[use])
    done = run(text)
    expected = ("Thing", 1, "1.0", "other", str(tmp_path / "s.py"), False)
    assert (done.stdout, done.returncode) == (f"[{expected}]\n", 0), done.stderr


SAME = {
    "the file": "print(__file__, sys.argv, sys.path[0])",
    "the module": "print(sys.modules['__main__'], __package__, bool(__spec__), __name__)",
    "no package": ("try:\n    from . import x\nexcept ImportError as error:\n    print(error.msg)"),
    "a missing name": "try:\n    import __main__; __main__.x\nexcept AttributeError as e: print(e)",
    "a class": (
        "import pickle, inspect, dataclasses\n"
        "@dataclasses.dataclass\nclass A:\n    x: int\n"
        "print(pickle.loads(pickle.dumps(A(1))), inspect.getsource(A), inspect.getmodule(A))"
    ),
    "a warning": "import warnings\nwarnings.simplefilter('always')\nwarnings.warn('w')",
}
PATHS = ["s.py", "./s.py", "folder/../s.py", "folder/link.py", "linked/s.py"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("what", SAME)
def test_a_script_sees_what_python_shows_it(run, tmp_path, path, what):
    if what in ("the module", "a class") and sys.version_info < (3, 10):
        pytest.skip("a module's repr names its __spec__, false or not")
    text = SAME[what]
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link.py").symlink_to("../s.py")
    (tmp_path / "linked").symlink_to(".")
    done, python = (
        run(f"import sys\n{text}\n", *words, path) for words in (["-m", "davos", "run"], [])
    )
    assert (done.stdout, done.stderr) == (python.stdout, python.stderr)


def test_a_reloader_may_start_the_specs_name(run):
    text = (
        "import subprocess, sys\n"
        "smuggle colorsys\n"
        "print(__name__, sys.argv[1:], flush=True)\n"
        "if len(sys.argv) == 1:\n"
        "    subprocess.run([sys.executable, '-m', __spec__.name, 'again'])\n"
    )
    done = run(text)
    assert done.stdout == "__main__ []\n__main__ ['again']\n", done.stderr


MODULE = """\
from .near smuggle x
import multiprocessing, os, sys
def f(v):
    smuggle colorsys
    return v, __name__ in ("__main__", "__mp_main__"), colorsys.__name__, __package__, x
if __name__ == "__main__":
    print(os.path.basename(__file__), sys.argv[1:], __package__, bool(__spec__), sys.path[0] == os.getcwd())
    print(sys.argv[0] == __file__, __spec__.parent, davos.project.name == __file__)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(f, [1]))
"""


@pytest.fixture
def package(tmp_path):
    """A package `pkg` whose modules smuggle."""
    (tmp_path / "pkg").mkdir()
    files = {
        "__init__.py": "import davos\nsmuggle colorsys\nproject = davos.project.name\n",
        "near.py": "smuggle json\nx = json.loads('3')\n",
        "mod.py": f"import davos\n{MODULE}",
        "__main__.py": "from . smuggle project\nprint('main', project, __file__)\n",
        "boom.py": "smuggle json\n\n1 / 0\n",
        "needs.py": "import dvt_nosuch\n",
        "faulty.py": "from json smuggle\n",
    }
    for name, text in files.items():
        (tmp_path / "pkg" / name).write_text(text)
    return tmp_path / "pkg"


@pytest.mark.slow
def test_a_module_runs_as_with_python(run, package):
    done = run("", "-m", "davos", "run", "-m", "pkg.mod", "a", "--", "-b")
    assert done.stdout.splitlines() == [
        "mod.py ['a', '--', '-b'] pkg True True",
        "True pkg True",
        "[(1, True, 'colorsys', 'pkg', 3)]",
    ], done.stderr


def test_of_a_package_the_main_module_runs_in_the_project_of_its_file(run, package):
    done = run("", "-m", "davos", "run", "-m", "pkg")
    file = package / "__main__.py"
    assert done.stdout == f"main {file} {file}\n", done.stderr


WRONG = {
    "nosuch": "No module named nosuch",
    "pkg.nosuch": "No module named pkg.nosuch",
    "pkg.near.x": "No module named pkg.near.x",
    ".near": "No module named .near",
    "json": "'json' is a package and cannot be directly executed",
    "sys": "sys has no code that could run",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_module_that_cannot_run_is_wrong_use(run, package, name):
    done = run("", "-m", "davos", "run", "-m", name)
    assert done.returncode == 2
    assert WRONG[name] in done.stderr
    assert "Traceback" not in done.stderr


FAILING = {
    "pkg.boom": ["boom.py", "line 3", "ZeroDivisionError"],
    "pkg.needs": ["needs.py", "line 1", "ModuleNotFoundError"],
    "pkg.faulty": ["faulty.py", "line 1", "expected one or more names"],
}


@pytest.mark.parametrize("name", FAILING)
def test_a_modules_error_is_shown_from_its_own_frame_on(run, package, name):
    done = run("", "-m", "davos", "run", "-m", name)
    assert done.returncode == 1
    assert all(word in done.stderr for word in FAILING[name])
    assert "davos/" not in done.stderr
    assert "importlib" not in done.stderr


def test_an_installed_module_runs_in_a_project_of_its_name(run, tmp_path, monkeypatch):
    installed = tmp_path / "site-packages"
    installed.mkdir()
    (installed / "dvt_tool.py").write_text("import davos, near\nprint(davos.project.name)\n")
    (tmp_path / "near.py").write_text("smuggle json\n")
    monkeypatch.setenv("PYTHONPATH", str(installed))
    done = run("", "-m", "davos", "run", "-m", "dvt_tool")
    assert (done.stdout, done.stderr) == ("dvt_tool\n", "")
