"""What is built: the wheel's and the sdist's files, and that both grammars load from them."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = {
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "davos").rglob("*.py")
    if "__pycache__" not in path.parts
}
PAGES = {path.relative_to(ROOT).as_posix() for path in (ROOT / "davos" / "guide").glob("*.md")}
GRAMMARS = ("smuggle.lark", "onion.lark", "smuggle.json", "onion.json")
DATA = {
    "davos/py.typed",
    *PAGES,
    *(f"davos/grammar/{name}" for name in ("__init__.py", *GRAMMARS)),
}
LAB = ROOT / "davos" / "frontends" / "lab"
# The extension of JupyterLab as it is built, and by the name under which it is installed.
BUILT = {
    path.relative_to(ROOT).as_posix(): path.relative_to(LAB / "labextension").as_posix()
    for path in (LAB / "labextension").rglob("*")
    if path.is_file()
}
EXTENSION = {"davos/frontends/lab/install.json": "install.json", **BUILT}
LOAD = f"""
import importlib.resources as r
files = r.files("davos.grammar")
print([len((files / n).read_text()) > 100 for n in {GRAMMARS}])
"""
CLONE = """
import davos, importlib.util
from davos.translate import translate
print(davos.__file__)
print(importlib.util.find_spec("davos.grammar"))
print(translate("smuggle a  # pip: a"))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The sdist, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    source = tmp_path_factory.mktemp("source")
    copy(ROOT, source)
    command = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(source),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


def copy(source, target):
    """Copy what the build needs, so that it leaves nothing in the working tree."""
    files = [
        "pyproject.toml",
        "README.md",
        "LICENSE",
        *MODULES,
        *PAGES,
        *EXTENSION,
        "davos/py.typed",
    ]
    files += [f"grammar/{name}" for name in ("__init__.py", *GRAMMARS)]
    for name in files:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes((source / name).read_bytes())


@pytest.mark.slow
def test_the_wheel_holds_every_module_the_grammars_the_guide_and_the_type_marker(built):
    with zipfile.ZipFile(built[1]) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        installed = {name for name in names if ".data/" in name}
        assert names - installed == MODULES | DATA
        folder = "/data/share/jupyter/labextensions/davos/"
        assert {name.partition(folder)[2] for name in installed} == set(EXTENSION.values())
        assert sum(wheel.getinfo(name).file_size for name in installed) < 60_000
        assert len(PAGES) > 10
        (entry_points,) = (n for n in wheel.namelist() if n.endswith("entry_points.txt"))
        assert b"davos = davos.cli.main:main" in wheel.read(entry_points)
        pytest11 = b"[pytest11]\ndavos = davos.frontends.pytest_plugin\n"
        assert pytest11 in wheel.read(entry_points)
        assert any(name.endswith("LICENSE") for name in wheel.namelist())


@pytest.mark.slow
def test_the_sdist_holds_what_the_wheel_is_built_from(built):
    with tarfile.open(built[0]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert names >= MODULES | PAGES | set(EXTENSION) | {
        *(f"grammar/{name}" for name in GRAMMARS),
        "pyproject.toml",
        "LICENSE",
    }


@pytest.mark.slow
def test_the_grammars_load_from_an_installed_wheel(built, tmp_path):
    venv.create(tmp_path / "venv", symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps"]
    subprocess.run([*install, str(built[1])], check=True, capture_output=True)
    done = subprocess.run(
        [str(python), "-I", "-c", LOAD], capture_output=True, text=True, check=False
    )
    assert done.stdout == "[True, True, True, True]\n", done.stderr


def test_the_extension_is_of_this_version_and_what_it_loads_is_there():
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    built = json.loads((LAB / "labextension" / "package.json").read_text("utf-8"))
    assert f'\nversion = "{built["version"]}"\n' in project
    assert (LAB / "labextension" / built["jupyterlab"]["_build"]["load"]).is_file()
    assert json.loads((LAB / "package.json").read_text("utf-8"))["version"] == built["version"]


def test_what_builds_the_extension_is_pinned_and_names_no_registry():
    lock = (LAB / "package-lock.json").read_text("utf-8")
    assert json.loads(lock)["packages"]["node_modules/webpack"]["integrity"]
    assert re.findall('https?://[^/"]+', lock) == []


def test_the_grammars_load_from_here():
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=False)
    assert done.stdout == "[True, True, True, True]\n", done.stderr


@pytest.fixture
def in_a_clone(tmp_path):
    """Runs Python in a copy of the repository; davos' dependencies are there, davos is not."""
    for name in ("davos", "grammar"):
        shutil.copytree(
            ROOT / name,
            tmp_path / name,
            ignore=shutil.ignore_patterns("__pycache__", "node_modules"),
        )
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    # without the site module no .pth file is read, so no editable install of davos is found
    environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if "site-packages" in path)

    def run(*arguments):
        command = [sys.executable, "-S", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )

    return run


def test_davos_can_be_imported_in_a_clone_that_is_not_installed(in_a_clone, tmp_path):
    done = in_a_clone("-c", CLONE)
    assert done.stderr == ""
    found, grammar, text = done.stdout.splitlines()
    assert Path(found).parent.parent.resolve() == tmp_path.resolve()
    assert grammar == "None"
    assert text.startswith('smuggle(name="a", as_=None, installer="pip"')


def test_davos_runs_in_a_clone_that_is_not_installed(in_a_clone, tmp_path):
    (tmp_path / "a.py").write_text("smuggle a  # pip: a b\nsmuggle c d\n")
    done = in_a_clone("-m", "davos", "check", "a.py")
    assert done.returncode == 1, done.stderr
    assert "DAV104" in done.stdout
    assert "expected 'as', ',', '.' or the end of the statement, not 'd'" in done.stdout


def test_every_package_is_listed():
    text = (ROOT / "pyproject.toml").read_text()
    packages = {Path(name).parent.as_posix().replace("/", ".") for name in MODULES}
    assert {name for name in packages if f'"{name}",' not in text} == set()
