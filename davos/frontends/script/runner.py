"""`davos run`: a script or a module as the main module, here and in processes that it spawns."""

from __future__ import annotations

import json
import os
import sys
import tokenize
from functools import partial
from importlib.machinery import PathFinder
from importlib.util import find_spec
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any, Sequence

import davos
from davos.engine.call_site import warn_at
from davos.frontends import detect, import_hook
from davos.frontends.own_files import is_own
from davos.frontends.restart import script
from davos.frontends.script import python
from davos.translate import translate

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

__all__ = [
    "MainSpec",
    "NoSuchModuleError",
    "main_file",
    "run_module",
    "run_script",
    "run_spawned",
]

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
    script.begin([path, *args])
    code = _code(file)
    davos.configure(active=True, project=os.path.abspath(path))
    main = _main_module(file, MainSpec(file), __cached__=None, smuggle=davos.smuggle)
    sys.argv = [path, *args]
    # The folder of what a link leads to: the documentation of `sys.path`.
    _search_first(os.path.dirname(os.path.realpath(path)))
    exec(code, vars(main))  # noqa: S102 - to run it is what was asked
    return 0


class NoSuchModuleError(ImportError):
    """There is no module of a name that could run as the main module."""


def run_module(name: str, args: Sequence[str]) -> int:
    """Run a module as `python -m name args` does, of a package its `__main__`; the exit status.

    The project of an own module is the file's, that of an installed one has the name of its
    package. Raises NoSuchModuleError; what the module or a parent package raises goes through.
    """
    script.begin(["-m", name, *args])
    _search_first(os.getcwd())
    is_users = _use_project_of(name)
    spec = _main_spec(name)
    code = _code_of(spec)
    main = _main_module(str(spec.origin), MainSpec(str(spec.origin), spec) if is_users else spec)
    vars(main).update(__package__=spec.parent, __loader__=spec.loader, __cached__=spec.cached)
    sys.argv = [str(spec.origin), *args]
    exec(code, vars(main))  # noqa: S102 - to run it is what was asked
    return 0


def _use_project_of(name: str) -> bool:
    """Let modules smuggle, into the project of the one of this name; whether it is the user's."""
    file = _file_of(name)
    if file is not None and is_own(name, file):
        davos.configure(active=True, project=file)
        return True
    detect.use_by_default(name.partition(".")[0] or name)
    import_hook.set_hooked(True)
    return False


def _file_of(name: str) -> str | None:
    """The file of the module that `-m name` means, found without running its parents."""
    spec, path, dotted = None, None, ""
    for part in [*name.split("."), "__main__"]:
        dotted = f"{dotted}.{part}" if dotted else part
        spec = PathFinder.find_spec(dotted, path)
        path = spec.submodule_search_locations if spec else None
        if path is None:
            break
    return spec.origin if spec else None


def _main_spec(name: str) -> ModuleSpec:
    spec = _found(name)
    if spec.submodule_search_locations is None:
        return spec
    try:
        return _found(f"{name}.__main__")
    except NoSuchModuleError as error:
        text = f"{error}; {name!r} is a package and cannot be directly executed"
        raise NoSuchModuleError(text) from None


def _found(name: str) -> ModuleSpec:
    try:
        spec = None if name.startswith(".") else find_spec(name)
    except (ModuleNotFoundError, ValueError) as error:
        missing = getattr(error, "name", None) or name
        if not f"{name}.".startswith(f"{missing}."):
            raise  # a module that a parent package imports
        raise NoSuchModuleError(f"No module named {name}") from None
    if spec is None:
        raise NoSuchModuleError(f"No module named {name}")
    return spec


def _code_of(spec: ModuleSpec) -> CodeType:
    find_code = getattr(spec.loader, "get_code", lambda _name: None)
    code: CodeType | None = find_code(spec.name)
    if code is None:  # a built-in module, say
        raise NoSuchModuleError(f"{spec.name} has no code that could run")
    return code


def _main_module(file: str, spec: Any, **names: Any) -> ModuleType:
    """A new main module, in its place in `sys.modules`."""
    main = ModuleType("__main__")
    vars(main).update(__file__=file, __spec__=spec, **names)
    sys.modules["__main__"] = main
    return main


def _search_first(folder: str) -> None:
    if not getattr(sys.flags, "safe_path", sys.flags.isolated):
        sys.path[0] = folder


class MainSpec:
    """The `__spec__` of the main module: where spawned processes find its file.

    `multiprocessing.spawn.get_preparation_data` sends its `name` to the child, which runs
    that module in place of the file. To others that of a script is what None is to them, the
    `__spec__` of `python script.py`: it is false, and in no package. That of a module is true.
    """

    submodule_search_locations = None

    def __init__(self, file: str, module: ModuleSpec | None = None) -> None:
        self._file = file
        self._module = module.name if module else None
        self.parent = module.parent if module else ""
        self.loader = module.loader if module else None
        self.origin = module.origin if module else None
        self.cached = module.cached if module else None
        self.has_location = module is not None

    def __bool__(self) -> bool:
        return self._module is not None

    @property
    def name(self) -> str:
        """A module's name that holds the main module's file and the project in use now."""
        project = davos.config.project
        words = [self._file, self._module, None, None]
        if project is not None:
            words[2:] = project.name, str(project.site_packages_dir)
        return f"{_CHILD}.{json.dumps(words).encode().hex()}"


def run_spawned(name: str, namespace: dict[str, Any]) -> None:
    """Run the main module, named by its spec, in the namespace that `runpy` made for it."""
    file, module, project, folder = json.loads(bytes.fromhex(name.rpartition(".")[2]))
    if namespace["__name__"] == "__main__":  # `python -m`, as reloaders start a spec's name
        _run_again(file, module)
        return
    # The project joins the search path, which is the parent's, where it belongs.
    sys.path[:] = [entry for entry in sys.path if entry != folder]
    python.PythonFrontend.spawned = namespace
    davos.configure(active=True, project=project)
    spec = find_spec(module) if module else None
    namespace.update(__package__=spec.parent if spec else "", __spec__=MainSpec(file, spec))
    namespace.update(__loader__=spec.loader if spec else None, smuggle=davos.smuggle)
    code = _code_of(spec) if spec else _code(file)
    exec(code, namespace)  # noqa: S102 - what multiprocessing does with a main module


def _run_again(file: str, module: str | None) -> None:
    if module is None:
        run_script(file, sys.argv[1:])
    else:
        run_module(module, sys.argv[1:])


def _code(file: str) -> CodeType:
    with tokenize.open(file) as opened:
        text = opened.read()
    tell = partial(warn_at, file)
    translated = translate(text, filename=file, binding="local", tell=tell)
    code: CodeType = compile(translated, file, "exec", dont_inherit=True)
    return code
