"""Which pip to run, and how any interpreter can be made to run it."""

from __future__ import annotations

import importlib.util
import re
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Sequence

if TYPE_CHECKING:
    from davos.installers.other_pip import OtherPip

__all__ = ["PipScript", "find_pip", "other_script"]

_RUN = str(Path(__file__).with_name("run_pip.py"))


class PipScript(NamedTuple):
    """A pip: what `run_pip.py` is to run, and its version (`(23, 0)`).

    `program` is a whole command instead, for a pip that brings its interpreter.
    """

    target: str
    version: tuple[int, ...]
    program: tuple[str, ...] = ()

    def command(self, python: str) -> tuple[str, ...]:
        """The beginning of a command line that runs this pip with an interpreter."""
        return self.program or (python, _RUN, self.target)


def find_pip(folders: Sequence[Path]) -> PipScript | None:
    """The pip in the first of some site folders, else the wheel that ensurepip brings.

    pip >= 22.3 has a script that any interpreter can run; an older one is run as a module,
    and must be visible to the interpreter. None if there is no pip at all.
    """
    for folder in folders:
        version = _version(folder / "pip" / "__init__.py")
        if version:
            runner = folder / "pip" / "__pip-runner__.py"
            return PipScript(str(runner) if runner.is_file() else "pip", version)
    wheels = sorted(_bundled_wheels(), key=_wheel_version)
    if not wheels:
        return None
    return PipScript(str(wheels[-1] / "pip"), _wheel_version(wheels[-1]))


def other_script(other: OtherPip, own: PipScript | None, *, in_project: bool) -> PipScript | None:
    """How the pip of another environment is run, beside the kernel's own.

    It is the program itself outside projects. A project's Python runs its code, if it has
    the script for that; else the project is filled by the kernel's own pip.
    """
    version = _version(Path(other.folder) / "pip" / "__init__.py")
    if not in_project:
        return PipScript("", version, (other.executable,))
    runner = Path(other.folder) / "pip" / "__pip-runner__.py"
    return PipScript(str(runner), version) if runner.is_file() else own


def _version(init: Path) -> tuple[int, ...]:
    try:
        text = init.read_text("utf-8", "replace")
    except OSError:
        return ()
    match = re.search(r"""^__version__ = ["'](\d+(?:\.\d+)*)""", text, re.MULTILINE)
    return tuple(map(int, match[1].split("."))) if match else ()


def _bundled_wheels() -> list[Path]:
    """Wheels of pip in ensurepip, or where a Linux distribution keeps them instead."""
    spec = importlib.util.find_spec("ensurepip")
    folders = [Path(spec.origin).parent / "_bundled"] if spec and spec.origin else []
    packaged = sysconfig.get_config_var("WHEEL_PKG_DIR")
    folders.extend([Path(packaged)] if packaged else [])
    folders.append(Path("/usr/share/python-wheels"))  # Debian's python3-pip-whl
    return [wheel for folder in folders for wheel in folder.glob("pip-*.whl")]


def _wheel_version(wheel: Path) -> tuple[int, ...]:
    numbers = re.match(r"pip-(\d+(?:\.\d+)*)", wheel.name)
    return tuple(map(int, numbers[1].split("."))) if numbers else ()
