"""Bases to lay a project over, and a driver that installs from inside them."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import packaging
import pytest

from davos.installers.uv_command import find_uv

REPOSITORY = Path(__file__).parents[2]

DRIVER = """
import importlib, json, sys
from davos.engine.staged_check import Checks
from davos.environments import search_path
from davos.environments.commit import commit
from davos.environments.project import Project
from davos.environments.requirement_check import satisfies
from davos.environments.staging import staging
from davos.configuration import config
from davos.installers import installer_for
from davos.installers.base import Request
from davos.onion.comment import Onion, Requirement

task = json.load(open(sys.argv[1]))
project = Project(task["project"])
search_path.activate(project)
requirement = Requirement(**task["requirement"])
onion = Onion("pip", "", tuple(task["args"]), requirement, task["options"])
answer = {"before": satisfies(requirement).reason}
try:
    with project.lock(), staging(project.project_dir) as staged:
        fds = [staged.descriptor]
        installer = installer_for("pip", None, config.pip_backend)
        result = installer.install(Request(onion), staged, descriptors=fds)
        warnings = Checks({}, set()).review(staged, project).warnings
        project.ensure()
        committed = commit(staged)
        project.discard_if_empty()
    removed = [{"name": name, "version": version} for name, version in committed.removed]
    answer["result"] = {**result._asdict(), "warnings": warnings, "removed": removed}
    answer["result"]["installed"] = [one._asdict() for one in result.installed]
except Exception as error:
    answer["error"] = [type(error).__name__, str(error)]
search_path.refresh(project)
answer["after"] = satisfies(requirement).reason
answer["packages"] = dict(project.installed_packages)
answer["modules"] = {}
for name in task["imports"] if "error" not in answer else ():
    module = importlib.import_module(name)
    answer["modules"][name] = [module.__file__, getattr(module, "__version__", None)]
json.dump(answer, open(sys.argv[2], "w"))
"""


class Base:
    """An interpreter with its packages, and the folders that must not change."""

    def __init__(self, python, folders, scratch, *, is_shared=False):
        self.python = Path(python)
        self.is_shared = is_shared  # an interpreter of this machine, with hundreds of megabytes
        self.folders = [Path(folder) for folder in folders]
        self.scratch = scratch

    @property
    def site_packages(self):
        return self.folders[0]

    def digest(self):
        """Path -> what is different once a file was written to, for every file of the base.

        Any write to a file changes its ctime, as a link does: a base of the test consists of links.
        """
        found = {}
        for folder in self.folders:
            for path in sorted(folder.rglob("*")):
                status = path.lstat()
                found[str(path)] = (status.st_mtime_ns, status.st_size, self._state(path, status))
        return found

    def _state(self, path, status):
        if self.is_shared:
            return status.st_ctime_ns
        return hashlib.sha1(path.read_bytes() if path.is_file() else b"").hexdigest()

    def smuggle(
        self,
        *args,
        name=None,
        specifier="",
        imports=(),
        options=None,
        cwd=None,
        env=None,
        **requirement,
    ):
        """Install in a new process of this interpreter; what the driver found."""
        task = {
            "project": "the project",
            "args": [str(arg) for arg in args],
            "requirement": {
                "text": str(args[-1]),
                "name": name,
                "specifier": specifier,
                **requirement,
            },
            "options": options or {},
            "imports": imports,
        }
        question, answer = self.scratch / "task.json", self.scratch / "answer.json"
        question.write_text(json.dumps(task))
        answer.unlink(missing_ok=True)
        subprocess.run(
            [self.python, "-c", DRIVER, question, answer],
            check=True,
            cwd=cwd or self.scratch,
            env={
                **os.environ,
                "PYTHONPATH": str(self.scratch / "lib"),
                "PYTHONDONTWRITEBYTECODE": "1",
                **(env or {}),
            },
        )
        return json.loads(answer.read_text())


@pytest.fixture
def scratch(tmp_path):
    """A folder with davos and packaging, but without their metadata."""
    folder = tmp_path / "scratch"
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "packaging").symlink_to(Path(packaging.__file__).parent)
    (folder / "lib" / "davos").symlink_to(REPOSITORY / "davos")
    return folder


@pytest.fixture
def make_base(tmp_path, scratch, make_venv):
    """A function that makes a base of a kind, skipping where the machine has none."""

    def make(kind):
        folder = tmp_path / "base-env"
        if kind == "debian":
            if not Path("/usr/lib/python3/dist-packages/pip").is_dir():
                pytest.skip("no Debian Python with pip")
            return Base(
                "/usr/bin/python3", ["/usr/lib/python3/dist-packages"], scratch, is_shared=True
            )
        if kind == "pyenv":
            if sys.base_prefix == "/usr":
                pytest.skip("no Python of its own")
            own = Path(sys.base_prefix, "lib", f"python3.{sys.version_info[1]}", "site-packages")
            python = Path(sys.base_prefix, "bin", f"python3.{sys.version_info[1]}")
            return Base(python, [own], scratch, is_shared=True)
        site = make_venv(folder)
        if kind == "venv with system site":
            settings = folder / "pyvenv.cfg"
            settings.write_text(settings.read_text().replace("= false", "= true"))
        elif kind == "venv without pip":
            for path in (*site.glob("pip*"), *(folder / "bin").glob("pip*")):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        return Base(folder / "bin" / "python", [site, folder / "bin"], scratch)

    return make


@pytest.fixture
def venv(make_base):
    return make_base("venv")


@pytest.fixture
def add_to(write_wheel, tmp_path):
    """A function that installs a tiny wheel into a base: with uv, where it is, for its speed."""
    uv = find_uv()

    def add(base, *args, **kwargs):
        (tmp_path / "own").mkdir(exist_ok=True)
        wheel = write_wheel(tmp_path / "own", *args, **kwargs)
        pip = [uv, "pip"] if uv else [base.python, "-m", "pip"]
        command = [*pip, "install", "-q", "--no-index", "--no-deps", wheel]
        options = ["--python", base.python] if uv else []
        subprocess.run([*command, *options], check=True, capture_output=True)

    return add
