"""A script that `davos run` runs is Python's main module, also to the processes it spawns."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

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
    return (*made, __file__, "DAVOS" in " ".join(set(os.environ) - {{"DAVOS_HOME"}}))
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
