"""Starts the process that runs py-rattler (`conda_child.py`), and reads what it says."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Mapping, Sequence

from davos.distributions import index
from davos.environments import activation
from davos.exceptions import InstallerError
from davos.installers.base import SILENT, Listener, Plan
from davos.installers.conda_progress import CondaOutput
from davos.installers.run_plan import run_plan

if TYPE_CHECKING:
    from davos.onion.comment import Requirement

__all__ = ["Answer", "answer", "no_rattler", "plan"]

_CHILD = str(Path(__file__).with_name("conda_child.py"))
_OLDEST = (3, 10)
_NO_RATTLER = (
    "there is no py-rattler here, which installs packages of conda: "
    '`pip install "davos[conda]>=0.3"`'
)
_OLD_PYTHON = "packages of conda need Python 3.10 or newer, as py-rattler does"
# These redirect an interpreter's start or rattler's own choices.
_STRIPPED = frozenset({"PYTHONHOME", "__PYVENV_LAUNCHER__", "FORCE_COLOR"})


@dataclass(frozen=True)
class Answer:
    """How a process ended: its last event, whether that is `done`, and what else it printed.

    `asked` is the request that it got.
    """

    status: int
    event: Mapping[str, Any]
    printed: str
    asked: Mapping[str, Any]

    @property
    def is_done(self) -> bool:
        """Whether it did what it was asked for."""
        return not self.status and self.event.get("event") == "done"

    @property
    def packages(self) -> list[dict[str, Any]]:
        """The packages that the last event names."""
        found: list[dict[str, Any]] = self.event["installed"]
        return found

    def failed(self, ready: Plan) -> InstallerError:
        """The error that says why it did not."""
        from davos.installers.conda_failure import explain  # noqa: PLC0415 - for an error only

        channels = self.asked["channels"]
        message = explain(ready.requirement, self.status, self.event, channels)
        return InstallerError(message, returncode=self.status, cmd=ready.argv, output=self.printed)


def no_rattler() -> str:
    """Why py-rattler cannot be used here; empty if it can."""
    if sys.version_info < _OLDEST:
        return _OLD_PYTHON
    base = [str(folder) for folder in index.site_folders()]
    return _NO_RATTLER if index.find_distribution("py-rattler", base) is None else ""


def plan(requirement: Requirement) -> Plan:
    """The command that does what its standard input says."""
    environ = {
        name: value for name, value in activation.variables().items() if name not in _STRIPPED
    }
    return Plan(requirement, (activation.interpreter(), "-I", _CHILD), environ)


def answer(
    ready: Plan,
    request: Callable[[], Mapping[str, Any]],
    listener: Listener = SILENT,
    descriptors: Sequence[int] = (),
) -> Answer:
    """Run the process to its end; it inherits `descriptors`.

    `request` makes the request while py-rattler is loaded. Raises InstallerError, and what
    `request` raises.
    """
    progress = CondaOutput(listener)
    asked: dict[str, Any] = {}

    def given() -> bytes:
        asked.update(request())
        return json.dumps(asked).encode()

    done = run_plan(ready, progress.hear, listener, descriptors, given)
    return Answer(done.returncode, progress.last, "\n".join(progress.printed), asked)
