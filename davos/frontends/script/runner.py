"""`davos run script.py`: the script as the main module, here and in processes that it spawns."""

from __future__ import annotations

import json
import os
import sys
import tokenize
from functools import partial
from types import CodeType, ModuleType
from typing import Any, Sequence

import davos
from davos.engine.call_site import warn_at
from davos.frontends.restart import script
from davos.frontends.script import python
from davos.translate import translate

__all__ = ["ScriptSpec", "main_file", "run_script", "run_spawned"]

_CHILD = "davos.frontends.script.spawned_main"  # the names of a spec begin so


def main_file(path: str) -> str:
    """`__file__` of a script: absolute, and not normalized (what's new in Python 3.9)."""
    return os.path.join(os.getcwd(), path)


def run_script(path: str, args: Sequence[str]) -> int:
    """Run a script as `python path args` does; the exit status.

    The project is the script's own; modules that it imports may smuggle, too. Raises
    OSError if it cannot be read, and SyntaxError if it is not Python; what the script
    raises goes through.
    """
    file = main_file(path)
    script.begin(path, args)
    code = _code(file)
    davos.configure(active=True, project=os.path.abspath(path))
    main = ModuleType("__main__")
    vars(main).update(
        __file__=file, __cached__=None, __spec__=ScriptSpec(file), smuggle=davos.smuggle
    )
    sys.modules["__main__"] = main
    sys.argv = [path, *args]
    if not getattr(sys.flags, "safe_path", sys.flags.isolated):
        # The folder of what a link leads to: the documentation of `sys.path`.
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    exec(code, vars(main))  # noqa: S102 - to run it is what was asked
    return 0


class ScriptSpec:
    """The `__spec__` of a script's main module: where spawned processes find the script.

    `multiprocessing.spawn.get_preparation_data` sends its `name` to the child, which runs
    that module in place of the file. To others it is what None is to them, the
    `__spec__` of `python script.py`: it is false, and in no package.
    """

    loader = origin = cached = submodule_search_locations = None
    has_location = False
    parent = ""

    def __init__(self, file: str) -> None:
        self._file = file

    def __bool__(self) -> bool:
        return False

    @property
    def name(self) -> str:
        """A module's name that holds the script's path and the project in use now."""
        project = davos.config.project
        words = [self._file, None, None]
        if project is not None:
            words[1:] = project.name, str(project.site_packages_dir)
        return f"{_CHILD}.{json.dumps(words).encode().hex()}"


def run_spawned(name: str, namespace: dict[str, Any]) -> None:
    """Run a script, named by its spec, in the namespace that `runpy` made for it."""
    file, project, folder = json.loads(bytes.fromhex(name.rpartition(".")[2]))
    if namespace["__name__"] == "__main__":  # `python -m`, as reloaders start a spec's name
        run_script(file, sys.argv[1:])
        return
    # The project joins the search path, which is the parent's, where it belongs.
    sys.path[:] = [entry for entry in sys.path if entry != folder]
    python.PythonFrontend.spawned = namespace
    davos.configure(active=True, project=project)
    namespace.update(__package__="", __spec__=ScriptSpec(file), __loader__=None)
    namespace.update(smuggle=davos.smuggle)
    exec(_code(file), namespace)  # noqa: S102 - what multiprocessing does with a main module


def _code(file: str) -> CodeType:
    with tokenize.open(file) as opened:
        text = opened.read()
    tell = partial(warn_at, file)
    translated = translate(text, filename=file, binding="local", tell=tell)
    code: CodeType = compile(translated, file, "exec", dont_inherit=True)
    return code
