"""What runs in a worker's process first. Its text is sent to workers, which may not have davos.

A worker gets the text of this module and plain data, so that it can say what is wrong where davos
is missing, or where another Python cannot load what this one pickles (Python's documentation of
`marshal`: code objects differ from version to version). So it imports nothing but the standard
library; davos is imported where it is there.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["LAST_OUTCOME", "PROVIDE", "Guard", "provide_here"]

PROVIDE = "(exec(text), provide_here(payload))[1]"
"""The expression that a worker evaluates, with this module's `text` and a `payload`."""

LAST_OUTCOME = (
    "next((one.davos_outcome for one in __import__('sys').meta_path"
    " if hasattr(one, 'davos_outcome')), None)"
)
"""The expression for what the worker's last `provide_here` returned."""

# What Dask's workers and ipyparallel's engines import while they run. A worker without one of
# them would not fail a task, but stop.
_NEEDED_BY_WORKERS = frozenset(
    "IPython click cloudpickle dask davos decorator dateutil distributed fsspec "
    "importlib_metadata ipykernel ipyparallel jinja2 jupyter_client jupyter_core locket markupsafe "
    "msgpack packaging partd psutil sortedcontainers tblib toolz tornado tqdm traitlets urllib3 "
    "yaml zict zipp zmq".split()
)


def provide_here(payload: dict[str, Any]) -> dict[str, Any]:
    """Have this host provide what a payload asks for, for this process; what came of it.

    The outcome is plain data: `host` is the host's name, `pid` this process, `project` the folder
    of the project. `failed` and `restart` hold a `requirement`, the `modules` and the `reason` for
    each requirement that cannot be had on this host, or not before this process is restarted.
    `notes` are sentences about what is different here. Never raises.
    """
    guard = _guard()
    guard.lift()
    outcome = {"host": socket.gethostname(), "pid": os.getpid(), "project": ""}
    outcome.update(_provided(payload))
    missing = [*outcome["failed"], *outcome["restart"]]  # type: ignore[misc]
    guard.refuse({name: _sentence(row) for row in missing for name in row["modules"]})
    guard.davos_outcome = outcome
    return outcome


def _provided(payload: dict[str, Any]) -> dict[str, Any]:
    here, there = sys.version_info[:2], tuple(payload["python"])
    if here != there:
        reason = f"Python {_version(here)} runs there, the session has Python {_version(there)}"
        return _nothing(payload, reason)
    try:
        from davos.frontends.cluster.host import provide  # noqa: PLC0415 - it may be missing

        return dict(provide(payload))  # type: ignore[arg-type]
    except ImportError as error:
        return _nothing(payload, _missing_davos(error, payload["davos"]))
    except Exception as error:  # noqa: BLE001 - a worker whose plugin fails does not start
        return _nothing(payload, f"{type(error).__name__}: {error}")


def _missing_davos(error: ImportError, version: str) -> str:
    name = error.name or ""
    if name == "davos":
        return f"davos is not installed there; the session has davos {version}"
    if name.startswith("davos."):
        return f"the davos there is too old: the session has davos {version}"
    return f"davos cannot be imported there: {error}"


def _version(info: Any) -> str:
    return ".".join(map(str, info))


def _nothing(payload: dict[str, Any], reason: str) -> dict[str, Any]:
    """The outcome of a host that can provide nothing."""
    rows = [
        {"requirement": row["shown"], "modules": row["modules"], "reason": reason}
        for row in payload["requirements"]
    ]
    return {"failed": rows, "restart": [], "notes": [] if rows else [reason]}


def _sentence(row: dict[str, Any]) -> str:
    host = socket.gethostname()
    return f"{row['requirement']} cannot be used on host {host}: {row['reason']}"


class Guard:
    """The first finder on `sys.meta_path`: it refuses the modules that are not there as asked for.

    So a task that needs one fails with the reason, and does not use another version. Modules
    that are loaded are taken out of `sys.modules` for as long: a compiled module
    cannot be loaded a second time.
    """

    def __init__(self) -> None:
        self.davos_outcome: dict[str, Any] | None = None
        self._reasons: dict[str, str] = {}
        self._withheld: dict[str, ModuleType] = {}

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002 - the protocol's signature
        """Raise ImportError for a module that is refused; leave all others to other finders."""
        reason = self._reason_for(name)
        if reason is not None:
            raise ImportError(reason, name=name)

    def lift(self) -> None:
        """Refuse nothing any more; what was loaded is loaded again."""
        self._reasons = {}
        for name, module in self._withheld.items():
            sys.modules.setdefault(name, module)
        self._withheld = {}

    def refuse(self, reasons: dict[str, str]) -> None:
        """Refuse modules and all that is in them, each for a reason; not what the worker needs."""
        self._reasons = {
            name: reason for name, reason in reasons.items() if name not in _NEEDED_BY_WORKERS
        }
        for name in [one for one in sys.modules if self._reason_for(one) is not None]:
            self._withheld[name] = sys.modules.pop(name)

    def _reason_for(self, name: str) -> str | None:
        """Why a module is refused, or the package that it is in; None for all others."""
        if not self._reasons:
            return None
        parts = name.split(".")
        packages = (".".join(parts[:end]) for end in range(1, len(parts) + 1))
        return next(filter(None, map(self._reasons.get, packages)), None)


def _guard() -> Any:
    """The guard of this process, made and put first if there is none."""
    for finder in sys.meta_path:
        if hasattr(finder, "davos_outcome"):
            return finder
    guard = Guard()
    sys.meta_path.insert(0, guard)
    return guard
