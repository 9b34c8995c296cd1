"""Hot path: a notebook with a lock runs for the first time, with nothing cached."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import NEW, Budget, Measured, Row, in_turns

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.worlds import Worlds

__all__ = ["ROWS"]

_UV = "uv pip sync"
_PACKAGES = ("pandas", "scikit-learn", "matplotlib")
# A small one of the lock: its own import takes no time, which uv does not need either.
_CELL = "smuggle cycler  # pip: cycler"


def _uv(*arguments: str) -> float:
    """Run uv; the seconds that it took."""
    program = shutil.which("uv")
    if program is None:
        raise RuntimeError("there is no uv on PATH")
    started = time.perf_counter()
    subprocess.run([program, *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


def _lock(worlds: Worlds) -> Path:
    """A lock of the packages, whose files are on disk: no network is measured."""
    folder, wheels = worlds.folder(), worlds.wheels(*_PACKAGES)
    wanted, lock = folder / "wanted.txt", folder / "pylock.toml"
    wanted.write_text("\n".join(_PACKAGES), "utf-8")
    where = ("--python", str(worlds.new.python), "--no-index", "--find-links", str(wheels))
    _uv("pip", "compile", *where, "--format=pylock.toml", f"--output-file={lock}", str(wanted))
    return lock


def _with_davos(worlds: Worlds, lock: Path) -> float:
    world = replace(worlds.new, home=worlds.folder())
    with world.probe(UV_CACHE_DIR=str(worlds.folder()), PIP_NO_CACHE_DIR="1") as probe:
        probe.ask("start", davos=True, project="bench")
        probe.ask("run", cell=f"import davos; davos.config.lock = {str(lock)!r}")
        seconds = probe.ask("run", cell=_CELL)
    return float(seconds)


def _with_uv(worlds: Worlds, lock: Path) -> float:
    python = worlds.folder() / "environment"
    _uv("venv", "--quiet", "--python", worlds.interpreter, str(python))
    cache = f"--cache-dir={worlds.folder()}"
    return _uv("pip", "sync", "--quiet", cache, "--python", str(python), str(lock))


def _cold(worlds: Worlds) -> Measured:
    lock = _lock(worlds)
    sides = {_UV: partial(_with_uv, worlds, lock), NEW: partial(_with_davos, worlds, lock)}
    medians, samples = in_turns(worlds.repeats(5), sides)
    return Measured(medians[NEW], medians[_UV], samples=samples)


ROWS = (
    Row(
        "locked-cold",
        "locked pandas, scikit-learn, matplotlib, cold",
        _cold,
        Budget(times=1.3),
        against=_UV,
    ),
)
