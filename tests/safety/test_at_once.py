"""Kernels, threads, forks and modules that smuggle at the same time: each once, no deadlock."""

from __future__ import annotations

import pytest
from waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("pip_backend")]


# Prints how often this session ran an installer.
COUNT = """
from davos import subprocesses
runs, real = [], subprocesses.run
def count(argv, *args, **kwargs):
    runs.append(argv)
    return real(argv, *args, **kwargs)
subprocesses.run = count
"""


@pytest.mark.parametrize("kernels", [2, 8])
def test_kernels_install_the_same_package_once(start_session, index, project_dir, kernels):
    index("dva", "1.0", requires=["dvb"])
    index("dvb", "1.0")
    code = f"{COUNT}\ndavos.smuggle('dva', args_str='dva==1.0')\nprint(dva.__version__, len(runs))"
    sessions = [start_session(code) for _ in range(kernels)]
    results = sorted(session.result().strip() for session in sessions)
    assert results == ["1.0 0"] * (kernels - 1) + ["1.0 1"]
    assert len(list(project_dir.glob("lib/*/site-packages/*.dist-info"))) == 2


@pytest.mark.parametrize("kernels", [2, 8])
def test_kernels_install_different_packages(start_session, index, project_dir, kernels):
    index("dvshared", "1.0")
    for number in range(kernels):
        index(f"dv{number}", "1.0", requires=["dvshared"])
    sessions = [
        start_session(
            f"{COUNT}\ndavos.smuggle('dv{number}', args_str='dv{number}==1.0')\n"
            f"import dvshared\nprint(dv{number}.__version__, len(runs))"
        )
        for number in range(kernels)
    ]
    assert [session.result().strip() for session in sessions] == ["1.0 1"] * kernels
    found = sorted(path.name for path in project_dir.glob("lib/*/site-packages/*.dist-info"))
    assert found == sorted(f"dv{n}-1.0.dist-info" for n in [*range(kernels), "shared"])


WAITING = """
import threading, _thread
from davos.environments.project import Project
config = davos.config
config.suppress_stdout = False
statuses = []
engine = davos._session.engine
def status(text, *, stays=True):
    statuses.append(text)
    if "waiting" in text:
        print(text, flush=True)
engine.frontend.status = status
"""


def test_a_waiting_kernel_says_so_and_can_be_interrupted(start_session, index):
    index("dva", "1.0")
    holder = start_session(
        "import os, time\n"
        "with davos.config.project.lock():\n"
        "    print('held', flush=True)\n"
        "    time.sleep(100)\n"
    )
    assert holder.process.stdout.readline() == "held\n"
    waiting = start_session(
        f"{WAITING}\n"
        "try:\n"
        "    davos.smuggle('dva', args_str='dva==1.0')\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', statuses[-1] == '')\n"
    )
    assert waiting.process.stdout.readline() == (
        f"pip: dva==1.0: waiting for process {holder.pid} (shared)\n"
    )
    waiting.process.send_signal(2)
    assert waiting.result() == "interrupted True\n"


def test_a_kernel_waits_for_a_package_that_is_being_installed(start_session, write_large_wheel):
    """Its files are there before pip has finished, but half a package is not imported."""
    write_large_wheel("1.0")
    first = start_session("davos.smuggle('davoslarge', args_str='davoslarge==1.0')")
    wait_for(first.children)
    code = "davos.smuggle('davoslarge'{})\nfrom davoslarge.part39 import v\nprint(v)"
    others = [start_session(code.format(onion)) for onion in ("", ", args_str='davoslarge'")]
    assert [other.result() for other in others] == ["1.0\n", "1.0\n"]
    first.result()


THREADS = """
import threading, sys
def smuggle(number):
    try:
        for name in ("dva", f"dv{number}"):
            davos.smuggle(name, args_str=f"{name}==1.0")
    except BaseException as error:
        print(repr(error))
threads = [threading.Thread(target=smuggle, args=(number,)) for number in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join(100)
print(sorted(next(word for word in run if "==1.0" in word) for run in runs), dva.count)
"""


def test_threads_install_each_package_once(start_session, index):
    index("dva", "1.0", {"dva.py": "import sys\ncount = sys.dv = getattr(sys, 'dv', 0) + 1\n"})
    for number in range(4):
        index(f"dv{number}", "1.0")
    output = start_session(COUNT + THREADS).result()
    names = ["dv0", "dv1", "dv2", "dv3", "dva"]
    assert output == f"{[f'{name}==1.0' for name in names]} 1\n"


REPLACING = """
davos.smuggle("dva", args_str="dva==1.0")
import threading
seen = []
def smuggle():
    try:
        davos.smuggle("dva", args_str="dva==2.0")
        seen.append(sys.modules["dva"].v)
    except BaseException as error:
        seen.append(repr(error))
threads = [threading.Thread(target=smuggle) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join(100)
print(seen, len(runs), sys.loads)
"""


