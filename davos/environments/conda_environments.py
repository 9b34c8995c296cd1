"""The conda environments of this machine, and whether the kernel runs in one.

A folder is one if it has `conda-meta/history`. They are found where conda's documentation says
that it keeps them: below the installation, in the folders that `envs_dirs` of `.condarc` or
CONDA_ENVS_DIRS names, and in the list `~/.conda/environments.txt`. Nothing is started.
"""

# Search paths are text
# ruff: noqa: PTH111, PTH112, PTH113, PTH118, PTH119, PTH120, PTH208

from __future__ import annotations

import os
import re
import sys
from importlib.util import find_spec
from typing import Iterator, Mapping, Sequence

from davos.distributions.conda_packages import FOLDER
from davos.files import read_file

__all__ = ["can_install", "environment_name", "environments", "is_environment"]

_OLDEST_PYTHON = (3, 10)  # of py-rattler
_VARIABLES = ("CONDA_ENVS_DIRS", "CONDA_ENVS_PATH")
_BLOCK = re.compile(
    r"^(?:envs_dirs|envs_path)[ ]*:[ \t]*(?:#.*)?\n((?:[ \t]*(?:-[ \t].*|#.*)?\n)*)", re.MULTILINE
)
_INLINE = re.compile(r"^(?:envs_dirs|envs_path)[ ]*:[ \t]*\[([^\]]*)\]", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*-[ \t]+(?P<text>.*?)[ \t]*(?:[ \t]#.*)?$", re.MULTILINE)


def can_install() -> bool:
    """Whether conda's packages can be installed here: with py-rattler, which is not loaded."""
    return sys.version_info >= _OLDEST_PYTHON and find_spec("rattler") is not None


def is_environment(prefix: str) -> bool:
    """Whether a folder is a conda environment."""
    return os.path.isfile(os.path.join(prefix, FOLDER, "history"))


def environment_name(prefix: str, environ: Mapping[str, str]) -> str | None:
    """The name of the conda environment in a folder; None if there is none."""
    if not is_environment(prefix):
        return None
    known = environments(prefix, environ)
    real = os.path.realpath(prefix)
    return next((name for name, at in known.items() if os.path.realpath(at) == real), prefix)


def environments(prefix: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Name -> folder of the conda environments that are known, that of `prefix` among them.

    The installation's own is called `base`, others as their folder; of two that have one name
    the first is called so, and the other by its whole path.
    """
    roots = [root for root in _roots(prefix, environ) if is_environment(root)]
    found = {"base": roots[0]} if roots else {}
    places = [*_named_folders(roots, environ), *(os.path.join(root, "envs") for root in roots)]
    inside = (one for place in places for one in _listed(place))
    for folder in (*inside, *_recorded(), prefix):
        if is_environment(folder) and folder not in found.values():
            name = os.path.basename(folder.rstrip(os.sep))
            found[folder if name in found else name] = folder
    return found


def _roots(prefix: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Where conda itself may be installed, the most likely first."""
    parent, folder = os.path.split(os.path.dirname(prefix))
    if folder == "envs":
        yield parent
    if os.path.isdir(os.path.join(prefix, "condabin")):
        yield prefix
    program = environ.get("CONDA_EXE", "")
    if program:
        yield os.path.dirname(os.path.dirname(program))
    if environ.get("MAMBA_ROOT_PREFIX"):
        yield environ["MAMBA_ROOT_PREFIX"]


def _named_folders(roots: Sequence[str], environ: Mapping[str, str]) -> Iterator[str]:
    """The folders of environments that the variables and the configuration name."""
    for variable in _VARIABLES:
        yield from filter(None, environ.get(variable, "").split(os.pathsep))
    files = ["~/.condarc", "~/.conda/condarc", "~/.conda/.condarc", environ.get("CONDARC", "")]
    files += [os.path.join(root, ".condarc") for root in roots]
    for path in filter(None, files):
        yield from _configured(_text(os.path.expanduser(path)))
    yield os.path.expanduser("~/.conda/envs")


def _configured(text: str) -> Iterator[str]:
    """The folders of `envs_dirs`, which is a list of YAML in either of its forms."""
    for block in _BLOCK.findall(f"{text}\n"):
        yield from (_folder(item["text"]) for item in _ITEM.finditer(block))
    for items in _INLINE.findall(text):
        yield from (_folder(item.strip()) for item in items.split(",") if item.strip())


def _folder(text: str) -> str:
    return os.path.expanduser(os.path.expandvars(text.strip("'\"")))


def _recorded() -> list[str]:
    """The environments that conda noted when it made them."""
    lines = _text(os.path.expanduser("~/.conda/environments.txt")).splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.path.join(folder, name) for name in os.listdir(folder))
    except OSError:
        return []


def _text(path: str) -> str:
    try:
        return read_file(path).decode("utf-8", "replace")
    except OSError:
        return ""
