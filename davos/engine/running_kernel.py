"""What runs the notebook cannot be replaced while it runs: constraints of every install.

The kernel holds live objects of its own packages (sockets, traits, the history, davos). A
second version of them on disk would be imported by halves. So the resolver is told which
versions run, and for the packages that those need, which versions they accept.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Iterable, Mapping

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.utils import canonicalize_name

from davos.distributions.index import find_distribution
from davos.environments.requirement_check import contains

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.installers.base import LockedFile

__all__ = [
    "KERNEL_PACKAGES",
    "accepted_versions",
    "count_as_running",
    "irreplaceable",
    "running_versions",
    "versions_to_run_on",
]

KERNEL_PACKAGES: Mapping[str, str] = {
    "comm": "comm",
    "debugpy": "debugpy",
    "ipykernel": "ipykernel",
    "ipython": "IPython",
    "jupyter-client": "jupyter_client",
    "jupyter-core": "jupyter_core",
    "matplotlib-inline": "matplotlib_inline",
    "prompt-toolkit": "prompt_toolkit",
    "pyzmq": "zmq",
    "tornado": "tornado",
    "traitlets": "traitlets",
}
"""Distributions whose live objects a running IPython holds, and their modules."""

_further: dict[str, str] = {}


def count_as_running(packages: Mapping[str, str]) -> None:
    """Count further distributions, by normalised name, with their modules, as running here.

    For a process that more than davos and IPython run in, as the worker of a cluster.
    """
    _further.update(packages)


def running_versions(*, in_ipython: bool) -> dict[str, Distribution]:
    """The distributions, by normalised name, of which the running interpreter holds live objects.

    Those of `KERNEL_PACKAGES` that are loaded, where IPython runs, what `count_as_running` was
    told, and davos itself.
    """
    names = {"davos": "davos", **(KERNEL_PACKAGES if in_ipython else {}), **_further}
    found = {name: _loaded_distribution(name, module) for name, module in names.items()}
    return {name: dist for name, dist in found.items() if dist is not None}


def versions_to_run_on(*, in_ipython: bool) -> dict[str, Distribution]:
    """The same for a kernel, or a script, of this Python that is not running yet."""
    in_ipython = in_ipython and find_distribution("ipykernel") is not None
    names = ["davos", *(KERNEL_PACKAGES if in_ipython else ())]
    found = ((name, find_distribution(name)) for name in names)
    return {name: dist for name, dist in found if dist is not None}


def _loaded_distribution(name: str, module: str) -> Distribution | None:
    """The distribution that a loaded module's file belongs to."""
    loaded = sys.modules.get(module)
    file = vars(loaded).get("__file__") if isinstance(loaded, ModuleType) else None
    if not isinstance(file, str):
        return None
    folder = os.path.dirname(os.path.dirname(file))  # noqa: PTH120 - paths are text here
    # An editable install's metadata is not beside its modules.
    return find_distribution(name, [folder]) or find_distribution(name)


def accepted_versions(running: Mapping[str, Distribution]) -> dict[str, str]:
    """Constraints that keep the requirements of running distributions met: `{"six": "six>=1"}`.

    Of their direct requirements, as far as these apply here and are not running themselves. Of
    what davos is built on, it keeps its own copies loaded: a notebook may have other versions.
    """
    found: dict[str, list[str]] = {}
    for distribution in (one for name, one in running.items() if name != "davos"):
        for text in distribution.requires:
            required = _applicable(text)
            name = canonicalize_name(required.name) if required else ""
            if required and required.specifier and name not in running:
                found.setdefault(name, []).append(str(required.specifier))
    return {name: f"{name}{','.join(sorted(set(parts)))}" for name, parts in found.items()}


def irreplaceable(
    files: Iterable[LockedFile], running: Mapping[str, Distribution]
) -> dict[str, str]:
    """Why files of a lock cannot be installed for the running interpreter, by normalised name.

    It holds another version itself, or does not accept this one.
    """
    accepted = accepted_versions(running)
    found = {}
    for one in files:
        known, line = running.get(one.name), accepted.get(one.name, "")
        if known is not None:
            found[one.name] = f"{one.shown} is left out: this kernel runs on {known.version}"
        elif line and contains(line[len(one.name) :], one.version or "") is False:
            found[one.name] = f"{one.shown} is left out: this kernel needs {line}"
    return found


def _applicable(text: str) -> Pep508 | None:
    """A requirement whose marker holds without any extra; None for others."""
    try:
        required = Pep508(text)
    except InvalidRequirement:
        return None
    applies = required.marker is None or required.marker.evaluate({"extra": ""})
    return required if applies and required.url is None else None
