"""An engine whose installer only unpacks wheels, for the tests of what smuggle statements do."""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from packaging.requirements import InvalidRequirement, Requirement

from davos.configuration import Config
from davos.distributions import index
from davos.engine.engine import Engine
from davos.environments import search_path
from davos.environments.project import Project
from davos.exceptions import InstallerError
from davos.frontends.restart.unavailable import NoRestarter
from davos.installers.base import SILENT, Progress, Result
from davos.installers.pip_report import changes, installed_state


class Unpacker:
    """Unpacks the newest wheel that fits into an environment; of others what is not there."""

    name = "pip"

    def __init__(self, wheels):
        self.wheels, self.calls, self.requests = wheels, [], []

    def install(self, request, environment, *, listener=SILENT, descriptors=()):
        text = request.onion.requirement.text
        self.calls.append(text)
        self.requests.append(request)
        if request.locked:
            return self.install_locked(request.locked, environment.site_packages)
        self.unpack(text, environment.site_packages)
        for word in request.others:
            if not self.is_there(word):
                self.unpack(word, environment.site_packages)
        index.clear_caches()
        listener.progress(Progress("installing", text))
        installed, removed = changes({}, installed_state([str(environment.site_packages)]), ())
        return Result(installed, removed)

    def install_locked(self, files, folder):
        """Unpack exactly the wheels of a lock, each with its hash."""
        for file in files:
            data = Path(url2pathname(urlsplit(file.url).path)).read_bytes()
            assert hashlib.sha256(data).hexdigest() == file.hashes["sha256"]
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                archive.extractall(folder)
        index.clear_caches()
        return Result(*changes({}, installed_state([str(folder)]), ()))

    @staticmethod
    def is_there(text):
        wanted = Requirement(text)
        there = index.find_distribution(wanted.name)
        return there is not None and wanted.specifier.contains(there.version)

    def unpack(self, text, folder):
        try:
            wanted = Requirement(text)
        except InvalidRequirement as error:
            raise InstallerError(f"no {text}", returncode=1, cmd=["unpack"]) from error
        wheels = [
            path
            for path in sorted(self.wheels.glob(f"{wanted.name}-*-py3-none-any.whl"))
            if wanted.specifier.contains(path.name[len(wanted.name) + 1 :].partition("-")[0])
        ]
        if not wheels:
            raise InstallerError(f"no {text}", returncode=1, cmd=["unpack"])
        with zipfile.ZipFile(wheels[-1]) as archive:
            archive.extractall(folder)


class SmugglingEngine(Engine):
    """An engine with the signature of `smuggle()`."""

    def smuggle(
        self,
        name,
        as_=None,
        installer="pip",
        args_str="",
        *,
        level=0,
        star=False,
        submodule=False,
        bind=True,
    ):
        self.run((name, as_, level, star, submodule), installer, args_str, bind=bind)


class Screen:
    """A front end whose user gives one answer to everything."""

    restarter = NoRestarter("restart the kernel to use the new one")
    document = notebook_text = None
    shows_status = False

    def __init__(self, answer=True):
        self.namespace, self.lines, self.questions, self.answer = {}, [], [], answer
        self.statuses = []

    def show(self, text):
        self.lines.append(text)

    def status(self, text, *, stays=True):
        self.statuses.append(text)

    def conclude(self, text):
        self.status("")
        self.show(text)

    def confirm(self, question):
        self.questions.append(question)
        return self.answer


@pytest.fixture
def wheels(tmp_path):
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder


@pytest.fixture
def use_conda(engine):
    """A function that has the engine install packages of conda with what stands for a channel."""

    def use(channel):
        installers = {"conda": channel, "pip": engine.installer}
        engine.provisioner._installer_for = installers.__getitem__
        return channel

    return use


@pytest.fixture
def engine(wheels, monkeypatch):
    """An engine with a project of its own; `sys` is put back afterwards."""
    path, finders = list(sys.path), list(sys.meta_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    settings = Config()
    settings.establish(project=Project.named("test"))
    installer = Unpacker(wheels)
    made = SmugglingEngine(Screen(), settings, lambda _name: installer)
    made.installer = installer
    search_path.activate(settings.project)
    yield made
    search_path.deactivate()
    sys.path[:], sys.meta_path[:] = path, finders
    for name in [name for name in sys.modules if name.startswith("dvt")]:
        del sys.modules[name]


@pytest.fixture
def in_base(engine, tmp_path, write_wheel):
    """A function that puts a wheel into a base environment behind the project."""
    folder = tmp_path / "base" / "site-packages"
    folder.mkdir(parents=True)
    sys.path.append(str(folder))

    def put(*args, **kwargs):
        with zipfile.ZipFile(write_wheel(tmp_path, *args, **kwargs)) as archive:
            archive.extractall(folder)

    return put