def test_threads_replace_a_loaded_package_once(start_session, index):
    body = "import sys, time\nsys.loads = getattr(sys, 'loads', 0) + 1\ntime.sleep(0.3)\nv = {}\n"
    for version in (1, 2):
        index("dva", f"{version}.0", {"dva.py": body.format(version)})
    assert start_session(COUNT + REPLACING).result() == "[2, 2, 2, 2, 2, 2] 2 2\n"


SMUGGLES = "import davos\ndavos.smuggle({0!r}, args_str='{0}==1.0')\nimport {0}\nv = {0}.{1}\n"


def test_a_smuggled_module_smuggles(start_session, index):
    index("dva", "1.0", {"dva.py": SMUGGLES.format("dvb", "v")})
    index("dvb", "1.0", {"dvb.py": SMUGGLES.format("dvc", "__version__")})
    index("dvc", "1.0")
    code = f"{COUNT}\ndavos.smuggle('dva', args_str='dva==1.0')\nprint(dva.v, len(runs))"
    assert start_session(code).result() == "1.0 3\n"


def test_modules_that_smuggle_each_other_are_a_cycle_like_any_other(start_session, index):
    for one, other in (("dva", "dvb"), ("dvb", "dva")):
        text = f"import davos\nv = 1\ndavos.smuggle({other!r}, args_str='{other}==1.0')\n"
        index(one, "1.0", {f"{one}.py": text})
    code = f"{COUNT}\ndavos.smuggle('dva', args_str='dva==1.0')\nprint(dva.v, len(runs))"
    assert start_session(code).result() == "1 2\n"


IMPORTING = """
import threading
sys.path.insert(0, {folder!r})
def load(name):
    try:
        __import__(name)
    except BaseException as error:
        print(repr(error))
threads = [threading.Thread(target=load, args=(name,)) for name in ("local_a", "local_b")]
for thread in threads: thread.start()
for thread in threads: thread.join(100)
print(any(thread.is_alive() for thread in threads), sys.modules["local_a"].v, len(runs))
"""


def test_modules_that_smuggle_while_two_threads_import_them(start_session, index, tmp_path):
    """One thread holds an import lock and wants davos; the other imports under davos."""
    index("dva", "1.0", {"dva.py": "import time\ntime.sleep(0.3)\nimport local_b\nv = 1\n"})
    index("dvb", "1.0")
    (tmp_path / "local_a.py").write_text(SMUGGLES.format("dva", "v"))
    (tmp_path / "local_b.py").write_text(SMUGGLES.format("dvb", "__version__"))
    code = COUNT + IMPORTING.format(folder=str(tmp_path))
    assert start_session(code).result() == "False 1 2\n"


FORKED = """
import os
davos.smuggle("dva", args_str="dva==1.0")
child = os.fork()
if not child:
    davos.smuggle("dva", args_str="dva==1.0")
    davos.smuggle("dvb", args_str="dvb==1.0")
    print("child", dvb.__version__, len(runs), flush=True)
    os._exit(0)
status = os.waitpid(child, 0)[1]
davos.smuggle("dvb", args_str="dvb==1.0")
print("parent", status, dvb.__version__, len(runs))
"""


def test_a_forked_child_smuggles(start_session, index):
    for name in ("dva", "dvb"):
        index(name, "1.0")
    output = start_session(COUNT + FORKED).result()
    assert output == "child 1.0 2\nparent 0 1.0 1\n"


FORK_MEANWHILE = """
import os, threading, time
from pathlib import Path
thread = threading.Thread(target=davos.smuggle, args=("davoslarge",),
                          kwargs={"args_str": "davoslarge==1.0"})
thread.start()
while not runs:
    time.sleep(0.01)
go, stop = os.pipe()
child = os.fork()
if not child:
    os.close(stop)
    os.read(go, 1)  # lives on until the parent is done
    davos.smuggle("dvb", args_str="dvb==1.0")
    print("child", dvb.__version__, flush=True)
    os._exit(0)
thread.join()
davos.smuggle("dva", args_str="dva==1.0")
print("parent", dva.__version__, flush=True)
os.write(stop, b"x")
os.waitpid(child, 0)
"""


def test_a_fork_in_mid_install_keeps_no_lock(start_session, index, write_large_wheel):
    write_large_wheel("1.0")
    for name in ("dva", "dvb"):
        index(name, "1.0")
    assert start_session(COUNT + FORK_MEANWHILE).result() == "parent 1.0\nchild 1.0\n"


PROCESSES = """
import multiprocessing
davos.smuggle("dva", args_str="dva==1.0")
def main(method):
    with multiprocessing.get_context(method).Pool(2) as pool:
        print(pool.map(dva.work, range(3)))
main({method!r})
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_worker_processes_see_the_project(start_session, index, method):
    index("dva", "1.0", {"dva.py": "def work(number):\n    return number + 1\n"})
    assert start_session(PROCESSES.format(method=method)).result() == "[1, 2, 3]\n"
