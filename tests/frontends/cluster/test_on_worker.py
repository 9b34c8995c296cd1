"""What a worker does first: also one without davos, and with another Python."""

import importlib
import inspect
import json
import pickle
import subprocess
import sys

import pytest
from test_real_frontends import find_python

from davos.frontends.cluster import on_worker
from davos.frontends.cluster.on_worker import Guard

PAYLOAD = {
    "session": "another process",
    "davos": "0.3.0",
    "project": "cluster-nb",
    "python": list(sys.version_info[:2]),
    "platform": "",
    "requirements": [
        {"modules": ["dvtx"], "installer": "pip", "args": "dvtx==1.0", "shown": "dvtx==1.0"}
    ],
    "versions": {},
}
CODE = """
import json, sys
found = eval(sys.argv[1], json.loads(sys.stdin.read()))
try:
    import dvtx
except ImportError as error:
    found["raised"] = str(error)
found["last"] = eval(sys.argv[2])["failed"]
print(json.dumps(found))
"""


def run(python, *options, payload=PAYLOAD, cwd):
    """What a worker's process gives back, where davos cannot be imported."""
    data = json.dumps({"text": inspect.getsource(on_worker), "payload": payload})
    command = [python, *options, "-c", CODE, on_worker.PROVIDE, on_worker.LAST_OUTCOME]
    done = subprocess.run(command, input=data, capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_process_without_davos_says_so_and_its_imports_fail(tmp_path):
    (tmp_path / "dvtx.py").write_text("")
    found = run(sys.executable, "-S", cwd=tmp_path)
    reason = "davos is not installed there; the session has davos 0.3.0"
    assert [row["reason"] for row in found["failed"]] == [reason]
    assert found["failed"] == found["last"]
    assert found["raised"].startswith("dvtx==1.0 cannot be used on host ")
    assert found["raised"].endswith(reason)


def test_another_minor_version_of_python_is_the_reason(tmp_path):
    payload = {**PAYLOAD, "python": [3, 8]}
    found = run(sys.executable, "-S", payload=payload, cwd=tmp_path)
    here = "{}.{}".format(*sys.version_info)
    assert [row["reason"] for row in found["failed"]] == [
        f"Python {here} runs there, the session has Python 3.8"
    ]


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.12", "3.13"])
def test_every_python_loads_what_is_sent(tmp_path, version):
    found = run(find_python(version), "-S", cwd=tmp_path)
    same = version == "{}.{}".format(*sys.version_info)
    start = "davos is not installed there" if same else f"Python {version} runs there, "
    assert [row["reason"].startswith(start) for row in found["failed"]] == [True]


def test_a_davos_without_clusters_is_too_old(tmp_path):
    (tmp_path / "davos").mkdir()
    (tmp_path / "davos" / "__init__.py").write_text("")
    found = run(sys.executable, "-S", cwd=tmp_path)
    reason = "the davos there is too old: the session has davos 0.3.0"
    assert [row["reason"] for row in found["failed"]] == [reason]


def test_nothing_to_provide_and_no_davos_is_noted(tmp_path):
    found = run(sys.executable, "-S", payload={**PAYLOAD, "requirements": []}, cwd=tmp_path)
    assert found["failed"] == []
    assert found["notes"] == ["davos is not installed there; the session has davos 0.3.0"]


def test_a_plugin_is_text_and_plain_data_to_pickle():
    """No code object and no class of davos: other Pythons and workers without davos load it."""
    pytest.importorskip("distributed", reason="needs the extra 'dask'")
    from davos.frontends.cluster import worker_plugin

    text = inspect.getsource(worker_plugin)
    plugin = worker_plugin.DavosPlugin(text, "", PAYLOAD)
    function, (expression, parts) = plugin.__reduce__()
    assert function is eval
    assert parts == {"plugin": text, "text": "", "payload": PAYLOAD}
    made = pickle.loads(pickle.dumps(plugin))
    assert type(made) is not worker_plugin.DavosPlugin
    assert made.__reduce__()[1] == (expression, parts)


# ---- the guard ----


@pytest.fixture
def guard(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    for name in ("dvtone", "dvttwo"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
        (tmp_path / name / "part.py").write_text("")
    importlib.invalidate_caches()
    guard = Guard()
    sys.meta_path.insert(0, guard)
    yield guard
    for name in [name for name in sys.modules if name.startswith("dvt")]:
        del sys.modules[name]


def test_a_refused_module_cannot_be_imported_and_others_can(guard):
    guard.refuse({"dvtone": "the reason"})
    for name in ("dvtone", "dvtone.part"):
        with pytest.raises(ImportError, match="the reason"):
            importlib.import_module(name)
    assert importlib.import_module("dvttwo.part")


def test_a_loaded_module_is_withheld_and_comes_back_as_it_was(guard):
    loaded = importlib.import_module("dvtone.part")
    guard.refuse({"dvtone": "the reason"})
    with pytest.raises(ImportError, match="the reason"):
        importlib.import_module("dvtone.part")
    guard.lift()
    assert importlib.import_module("dvtone.part") is loaded


def test_a_part_of_a_namespace_is_refused_alone(guard):
    guard.refuse({"dvtone.part": "the reason"})
    assert importlib.import_module("dvtone")
    with pytest.raises(ImportError, match="the reason"):
        importlib.import_module("dvtone.part")


def test_what_a_worker_needs_itself_is_never_withheld(guard):
    import tornado

    guard.refuse({"tornado": "the reason"})
    assert sys.modules["tornado"] is tornado
