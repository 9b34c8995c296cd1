"""The main module of a process that a script of `davos run` spawned.

`multiprocessing` imports it for the name of a `MainSpec`, which begins with this
module's; importing it is what makes such names known.
"""

from __future__ import annotations

import json
import sys
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any, Sequence

if TYPE_CHECKING:
    from types import CodeType, ModuleType

__all__ = ["ScriptFinder"]

__path__: list[str] = []  # a package, with modules that only the finder knows


class ScriptFinder:
    """Finds the module of a `MainSpec`'s name, and loads it."""

    @classmethod
    def find_spec(
        cls,
        name: str,
        path: Sequence[str] | None,  # noqa: ARG003 - a finder's signature
        target: ModuleType | None = None,  # noqa: ARG003
    ) -> ModuleSpec | None:
        """A spec with the script's path, for names in this module; None for others."""
        package, _, script = name.rpartition(".")
        if package != __name__:
            return None
        try:
            file = json.loads(bytes.fromhex(script))[0]
        except ValueError:
            return None
        loader: Any = cls
        return ModuleSpec(name, loader, origin=file)

    @staticmethod
    def get_code(name: str) -> CodeType:
        """What `runpy` is to run: it has no way to have a loader run a module."""
        text = f"__import__({_RUNNER!r}, fromlist=['*']).run_spawned({name!r}, globals())"
        return compile(text, f"<{__name__}>", "exec", dont_inherit=True)


_RUNNER = "davos.frontends.script.runner"
if ScriptFinder not in sys.meta_path:
    sys.meta_path.append(ScriptFinder)
