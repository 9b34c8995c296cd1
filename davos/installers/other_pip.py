"""The pip of another environment, which `davos.config.pip_executable` names.

Where no project is active it installs into its own environment, and packages are then
loaded from there. With a project it is the pip that fills the project.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from davos import subprocesses
from davos.environments import activation
from davos.exceptions import DavosConfigError

__all__ = ["OtherPip", "look_into"]

_VERSION = re.compile(
    r"pip (?P<version>\S+) from (?P<folder>.+)[\\/]pip \(python (?P<python>[\d.]+)\)",
)
_SHEBANG = re.compile(
    rb"#!\s*(/[^\n]*?python[\w.]*)\s*$|'''exec' \"?(/[^\"\n]+?)\"? \"\$0\"",
    re.MULTILINE,
)
_MISLEADING = {"PIP_PYTHON", "PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"}
# Where it installs comes first, then whatever else pip finds satisfied.
_QUESTION = """
import json, site, sysconfig
folders = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()]
print(json.dumps(list(dict.fromkeys(folders))))
"""


@dataclass(frozen=True)
class OtherPip:
    """A pip program: its version as text, the folder it is loaded from, where packages are."""

    executable: str
    version: str
    folder: str
    site_packages: tuple[str, ...]


@lru_cache(maxsize=8)
def look_into(executable: str) -> OtherPip:
    """Ask a pip program, and the Python it runs on, about themselves; once a session.

    Raises DavosConfigError if it is not pip, or one for another version of Python: what it
    installs could not be loaded here.
    """
    output = _output([executable, "--version"], executable)
    found = _VERSION.search(output)
    if found is None:
        words = output.strip().splitlines()[-1:] or ["nothing"]
        raise _error(f"{executable!r} is not pip: `--version` printed {words[0]!r}")
    own = "{}.{}".format(*sys.version_info)
    if found["python"] != own:
        raise _error(
            f"{executable!r} installs for Python {found['python']}, and this is Python {own}: "
            "what it installs could not be loaded here",
        )
    python = _python_of(executable, Path(found["folder"]))
    folders = _site_packages(python, executable) if python else [found["folder"]]
    return OtherPip(executable, found["version"], found["folder"], tuple(folders))


def _python_of(executable: str, folder: Path) -> str | None:
    """The interpreter in a script's first lines, else the one that a pip's folder belongs to."""
    with Path(executable).open("rb") as script:
        match = _SHEBANG.search(script.read(512))
    candidates = [os.fsdecode(match[1] or match[2])] if match else []
    candidates += [str(parent / "bin" / "python") for parent in list(folder.parents)[2:3]]
    return next((path for path in candidates if os.access(path, os.X_OK)), None)


def _site_packages(python: str, executable: str) -> list[str]:
    folders: list[str] = json.loads(_output([python, "-I", "-c", _QUESTION], executable))
    return folders


def _output(argv: list[str], executable: str) -> str:
    env = {name: value for name, value in activation.variables().items() if name not in _MISLEADING}
    try:
        done = subprocesses.run(argv, {**env, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    except OSError as error:
        raise _error(f"cannot start {executable!r}: {error.strerror}") from error
    if done.returncode:
        last = "".join(done.output.strip().splitlines()[-1:])
        raise _error(f"{executable!r} fails (exit status {done.returncode}): {last}")
    return done.output


def _error(message: str) -> DavosConfigError:
    return DavosConfigError("pip_executable", message)
