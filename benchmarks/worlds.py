"""The environments that are compared, each with a Python of its own, outside the repository.

`old` holds davos 0.2.3 with the last IPython it runs on, `new` the present checkout with
today's, `plain` the same without davos, for pip and import themselves. All
have the same Python. They live in `$XDG_CACHE_HOME/davos-benchmarks`; the checkout is
installed anew every time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Mapping, Sequence

from benchmarks.probing import Probe

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["World", "Worlds"]

ROOT = Path(__file__).resolve().parent.parent
_CHECKOUT = ("davos", "grammar", "pyproject.toml", "README.md", "LICENSE")
_OLD = ("davos==0.2.3", "IPython<9", "ipykernel<7", "setuptools<81")
# What stands in [project.dependencies] and the `run` extra comes from the checkout's metadata.
_TOOLS = ("pip>=26", "setuptools>=77", "wheel", "ipython", "ipykernel", "nbclient")
_CONDA = ("py-rattler>=0.28", "pyyaml")
_JUV = ("juv>=0.5",)
_LINTERS = ("nbqa>=1.9", "pyflakes>=3", "ruff>=0.17")
# 0.2.3 is of 2023: not every Python takes it.
_FALLBACKS = ("python3.11", "python3.12", "python3.10", "python3.9")


@dataclass(frozen=True)
class World:
    """An environment: its Python and the variables that its processes get."""

    name: str
    prefix: Path
    home: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.prefix / "bin" / "python"

    def environ(self, **more: str) -> dict[str, str]:
        """The caller's variables without what would redirect Python or davos; a home of its own."""
        dropped = ("PYTHON", "DAVOS", "IPYTHON", "JUPYTER", "VIRTUAL_ENV", "JPY_")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
        return {
            **kept,
            "HOME": str(self.home),
            "IPYTHONDIR": str(self.home / "ipython"),
            "DAVOS_HOME": str(self.home / ".davos"),
            **more,
        }

    def run(self, *arguments: str, **more: str) -> float:
        """Run its Python with arguments; the seconds. Raises RuntimeError with the output."""
        started = time.perf_counter()
        done = subprocess.run(
            [str(self.python), *arguments],
            env=self.environ(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - started
        if done.returncode:
            raise RuntimeError(f"{self.name}: {' '.join(arguments)}\n{done.stdout}")
        return seconds

    def run_for(self, code: str) -> str:
        """What its Python prints when it runs some code."""
        return _output(str(self.python), "-I", "-c", code, env=self.environ())

    def probe(self, **more: str) -> Probe:
        """Start a process in it that answers questions."""
        return Probe([str(self.python)], self.environ(**more))


class Worlds:
    """All environments, made when first needed; a context that removes what is temporary."""

    def __init__(self, *, quick: bool = False, fresh: bool = False) -> None:
        self.quick = quick
        self.fresh = fresh
        self._stack = ExitStack()

    def __enter__(self) -> Worlds:  # noqa: PYI034 - Self is of Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def repeats(self, number: int) -> int:
        """How often to measure: `number` times, or twice if it has to be quick."""
        return min(number, 2) if self.quick else number

    def folder(self) -> Path:
        """A new folder, removed at the end."""
        return Path(self._stack.enter_context(TemporaryDirectory(prefix="davos-benchmarks-")))

    @property
    def cache(self) -> Path:
        """Where environments and wheels are kept between runs."""
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(base) / "davos-benchmarks"

    @cached_property
    def old(self) -> World:
        """davos 0.2.3."""
        return self._made_with[1]

    @property
    def interpreter(self) -> str:
        """The Python that all environments are made with."""
        return self._made_with[0]

    @cached_property
    def new(self) -> World:
        """The present checkout."""
        return self._with_checkout("new", *_TOOLS)

    @cached_property
    def ipykernel6(self) -> World:
        """The present checkout with the last ipykernel before version 7."""
        return self._with_checkout("new6", *_TOOLS, "ipykernel<7")

    @cached_property
    def clusters(self) -> World:
        """The present checkout with Dask."""
        return self._with_checkout("clusters", *_TOOLS, "distributed")

    @cached_property
    def conda(self) -> World:
        """The present checkout with py-rattler."""
        return self._with_checkout("conda", *_TOOLS, *_CONDA)

    @cached_property
    def plain(self) -> World:
        """As `new`, but for davos."""
        return self._world("plain", self.interpreter, _TOOLS)

    @cached_property
    def linters(self) -> World:
        """ruff, and nbqa with pyflakes."""
        return self._world("linters", self.interpreter, _LINTERS)

    @cached_property
    def juv(self) -> World:
        """juv, with the uv that it brings."""
        return self._world("juv", self.interpreter, _JUV)

    def wheels(self, *requirements: str) -> Path:
        """A folder with the wheels of these requirements and of all that they need."""
        folder = self.cache / "wheels" / _digest(self.interpreter, *sorted(requirements))
        stamp = folder / "complete"
        if not stamp.exists():
            for requirement in requirements:
                _pip(self.plain, "download", f"--dest={folder}", requirement)
            stamp.touch()
        return folder

    @cached_property
    def _made_with(self) -> tuple[str, World]:
        """The first Python in which 0.2.3 can be imported, the running one if possible."""
        errors = []
        for python in (sys.executable, *filter(None, map(shutil.which, _FALLBACKS))):
            try:
                world = self._world("old", python, _OLD)
                with world.probe() as probe:
                    probe.ask("start", davos=True)
            except RuntimeError as error:
                errors.append(str(error))
            else:
                return python, world
        raise RuntimeError("no Python here runs davos 0.2.3:\n" + "\n".join(errors))

    def _with_checkout(self, name: str, *requirements: str) -> World:
        """An environment with the present checkout in it."""
        world = self._world(name, self.interpreter, requirements)
        copy = self.folder()
        for name in _CHECKOUT:
            source, ignored = ROOT / name, shutil.ignore_patterns("__pycache__")
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=ignored)
            else:
                shutil.copy2(source, copy / name)
        _pip(world, "uninstall", "-y", "davos")
        _pip(world, "install", "--no-build-isolation", f"{copy}[run]")
        return world

    def _world(self, name: str, python: str, requirements: Sequence[str]) -> World:
        """An environment with these requirements, made anew unless it is there and complete."""
        version = _output(python, "-c", "import sys; print(sys.version, sys.executable)")
        key = _digest(version, *requirements)
        prefix = self.cache / f"{name}-{version.split()[0]}-{key}"
        world = World(name, prefix, self.folder())
        stamp = prefix / "complete"
        if self.fresh or not stamp.exists():
            print(f"making {prefix} ...", file=sys.stderr, flush=True)
            shutil.rmtree(prefix, ignore_errors=True)
            _output(python, "-m", "venv", str(prefix))
            _pip(world, "install", *requirements)
            stamp.touch()
        return world


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:12]


def _pip(world: World, *arguments: str, **more: str) -> None:
    world.run("-m", "pip", "-q", "--disable-pip-version-check", *arguments, **more)


def _output(*command: str, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=env, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()
